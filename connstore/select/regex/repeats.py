"""Repetition as Java does it, where that is not what every engine does."""

from __future__ import annotations

from connstore.select.regex.boundaries import LINE_BREAK
from connstore.select.regex.measure import depends_on_place, nullable
from connstore.select.regex.tree import (
    Alternation,
    Atomic,
    Group,
    Mode,
    Node,
    Repeat,
    Sequence,
    walk,
)


def deterministic(node: Node) -> bool:
    r"""Whether Java takes it that a node matches in one way at most.

    Java then repeats the node without reconsidering an iteration, even if the
    node holds a ``\R``, of which there are two ways.
    """
    match node:
        case Alternation():
            return node is LINE_BREAK
        case Sequence(items):
            return all(map(deterministic, items))
        case Repeat(body, low, high):
            return low == high and deterministic(body)
        case Group(body) | Atomic(body):
            return deterministic(body)
        case _:
            return True


def repeat(body: Node, low: int, high: int | None, mode: Mode, *, grouped: bool) -> Node | None:
    """A repetition in Java; None when no engine here loops like it.

    Args:
        body: What is repeated.
        low: How often at least.
        high: How often at most.
        mode: Which kind of repetition.
        grouped: Whether the body stands in parentheses.

    Java leaves a loop over several ways to match as soon as an iteration takes
    nothing, although fewer than ``low`` were made. Others go on, which tells
    only where taking nothing depends on the place: ``(^|a){2}`` on "a".
    """
    certain = deterministic(body)
    looping = not certain and mode is not Mode.POSSESSIVE and low > 1
    if looping and nullable(body) and depends_on_place(body):
        return None
    # Java makes an optional group an alternation, and that is reconsidered.
    loop = certain and not (grouped and (low, high) == (0, 1))
    if loop and any(inner is LINE_BREAK for inner in walk(body)):
        body = Atomic(body)
    return Repeat(body, low, high, mode)
