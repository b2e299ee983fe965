"""Conditions on a single value: what can equal it, and exact comparison with any number."""

from __future__ import annotations

import math
import re
from typing import Any

from sqlglot import exp

from connstore.select.selection import Value
from connstore.store.manifest import Property

#: Types of whole numbers -> the least and the greatest; booleans compare as 0 and 1.
_RANGES = {
    "int64": (-(2**63), 2**63 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint64": (0, 2**64 - 1),
    "bool": (0, 1),
}
INTEGERS = ("int64", "int32", "uint64")
FLOATS = ("float64", "float32")

#: Type of a list -> type of its elements.
ELEMENTS = {"texts": "string", "ints": "int64", "vector": "float64", "bools": "bool"}

#: Half a surrogate pair: Python's texts may have one, those of a store cannot.
HALF_PAIR = re.compile("[\ud800-\udfff]")

_COMPARE = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}


class Binder:
    """Collects the values of one statement and hands out placeholders for them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def bind(self, value: object) -> exp.Placeholder:
        """A placeholder such as ``$p1`` for a value."""
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def text(self, value: object) -> str:
        """The same, as SQL text."""
        return f"${self.bind(value).name}"


def column(prop: Property) -> exp.Column:
    """The column of a property."""
    return exp.column(prop.column, quoted=True)


def call(function: str, *arguments: exp.Expr) -> exp.Anonymous:
    """A call of one of the engine's functions."""
    return exp.Anonymous(this=function, expressions=list(arguments))


def in_list(place: exp.Column, placeholder: exp.Placeholder) -> exp.Expr:
    """Membership in a bound list: a semi-join, whatever the list's length."""
    return place.isin(query=exp.select(call("unnest", placeholder)))


def one_of(prop: Property, values: tuple[Value, ...], binder: Binder) -> exp.Expr:
    """The condition that a property equals one of some values."""
    fit = _can_equal(prop.type, values)
    if not fit:
        return exp.false()
    if len(fit) == 1:
        return column(prop).eq(binder.bind(fit[0]))
    return in_list(column(prop), binder.bind(fit))


def compare(prop: Property, operator: str, number: float, binder: Binder) -> exp.Expr:
    """The condition that a property compares with a number, exactly.

    The engine would compare whole numbers with a fraction as float64, and FLOAT with a fraction
    as FLOAT; and to it NaN is greater than every number.
    """
    place: exp.Expr = column(prop)
    if prop.type in FLOATS:
        wide = exp.cast(place, "double") if prop.type == "float32" else place
        holds = _COMPARE[operator](this=wide, expression=binder.bind(_as_float(number)))
        return (
            exp.and_(holds, exp.not_(call("isnan", column(prop)))) if operator[0] == ">" else holds
        )
    if prop.type not in _RANGES:
        return exp.false()
    low, high = _RANGES[prop.type]
    operator, bound = _whole_bound(operator, number)
    if not low <= bound <= high:
        everything = (bound < low) == (operator[0] == ">")
        return exp.not_(place.is_(exp.null())) if everything else exp.false()
    whole = exp.cast(place, "int") if prop.type == "bool" else place
    return _COMPARE[operator](this=whole, expression=binder.bind(bound))


def _can_equal(kind: str, values: tuple[Value, ...]) -> list[Any]:
    """Those of some values that a property of a type can equal, as in Cypher, ready to bind."""
    if kind == "string":
        return [v for v in values if isinstance(v, str) and not HALF_PAIR.search(v)]
    if kind == "bool":
        return [v for v in values if isinstance(v, bool)]
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if kind in FLOATS:
        # NaN equals nothing, and no whole number beyond 64 bits can be bound.
        return [
            v
            for v in numbers
            if (not math.isnan(v) if isinstance(v, float) else -(2**63) <= v < 2**63)
        ]
    if kind not in INTEGERS:
        return []
    # Nothing stored is beyond the type, and a fraction is no whole number.
    low, high = _RANGES[kind]
    return [int(v) for v in numbers if low <= v <= high and v == int(v)]


def _whole_bound(operator: str, number: float) -> tuple[str, float]:
    """The same comparison of whole numbers, with a whole number."""
    if isinstance(number, int) or not math.isfinite(number):
        return operator, number
    up = operator in ("<", ">=")
    return operator, math.ceil(number) if up else math.floor(number)


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
