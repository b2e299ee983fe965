"""Values of Cypher: None, bool, int, float, str, list, dict, Node, Relationship, Path, Point.

Three relations hold between them, and they differ: *equality* (``=``; knows null), *comparison*
(``<``; only within a type) and *order* (ORDER BY, min, max; total over everything).
"""

from __future__ import annotations

import math
from decimal import Context, Decimal
from functools import cmp_to_key
from typing import Any

from cypher.evaluator.graph import Node, Path, Point, Relationship


class EvaluationError(Exception):
    """What Neo4j would refuse."""


class TooMuchWorkError(Exception):
    """The question takes too long to answer this way."""


def kind(value: Any) -> str:
    """The name of a value's type."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case dict():
            return "map"
        case Node():
            return "node"
        case Relationship():
            return "relationship"
        case Path():
            return "path"
        case Point():
            return "point"
    raise AssertionError(value)


# Equality -----------------------------------------------------------------------------------


def equals(a: Any, b: Any) -> bool | None:
    """``a = b``: true, false, or unknown."""
    if a is None or b is None:
        return None
    if kind(a) != kind(b):
        return False
    match a:
        case list():
            if len(a) != len(b):
                return False
            return all_of(equals(x, y) for x, y in zip(a, b, strict=True))
        case dict():
            if a.keys() != b.keys():
                return False
            return all_of(equals(a[key], b[key]) for key in a)
    return bool(a == b)


def all_of(truths: Any) -> bool | None:
    """AND over many."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown |= truth is None
    return None if unknown else True


def any_of(truths: Any) -> bool | None:
    """OR over many."""
    return negated(all_of(negated(truth) for truth in truths))


def negated(truth: bool | None) -> bool | None:
    """NOT."""
    return None if truth is None else not truth


def group_key(value: Any) -> Any:
    """What grouping, DISTINCT and UNION look at: null equals null, NaN equals NaN."""
    match value:
        case float() if math.isnan(value):
            return ("NaN",)
        case list():
            return ("list", *map(group_key, value))
        case dict():
            return ("map", frozenset((key, group_key(item)) for key, item in value.items()))
    return (kind(value), value)


# Comparison ---------------------------------------------------------------------------------


def less(a: Any, b: Any) -> bool | None:
    """``a < b``."""
    if a is None or b is None or kind(a) != kind(b):
        return None
    if isinstance(a, bool | int | float | str):
        return bool(a < b)
    if isinstance(a, list):
        for x, y in zip(a, b, strict=False):
            same = equals(x, y)
            if same is None:
                return None
            if not same:
                return less(x, y)
        return len(a) < len(b)
    return None


COMPARISONS = {
    "=": equals,
    "<>": lambda a, b: negated(equals(a, b)),
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": lambda a, b: any_of([less(a, b), equals(a, b)]) if comparable(a, b) else None,
    ">=": lambda a, b: any_of([less(b, a), equals(a, b)]) if comparable(a, b) else None,
}


def comparable(a: Any, b: Any) -> bool:
    """Whether ``<`` and its like can say anything."""
    return kind(a) == kind(b) and kind(a) in ("boolean", "number", "string", "list")


# Order --------------------------------------------------------------------------------------

_ORDER = (
    "map", "node", "relationship", "list", "path", "point", "string", "boolean", "number", "null",
)  # fmt: skip


def order(a: Any, b: Any) -> int:
    """Below 0, 0 or above 0: whether a comes before b when sorted upwards."""
    if kind(a) != kind(b):
        return _ORDER.index(kind(a)) - _ORDER.index(kind(b))
    match a:
        case bool() | str():
            return (a > b) - (a < b)
        case int() | float():
            if math.isnan(a) or math.isnan(b):
                return math.isnan(a) - math.isnan(b)
            return (a > b) - (a < b)
        case Node() | Relationship():
            return (a.id > b.id) - (a.id < b.id)
        case list():
            pairs = (order(x, y) for x, y in zip(a, b, strict=False))
            return next((sign for sign in pairs if sign), len(a) - len(b))
        case Point():
            return order([a.srid, *a.axes], [b.srid, *b.axes])
        case dict():
            return order(_parts(a), _parts(b))
        case Path():
            return order(_steps(a), _steps(b))
    return 0


def _parts(value: dict[str, Any]) -> list[Any]:
    keys = sorted(value)
    return [len(keys), *keys, *(value[key] for key in keys)]


def _steps(path: Path) -> list[Any]:
    return [*path.nodes, *path.relationships]


sort_key = cmp_to_key(order)


# Numbers and texts --------------------------------------------------------------------------


def integer(value: int) -> int:
    """An int, if it fits 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise EvaluationError("integer overflow")
    return value


def text(value: Any) -> str:
    """``toString``."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float_text(value)
        case str():
            return value
    raise EvaluationError(f"no text of a {kind(value)}")


def _float_text(value: float) -> str:
    """As Java's Double.toString writes it."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    shortest = Decimal(repr(value))
    if len(shortest.as_tuple().digits) == 1:
        # Of two digits at least, the nearest: another number only where floats are far apart.
        shortest = Context(prec=2).plus(Decimal(value))
    sign, digits, exponent = shortest.as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) + exponent - 1 if value else 0
    minus = "-" if sign else ""
    if -3 <= power < 7:
        plain = format(Decimal(repr(value)), "f")
        return plain if "." in plain else plain + ".0"
    return f"{minus}{figures[0]}.{figures[1:] or '0'}E{power}"
