"""Functions that make one value of many rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from connstore.cypher.functions.model import Function, table
from connstore.cypher.values import numbers
from connstore.cypher.values.model import Value, first_of_each, order_key, type_name
from connstore.errors import CypherError

# In Python, over the values of a group that are not null ---------------------------------------


def expect_numbers(name: str) -> Callable[[list[Value]], list[float]]:
    """The numbers of a group.

    Raises:
        CypherError: A value is none.
    """

    def checked(items: list[Value]) -> list[float]:
        for item in items:
            if type(item) not in {int, float}:
                raise CypherError(
                    f"Type mismatch: {name} expected numbers but was {type_name(item)}."
                )
        return items

    return checked


def over_numbers(name: str, function: Callable[..., Value]) -> Callable[..., Value]:
    """An aggregate of numbers."""
    check = expect_numbers(name)
    return lambda items, *more: function(check(items), *more)


def total(items: list[float]) -> float:
    """The sum; 0 for nothing."""
    result: float = 0
    for item in items:
        result = numbers.add(result, item)
    return result


def mean(items: list[float]) -> float | None:
    """The mean; null for nothing."""
    return math.fsum(items) / len(items) if items else None


def deviation(items: list[float], less: int) -> float:
    """The standard deviation with ``len(items) - less`` as divisor; 0.0 for too few."""
    if len(items) <= less:
        return 0.0
    centre = math.fsum(items) / len(items)
    return math.sqrt(math.fsum((item - centre) ** 2 for item in items) / (len(items) - less))


def fraction(name: str, value: Value) -> float:
    """The second argument of a percentile.

    Raises:
        CypherError: It is not between 0 and 1.
    """
    if type(value) in {int, float} and 0 <= value <= 1:
        return float(value)
    raise CypherError(f"{name}: the percentile is a number from 0.0 to 1.0, not {value!r}.")


def percentile_disc(items: list[float], percentile: Value) -> float | None:
    """The value at a percentile.

    Example:
        >>> percentile_disc([3, 1, 2, 4], 0.5), percentile_disc([], 0.5)
        (2, None)
    """
    part = fraction("percentileDisc", percentile)
    ordered = sorted(items, key=order_key)
    return ordered[disc_index(part, len(ordered))] if ordered else None


def disc_index(part: float, count: int) -> int:
    """Which of so many sorted values is at a percentile."""
    if part == 1:
        return count - 1
    place = part * count
    index = int(place)
    return index if place != index or index == 0 else index - 1


def percentile_cont(items: list[float], percentile: Value) -> float | None:
    """The value at a percentile, between two values if need be.

    Example:
        >>> percentile_cont([3, 1, 2, 4], 0.5)
        2.5
    """
    part = fraction("percentileCont", percentile)
    if not items:
        return None
    ordered = sorted(map(float, items))
    place = part * (len(ordered) - 1)
    below = math.floor(place)
    above = math.ceil(place)
    if below == above:
        return ordered[below]
    return ordered[below] * (above - place) + ordered[above] * (place - below)


def distinct_items(items: list[Value]) -> list[Value]:
    """The first of each value."""
    return list(first_of_each(items, order_key))


def _row(
    name: str, parameters: str, returns: str, doc: str, python: Callable[..., Value]
) -> Function:
    return Function(name, parameters, returns, doc, python)


#: The aggregates; in Python their first argument is the list of a group's values.
AGGREGATES = table(
    _row("avg", "number Number", "Float", "Mean; null for nothing.", over_numbers("avg", mean)),
    _row("collect", "value Any", "List", "List of the values that are not null.", list),
    _row("count", "value Any", "Integer", "Number of values that are not null.", len),
    _row(
        "max",
        "value Any",
        "Any",
        "Greatest value.",
        lambda items: max(items, key=order_key, default=None),
    ),
    _row(
        "min",
        "value Any",
        "Any",
        "Least value.",
        lambda items: min(items, key=order_key, default=None),
    ),
    _row(
        "percentileCont",
        "number Number, percentile Float",
        "Float",
        "Value at a percentile, interpolated.",
        over_numbers("percentileCont", percentile_cont),
    ),
    _row(
        "percentileDisc",
        "number Number, percentile Float",
        "Number",
        "Nearest value to a percentile.",
        over_numbers("percentileDisc", percentile_disc),
    ),
    _row(
        "stDev",
        "number Number",
        "Float",
        "Standard deviation of a sample.",
        over_numbers("stDev", lambda items: deviation(items, 1)),
    ),
    _row(
        "stDevP",
        "number Number",
        "Float",
        "Standard deviation of a population.",
        over_numbers("stDevP", lambda items: deviation(items, 0)),
    ),
    _row("sum", "number Number", "Number", "Sum; 0 for nothing.", over_numbers("sum", total)),
)

#: The same as the engine calls them: over a list.
GROUPED = {
    name: replace(row, parameters="items List, percentile Any?", engine_name=f"group_{name}")
    for name, row in AGGREGATES.items()
}

DISTINCT_ITEMS = Function("distinct items", "items List", "Items", "", distinct_items)
