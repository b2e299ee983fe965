"""Look-behinds: what Java takes, as options of one width each, which is what Python takes."""

from __future__ import annotations

from itertools import product
from math import prod

from connstore.select.regex.repeats import deterministic
from connstore.select.regex.scanner import Scanner
from connstore.select.regex.tree import (
    Alternation,
    Atomic,
    BackReference,
    Group,
    Look,
    Mode,
    Node,
    Repeat,
    Sequence,
    walk,
)

# So many fixed widths may a look-behind have.
MAX_VARIANTS = 64


def look_behind(scan: Scanner, body: Node, opened: int, *, negated: bool) -> Look:
    """A look-behind for a body that the scanner has read, from the index given on."""
    if reason := _refusal(body):
        raise scan.error(reason, at=opened)
    options = _fixed_widths(body)
    if options is None:
        raise scan.error("Python cannot look behind for so many widths", at=opened)
    return Look(options, ahead=False, negated=negated)


def _refusal(body: Node) -> str:
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


class _NotFixedError(Exception):
    """A body has too many widths, or its atomic part has more than one."""


def _fixed_widths(body: Node) -> Alternation | None:
    """A body as options of one width each; None when it has too many or is atomic."""
    try:
        return Alternation(tuple(_variants(body)))
    except _NotFixedError:
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
        case Repeat():
            return _repeated(node)
        case _:
            return [node]


def _repeated(node: Repeat) -> list[Node]:
    inner = _variants(node.body)
    low, high = node.low, node.high
    if low == high and len(inner) == 1:
        return [Repeat(inner[0], low, high)]
    if node.mode is Mode.POSSESSIVE or high is None or high > MAX_VARIANTS:
        raise _NotFixedError
    rows = [_in_a_row([inner] * count) for count in range(low, high + 1)]
    return _checked([variant for row in rows for variant in row])


def _single(body: Node) -> Node:
    variants = _variants(body)
    if len(variants) > 1:
        raise _NotFixedError
    return variants[0]


def _checked(variants: list[Node]) -> list[Node]:
    if len(variants) > MAX_VARIANTS:
        raise _NotFixedError
    return variants


def _in_a_row(parts: list[list[Node]]) -> list[Node]:
    if prod(map(len, parts)) > MAX_VARIANTS:
        raise _NotFixedError
    return [Sequence(choice) for choice in product(*parts)]
