r"""The syntax tree of a regular expression, free of any dialect.

A parser resolves everything its dialect decides (flags, case folding, what a
dot or ``\w`` stands for), so that the tree only says what must match:

* whatever takes one character is :class:`Chars`, a literal too;
* line ends, word boundaries and the like are an :class:`Assertion` spelled
  with look-arounds;
* flag scopes and non-capturing groups leave no trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from connstore.errors import ConnstoreError
from connstore.select.regex.codepoints import NOTHING, CodePoints, one


class RegexError(ConnstoreError, ValueError):
    """A regular expression that cannot be used, and where and why.

    Args:
        pattern: The regular expression.
        offset: Index in it of what is wrong.
        reason: What is wrong.
        hint: What would work, if there is something to say.
    """

    def __init__(self, pattern: str, offset: int, reason: str, hint: str = "") -> None:
        self.pattern, self.offset, self.reason, self.hint = pattern, offset, reason, hint
        start = max(0, offset - 40)
        shown = "".join(c if c.isprintable() else "\N{MIDDLE DOT}" for c in pattern)
        lines = [
            f"regular expression, at offset {offset}: {reason}",
            "  " + shown[start : start + 80],
            "  " + " " * (offset - start) + "^",
            hint,
        ]
        super().__init__("\n".join(filter(None, lines)))


class Mode(Enum):
    """How much a repetition takes first, and whether it gives any back."""

    GREEDY = ""
    LAZY = "?"
    POSSESSIVE = "+"


@dataclass(frozen=True)
class Chars:
    """One character out of a set; out of the empty set, a match is impossible."""

    chars: CodePoints


@dataclass(frozen=True)
class Sequence:
    """One item after the other; none at all matches the empty text."""

    items: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Alternation:
    """The first option that lets the rest match."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Group:
    """A capture; the groups of a pattern are numbered from 1."""

    body: Node
    index: int


@dataclass(frozen=True)
class Repeat:
    """A body repeated; possessive: no iteration, once matched, is reconsidered."""

    body: Node
    low: int
    high: int | None
    mode: Mode = Mode.GREEDY


@dataclass(frozen=True)
class Atomic:
    """A body of which only the first way to match counts."""

    body: Node


@dataclass(frozen=True)
class Look:
    """A look-around. Looking behind, the body is an alternation of fixed widths."""

    body: Node
    ahead: bool = True
    negated: bool = False


@dataclass(frozen=True)
class BackReference:
    """The text of a group again.

    Args:
        index: Of the group.
        ignore_ascii_case: Whether ASCII letters may differ in case.
        offset: Where it stands in the pattern.
        unset_is_empty: Whether it matches the empty text while the group is unset, or fails.
    """

    index: int
    ignore_ascii_case: bool = False
    offset: int = field(default=0, compare=False)
    unset_is_empty: bool = False


@dataclass(frozen=True)
class Start:
    """The start of the text."""


@dataclass(frozen=True)
class End:
    """The very end of the text."""


@dataclass(frozen=True)
class WordBoundary:
    """A position between an ASCII letter, digit or ``_`` and something else; or not one."""

    negated: bool = False


@dataclass(frozen=True)
class Assertion:
    """A position test spelled with look-arounds.

    Args:
        meaning: The test; it takes no character.
        at_end: Whether it holds at the very end of every text.
    """

    meaning: Node
    at_end: bool = False


Node: TypeAlias = (
    Chars
    | Sequence
    | Alternation
    | Group
    | Repeat
    | Atomic
    | Look
    | BackReference
    | Start
    | End
    | WordBoundary
    | Assertion
)

EMPTY = Sequence()
NEVER = Chars(NOTHING)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node; an assertion counts as a leaf."""
    match node:
        case Sequence(items=below) | Alternation(options=below):
            return below
        case Group() | Repeat() | Atomic() | Look():
            return (node.body,)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all the nodes below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def sequence(*items: Node) -> Node:
    """Items in a row, without a wrapper around a single one."""
    return items[0] if len(items) == 1 else Sequence(items)


def either(*options: Node) -> Node:
    """Options, without a wrapper around a single one."""
    return options[0] if len(options) == 1 else Alternation(options)


def text(literal: str) -> Node:
    """The tree of a literal text.

    Example:
        >>> len(text("ab").items)
        2
    """
    return Sequence(tuple(Chars(one(ord(c))) for c in literal))
