"""Quantifiers: ``?``, ``*+``, ``{2,3}?`` and so on."""

from __future__ import annotations

from connstore.select.regex.repeats import repeat
from connstore.select.regex.scanner import DIGITS, Cursor
from connstore.select.regex.tree import Mode, Node

_BOUNDS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_MODES = {"?": Mode.LAZY, "+": Mode.POSSESSIVE}
_MOST = 2**31 - 1


def at_quantifier(scan: Cursor) -> bool:
    """Whether a quantifier is next."""
    return (character := scan.peek()) != "" and character in "?*+{"


def bounds(scan: Cursor) -> tuple[int, int | None]:
    """How often the quantifier that is next repeats; it is consumed."""
    start = scan.pos
    sign = scan.take()
    return _counts(scan, start) if sign == "{" else _BOUNDS[sign]


def quantified(scan: Cursor, node: Node, *, grouped: bool = False) -> Node:
    """A node with the quantifier of Java that follows it, if one does.

    Args:
        scan: Right after what the node was read from.
        node: What may be repeated.
        grouped: Whether it stands in parentheses.
    """
    start = scan.pos
    if not at_quantifier(scan):
        return node
    low, high = bounds(scan)
    mode = _MODES.get(scan.peek(), Mode.GREEDY)
    scan.pos += mode is not Mode.GREEDY
    repeated = repeat(node, low, high, mode, grouped=grouped)
    if repeated is None:
        reason = "Java repeats in its own way what may match nothing depending on the place"
        raise scan.error(reason, at=start)
    return repeated


def _counts(scan: Cursor, start: int) -> tuple[int, int | None]:
    # Java wants the first digit right here, even in comments mode.
    low = _number(scan) if scan.raw() in tuple(DIGITS) else None
    high: int | None = low
    if low is not None and scan.accept(","):
        high = None if scan.peek() == "}" else _number(scan) or 0
    if low is None or scan.take() != "}":
        raise scan.error("a repetition is {n}, {n,} or {n,m}", "Write \\{ for a brace.", start)
    if max(low, high or 0) > _MOST or (high is not None and high < low):
        raise scan.error("the counts of this repetition are impossible", at=start)
    return low, high


def _number(scan: Cursor) -> int | None:
    digits = ""
    while (character := scan.peek()) and character in DIGITS:
        digits += scan.take()
    # Eleven digits are more than any count allowed.
    return int(digits.lstrip("0")[:11] or "0") if digits else None
