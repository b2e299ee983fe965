"""Functions of APOC that count, reckon and order the items of a list."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from functools import cmp_to_key, reduce
from operator import add

from connstore.cypher.functions.aggregates import over_numbers
from connstore.cypher.functions.lists import as_map
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values import numbers
from connstore.cypher.values.java import identity, java_text
from connstore.cypher.values.model import (
    GREATEST_INTEGER,
    Node,
    Relationship,
    Value,
    is_number,
    less,
    order_key,
)
from connstore.errors import CypherError

Items = list[Value]

# Numbers ------------------------------------------------------------------------------------


def _plain_sum(items: list[float]) -> float:
    """The sum one by one, as Java adds: Python's ``sum`` corrects what rounding loses."""
    return reduce(add, map(float, items), 0.0)


def _sum(items: list[float]) -> float | None:
    return _plain_sum(items) if items else None


def _average(items: list[float]) -> float | None:
    return _plain_sum(items) / len(items) if items else None


def _sum_longs(items: list[float]) -> int:
    return numbers.integer(sum(map(numbers.truncated, items)))


def _deviation(items: list[float], of_sample: bool = True) -> float | None:
    """The standard deviation, an integer if it is one: in two passes, each with a correction."""
    count = len(items)
    if count <= 1:
        return 0 if items else None
    rough = _plain_sum(items) / count
    mean = rough + _plain_sum([item - rough for item in items]) / count
    rest = _plain_sum([item - mean for item in items])
    squares = _plain_sum([(item - mean) ** 2 for item in items])
    found = math.sqrt((squares - rest**2 / count) / (count - of_sample))
    return int(found) if found.is_integer() and found <= GREATEST_INTEGER else found


# Order --------------------------------------------------------------------------------------


def _extreme(better: Callable[[Value, Value], bool | None]) -> Callable[[Items], Value]:
    """The first item that no later one beats; one of another type or null never does."""

    def chosen(items: Items) -> Value:
        best: Value = None
        for item in items:
            if best is None or better(item, best):
                best = item
        return best

    return chosen


def _compared(left: Value, right: Value) -> int:
    """The order of properties: null first, numbers as such, everything else by its text."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if identity(left) == identity(right):
        return 0
    numeric = is_number(left) and is_number(right)
    plain = numeric or (type(left) is type(right) and isinstance(left, bool | Node | Relationship))
    key = order_key if plain else _letters
    return (key(left) > key(right)) - (key(left) < key(right))


def _letters(value: Value) -> bytes:
    """Java compares texts by their UTF-16 units."""
    return java_text(value).encode("utf-16-be", "surrogatepass")


def _sorted_by(items: Items | None, name: str) -> Items:
    """From the greatest on, unless the name of the property begins with ``^``."""
    ascending = name[0] == "^"
    key, sign = name.removeprefix("^") if ascending else name, 1 if ascending else -1

    def order(left: Value, right: Value) -> int:
        return sign * _compared(as_map(left).get(key), as_map(right).get(key))

    return sorted(items or [], key=cmp_to_key(order))


# Counts -------------------------------------------------------------------------------------


def _frequencies(items: Items | None) -> list[dict[str, Value]]:
    counts: dict[Hashable, dict[str, Value]] = {}
    for item in items or []:
        entry = counts.setdefault(identity(item), {"item": item, "count": 0})
        entry["count"] += 1
    return list(counts.values())


def _duplicates(items: Items | None) -> Items:
    """What occurs twice, in the order in which it does so."""
    seen: set[Hashable] = set()
    twice: dict[Hashable, Value] = {}
    for item in items or []:
        key = identity(item)
        if key in seen:
            twice.setdefault(key, item)
        seen.add(key)
    return list(twice.values())


def _frequencies_as_map(items: Items | None) -> dict[str, int]:
    result: dict[str, int] = {}
    for entry in _frequencies(items):
        key = java_text(entry["item"])
        if entry["item"] is None or key in result:
            raise CypherError(
                f"apoc.coll.frequenciesAsMap: {key} is null, or the text of two different items; "
                "apoc.coll.frequencies tells them apart."
            )
        result[key] = entry["count"]
    return result


def _occurrences(items: Items | None, item: Value) -> int:
    same = identity(item)
    return sum(identity(each) == same for each in items or [])


def _of_numbers(name: str, returns: str, doc: str, python: Callable[..., Value]) -> Function:
    return Function(name, "items List", returns, doc, over_numbers(name, python))


APOC_COUNTS = table(
    _of_numbers("apoc.coll.sum", "Float", "Sum, as a float.", _sum),
    _of_numbers("apoc.coll.sumLongs", "Integer", "Sum, as an integer.", _sum_longs),
    _of_numbers("apoc.coll.avg", "Float", "Mean.", _average),
    Function(
        "apoc.coll.stdev",
        "items List, ofSample Boolean?",
        "Number",
        "Standard deviation of a sample, or with false of a population.",
        over_numbers("apoc.coll.stdev", _deviation),
    ),
    Function(
        "apoc.coll.max",
        "items List",
        "Any",
        "Greatest item.",
        _extreme(lambda item, best: less(best, item)),
    ),
    Function("apoc.coll.min", "items List", "Any", "Least item.", _extreme(less)),
    Function(
        "apoc.coll.sort",
        "items List",
        "List",
        "Items in order.",
        lambda items: sorted(items or [], key=order_key),
        strict=False,
    ),
    *(
        Function(
            name,
            "items List, property String",
            "List",
            f"{what} by a property, from the greatest on; from the least with '^property'.",
            _sorted_by,
            strict=False,
        )
        for name, what in (("apoc.coll.sortMaps", "Maps"), ("apoc.coll.sortNodes", "Nodes"))
    ),
    Function(
        "apoc.coll.frequencies",
        "items List",
        "List",
        "Each different item with its count, as {item, count}.",
        _frequencies,
        strict=False,
    ),
    Function(
        "apoc.coll.frequenciesAsMap",
        "items List",
        "Map",
        "Count of each different item, by its text.",
        _frequencies_as_map,
        strict=False,
    ),
    Function(
        "apoc.coll.occurrences",
        "items List, item Any",
        "Integer",
        "How often an item occurs.",
        _occurrences,
        strict=False,
    ),
    Function(
        "apoc.coll.duplicates",
        "items List",
        "List",
        "Items that occur twice or more, each once.",
        _duplicates,
        strict=False,
    ),
    Function(
        "apoc.coll.duplicatesWithCount",
        "items List",
        "List",
        "Items that occur twice or more, with their counts.",
        lambda items: [each for each in _frequencies(items) if each["count"] > 1],
        strict=False,
    ),
)
