"""A tree as text for RE2, which DuckDB runs; only where it matches exactly the same.

RE2 has no look-around, no back-reference and nothing atomic. Some of these do
not matter, and that is decided by looking at the characters that may follow.
"""

from __future__ import annotations

from connstore.select.regex.codepoints import ANYTHING, NOTHING, SURROGATES, CodePoints
from connstore.select.regex.measure import first, takes_nothing
from connstore.select.regex.spelling import either, quantified, set_text, unit
from connstore.select.regex.tree import (
    Alternation,
    Assertion,
    Atomic,
    Chars,
    End,
    Group,
    Mode,
    Node,
    Repeat,
    Sequence,
    Start,
    WordBoundary,
    walk,
)

# RE2 refuses more; nested counts multiply.
MAX_COUNT = 1000
# Ranges in the unrolled pattern: well within the memory that RE2 gives a program.
MAX_RANGES = 12_000


class _InexpressibleError(Exception):
    """RE2 cannot match exactly as this node does."""


def to_re2(root: Node, *, whole: bool = True) -> str | None:
    r"""The tree for RE2; None when RE2 cannot match exactly the same.

    Args:
        root: The tree.
        whole: Whether to match the whole text, or to search in it.

    Example:
        >>> from connstore.select.regex.java import parse_java
        >>> print(to_re2(parse_java("^[ab]+.$")))
        (?:\A[a-b]+[^\x{a}\x{d}\x{85}\x{2028}-\x{2029}]\z)
        >>> print(to_re2(parse_java("a(?=b)")))
        None
    """
    try:
        return f"(?:{_Writer().write(root, NOTHING if whole else ANYTHING, 1)})"
    except _InexpressibleError:
        return None


class _Writer:
    def __init__(self) -> None:
        self.ranges = 0

    def write(self, node: Node, follow: CodePoints, times: int) -> str:
        """The text of a node.

        Args:
            node: What to write.
            follow: The characters that may be taken next after it.
            times: How many copies of it RE2 will make.
        """
        if takes_nothing(node):
            # RE2 mistakes \A and something empty after it for a match of the whole text.
            return ""
        match node:
            case Chars(chars):
                return self.chars(chars, times)
            case Sequence(items):
                texts = []
                for item in reversed(items):
                    texts.append(self.write(item, follow, times))
                    follow = first(item, follow)
                return "".join(reversed(texts))
            case Alternation(options):
                return either(self.write(option, follow, times) for option in options)
            case Group(body):
                return f"(?:{self.write(body, follow, times)})"
            case Atomic(body) if _one_way(body):
                return f"(?:{self.write(body, follow, times)})"
            case Repeat():
                return self.repeat(node, follow, times)
            case Start():
                return r"\A"
            case End():
                return r"\z"
            case WordBoundary(negated):
                return r"\B" if negated else r"\b"
            # A full match that takes nothing more can only be at the very end.
            case Assertion(at_end=True) if not follow:
                return r"\z"
            case _:
                raise _InexpressibleError

    def repeat(self, node: Repeat, follow: CodePoints, times: int) -> str:
        # Lazy or greedy, whether there is a match is the same.
        if node.mode is Mode.POSSESSIVE and not _keeps_all(node.body, follow):
            raise _InexpressibleError
        times *= max(node.low, node.high or 0, 1)
        if times > MAX_COUNT:
            raise _InexpressibleError
        again = NOTHING if node.high in (0, 1) else first(node.body, follow)
        body = self.write(node.body, follow | again, times)
        return quantified(node, unit(node.body, body))

    def chars(self, chars: CodePoints, times: int) -> str:
        chars -= SURROGATES
        self.ranges += times * max(len(chars.ranges), 1)
        if self.ranges > MAX_RANGES:
            raise _InexpressibleError
        if not chars:
            return r"[^\x{0}-\x{10ffff}]"
        return set_text(chars, _escape, ignored=SURROGATES)


def _one_way(body: Node) -> bool:
    """Whether a body matches in one way at most, so that there is none to give up."""
    return not any(
        isinstance(node, Alternation) or (isinstance(node, Repeat) and node.low != node.high)
        for node in walk(body)
    )


def _keeps_all(body: Node, follow: CodePoints) -> bool:
    """Whether giving a character back never helps, as what follows cannot take it."""
    return isinstance(body, Chars) and not body.chars & follow


def _escape(number: int) -> str:
    return rf"\x{{{number:x}}}"
