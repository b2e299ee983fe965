"""Questions about a tree that more than one module asks."""

from __future__ import annotations

from connstore.select.regex.codepoints import NOTHING, CodePoints
from connstore.select.regex.tree import (
    Alternation,
    Assertion,
    Atomic,
    BackReference,
    Chars,
    End,
    Group,
    Look,
    Node,
    Repeat,
    Sequence,
    Start,
    WordBoundary,
    walk,
)


def nullable(node: Node) -> bool:
    """Whether a node may match without taking a character.

    Example:
        >>> nullable(Sequence()), nullable(Chars(NOTHING))
        (True, False)
    """
    match node:
        case Chars():
            return False
        case Sequence(items):
            return all(map(nullable, items))
        case Alternation(options):
            return any(map(nullable, options))
        case Repeat(low=0):
            return True
        case Group(body) | Repeat(body) | Atomic(body):
            return nullable(body)
        case _:
            return True


def takes_nothing(node: Node) -> bool:
    """Whether a node matches the empty text, everywhere, and nothing else.

    Example:
        >>> takes_nothing(Repeat(Chars(NOTHING), 0, 0)), takes_nothing(Start())
        (True, False)
    """
    match node:
        case Repeat(high=0):
            return True
        case Sequence(below) | Alternation(below):
            return all(map(takes_nothing, below))
        case Group(body) | Repeat(body) | Atomic(body):
            return takes_nothing(body)
        case _:
            return False


def depends_on_place(node: Node) -> bool:
    """Whether what a node matches depends on the text around it."""
    placed = (Start, End, WordBoundary, Assertion, Look, BackReference)
    return any(isinstance(inner, placed) for inner in walk(node))


def first(node: Node, follow: CodePoints) -> CodePoints:
    """The characters that may be taken next where a node begins.

    Args:
        node: What comes next.
        follow: The same for what comes after the node.
    """
    match node:
        case Chars(chars):
            return chars
        case Sequence(items):
            for item in reversed(items):
                follow = first(item, follow)
            return follow
        case Alternation(options):
            found = NOTHING
            for option in options:
                found |= first(option, follow)
            return found
        case Repeat(body, low):
            return first(body, follow) | (NOTHING if low else follow)
        case Group(body) | Atomic(body):
            return first(body, follow)
        case _:
            return follow
