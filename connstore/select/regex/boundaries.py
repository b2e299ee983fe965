"""What Java's signs and escapes say about lines and words, spelled with look-arounds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from connstore.select.regex.codepoints import ANYTHING, CodePoints, merged, only
from connstore.select.regex.tree import (
    Alternation,
    Assertion,
    Chars,
    End,
    Look,
    Node,
    Repeat,
    Start,
    either,
    sequence,
    text,
)
from connstore.select.regex.unicode import category, letter_or_digit, word

TERMINATORS = only("\n\r\x85\u2028\u2029")
# \R: a pair of CR and LF goes first, and may still be split.
LINE_BREAK = Alternation((text("\r\n"), Chars(only("\n\v\f\r\x85\u2028\u2029"))))

# How many combining marks a word boundary looks through to find the letter that
# carries them. Java looks through any number; no engine here can.
MARKS = 3


def _before(*options: Node, negated: bool = False) -> Node:
    return Look(Alternation(options), ahead=False, negated=negated)


def _next(node: Node) -> Node:
    return Look(node)


def _not_next(node: Node) -> Node:
    return Look(node, negated=True)


def line_start(flags: frozenset[str]) -> Node:
    """``^``; within lines never at the end of the text."""
    if "m" not in flags:
        return Start()
    if "d" in flags:
        begins = either(Start(), _before(text("\n")))
    else:
        after_cr = sequence(_before(text("\r")), _not_next(text("\n")))
        begins = either(Start(), _before(Chars(TERMINATORS - only("\r"))), after_cr)
    return Assertion(sequence(_not_next(End()), begins))


def line_end(flags: frozenset[str], *, multiline: bool) -> Node:
    r"""``$`` and ``\Z``; CR LF is one terminator, so never between the two."""

    def ends_with(node: Node) -> Node:
        return _next(node if multiline else sequence(node, End()))

    if "d" in flags:
        return Assertion(either(End(), ends_with(text("\n"))), at_end=True)
    lone_lf = sequence(_before(text("\r"), negated=True), ends_with(text("\n")))
    others = Chars(TERMINATORS - only("\n"))
    options = End(), ends_with(text("\r\n")), ends_with(others), lone_lf
    return Assertion(Alternation(options), at_end=True)


def word_boundary(flags: frozenset[str], *, negated: bool) -> Node:
    r"""``\b`` and ``\B``."""
    boundary = _unicode_boundary() if "U" in flags else _boundary()
    return Assertion(_not_next(boundary) if negated else boundary)


@cache
def _unicode_boundary() -> Node:
    inside = Chars(word())
    return either(
        sequence(_before(inside), _not_next(inside)),
        sequence(_before(inside, negated=True), _next(inside)),
    )


@cache
def _boundary() -> Node:
    """Letters and digits of all scripts and ``_``; a mark belongs to its letter.

    Java looks for that letter UTF-16 unit by unit, so one beyond the basic
    plane carries no marks.
    """
    inside = letter_or_digit() | only("_")
    carrier, mark = _basic(letter_or_digit()), _basic(category("Mn"))
    word_behind: list[Node] = [Chars(inside)]
    word_behind += [
        sequence(Chars(carrier), Repeat(Chars(mark), count, count)) for count in range(1, MARKS + 1)
    ]
    return either(
        sequence(_before(Chars(inside - carrier)), _next(Chars(category("Mn")))),
        sequence(
            _not_next(Chars(category("Mn"))),
            either(
                sequence(_before(*word_behind), _not_next(Chars(inside))),
                sequence(_before(*word_behind, negated=True), _next(Chars(inside))),
            ),
        ),
    )


def _basic(chars: CodePoints) -> CodePoints:
    return chars & merged([(0, 0xFFFF)])


def _dot(flags: frozenset[str]) -> Node:
    if "s" in flags:
        return Chars(ANYTHING)
    return Chars(~(only("\n") if "d" in flags else TERMINATORS))


_Meaning = dict[str, Callable[[frozenset[str]], Node]]

SIGNS: _Meaning = {
    ".": _dot,
    "^": line_start,
    "$": lambda flags: line_end(flags, multiline="m" in flags),
}
POSITIONS: _Meaning = {
    "A": lambda _: Start(),
    "B": lambda flags: word_boundary(flags, negated=True),
    "G": lambda _: Start(),  # where the match before this one ended: there was none
    "R": lambda _: LINE_BREAK,
    "Z": lambda flags: line_end(flags, multiline=False),
    "b": lambda flags: word_boundary(flags, negated=False),
    "z": lambda _: End(),
}
