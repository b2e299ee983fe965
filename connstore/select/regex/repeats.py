"""Repetition as Java does it, where that is not what every engine does."""

from __future__ import annotations

from itertools import product
from math import prod

from connstore.select.regex.boundaries import LINE_BREAK
from connstore.select.regex.measure import depends_on_place, nullable
from connstore.select.regex.tree import (
    Alternation,
    Atomic,
    BackReference,
    Group,
    Mode,
    Node,
    Repeat,
    Sequence,
    walk,
)

# So many fixed widths may a look-behind have.
MAX_VARIANTS = 64


def deterministic(node: Node) -> bool:
    """Whether Java takes it that a node matches in one way at most.

    Java then repeats the node without reconsidering an iteration, even if the
    node holds a ``\\R``, of which there are two ways.
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


def behind_refusal(body: Node) -> str:
    """Why Java, or every engine here, cannot look behind for a body; or nothing."""
    for node in walk(body):
        if isinstance(node, BackReference):
            return "a look-behind cannot hold a back-reference"
        if not isinstance(node, Repeat):
            continue
        if node.high is None:
            return "a look-behind needs a greatest length"
        loop = not deterministic(node.body) and (node.low, node.high) != (0, 1)
        if loop and node.mode is not Mode.POSSESSIVE:
            return "Java cannot tell the greatest length of this repetition in a look-behind"
    return ""


class _NotFixed(Exception):
    """A body has too many widths, or its atomic part has more than one."""


def fixed_widths(body: Node) -> Alternation | None:
    """A body as options of one width each; None when it has too many or is atomic."""
    try:
        return Alternation(tuple(_variants(body)))
    except _NotFixed:
        return None


def _variants(node: Node) -> list[Node]:
    match node:
        case Sequence(items):
            return _in_a_row([_variants(item) for item in items])
        case Alternation(options):
            return _checked([variant for option in options for variant in _variants(option)])
        case Group(body, index):
            return [Group(variant, index) for variant in _variants(body)]
        case Atomic(body):
            return [Atomic(_single(body))]
        case Repeat(body, low, high) if low == high and len(inner := _variants(body)) == 1:
            return [Repeat(inner[0], low, high)]
        case Repeat(body, low, high, mode):
            if mode is Mode.POSSESSIVE or high is None or high > MAX_VARIANTS:
                raise _NotFixed
            inner = _variants(body)
            rows = [_in_a_row([inner] * count) for count in range(low, high + 1)]
            return _checked([variant for row in rows for variant in row])
        case _:
            return [node]


def _single(body: Node) -> Node:
    variants = _variants(body)
    if len(variants) > 1:
        raise _NotFixed
    return variants[0]


def _checked(variants: list[Node]) -> list[Node]:
    if len(variants) > MAX_VARIANTS:
        raise _NotFixed
    return variants


def _in_a_row(parts: list[list[Node]]) -> list[Node]:
    if prod(map(len, parts)) > MAX_VARIANTS:
        raise _NotFixed
    return [Sequence(choice) for choice in product(*parts)]
