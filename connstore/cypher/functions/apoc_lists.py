"""Functions of APOC on lists."""

from __future__ import annotations

from collections.abc import Callable

from connstore.cypher.functions.model import Function, table
from connstore.cypher.values import numbers
from connstore.cypher.values.model import Value, first_of_each, order_key, type_name
from connstore.errors import CypherError


def _flatten(items: list[Value], deep: bool = False) -> list[Value]:
    result: list[Value] = []
    for item in items:
        if type(item) is list:
            result += _flatten(item, True) if deep else item
        else:
            result.append(item)
    return result


def _unique(items: list[Value]) -> list[Value]:
    """The first of each value, 1 and 1.0 apart as in Java's sets."""
    return list(first_of_each(items, _identity))


def _identity(item: Value) -> tuple[str, bytes]:
    return type_name(item), order_key(item)


def _known(items: list[Value]) -> set[tuple[str, bytes]]:
    return set(map(_identity, items))


def _intersection(left: list[Value], right: list[Value]) -> list[Value]:
    known = _known(right)
    return [item for item in _unique(left) if _identity(item) in known]


def _difference(left: list[Value], right: list[Value]) -> list[Value]:
    known = _known(right)
    return [item for item in _unique(left) if _identity(item) not in known]


def _index_of(items: list[Value], wanted: Value) -> int:
    same = _identity(wanted)
    return next((i for i, item in enumerate(items) if _identity(item) == same), -1)


def _numbers_of(name: str, items: list[Value]) -> list[float]:
    for item in items:
        if type(item) not in {int, float}:
            raise CypherError(f"Type mismatch: {name} expected numbers but was {type_name(item)}.")
    return items


def _sum(items: list[Value]) -> float | None:
    given = _numbers_of("apoc.coll.sum", items)
    return float(sum(map(float, given))) if given else None


def _average(items: list[Value]) -> float | None:
    given = _numbers_of("apoc.coll.avg", items)
    return sum(map(float, given)) / len(given) if given else None


def _sum_longs(items: list[Value]) -> int | None:
    given = _numbers_of("apoc.coll.sumLongs", items)
    return numbers.integer(sum(map(numbers.truncated, given))) if given else None


def _extreme(choose: Callable[..., Value]) -> Callable[[list[Value]], Value]:
    return lambda items: choose(
        (item for item in items if item is not None), key=order_key, default=None
    )


def _zip(left: list[Value], right: list[Value]) -> list[Value]:
    width = max(len(left), len(right))
    return [[each[i] if i < len(each) else None for each in (left, right)] for i in range(width)]


APOC_LISTS = table(
    Function(
        "apoc.coll.flatten",
        "items List, recursive Boolean?",
        "List",
        "Items of the lists in a list.",
        _flatten,
    ),
    Function(
        "apoc.coll.containsDuplicates",
        "items List",
        "Boolean",
        "Whether a value occurs twice.",
        lambda items: items is not None and len(_known(items)) < len(items),
        strict=False,
    ),
    Function("apoc.coll.toSet", "items List", "List", "The first of each value.", _unique),
    Function("apoc.coll.sum", "items List", "Float", "Sum, as a float.", _sum),
    Function("apoc.coll.sumLongs", "items List", "Integer", "Sum, as an integer.", _sum_longs),
    Function("apoc.coll.avg", "items List", "Float", "Mean.", _average),
    Function("apoc.coll.max", "items List", "Any", "Greatest item.", _extreme(max)),
    Function("apoc.coll.min", "items List", "Any", "Least item.", _extreme(min)),
    Function(
        "apoc.coll.sort",
        "items List",
        "List",
        "Items in order.",
        lambda items: sorted(items, key=order_key),
    ),
    Function(
        "apoc.coll.reverse", "items List", "List", "Items from the end.", lambda items: items[::-1]
    ),
    Function(
        "apoc.coll.contains",
        "items List, item Any",
        "Boolean",
        "Whether an item is in a list.",
        lambda items, item: items is not None and _identity(item) in _known(items),
        strict=False,
    ),
    Function(
        "apoc.coll.containsAll",
        "items List, wanted List",
        "Boolean",
        "Whether all of some items are in a list.",
        lambda items, wanted: _known(wanted) <= _known(items),
    ),
    Function(
        "apoc.coll.indexOf",
        "items List, item Any",
        "Integer",
        "Place of an item, -1 if there is none.",
        _index_of,
    ),
    Function(
        "apoc.coll.union",
        "first List, second List",
        "List",
        "Items of both lists, each once.",
        lambda a, b: _unique(a + b),
    ),
    Function(
        "apoc.coll.unionAll",
        "first List, second List",
        "List",
        "Items of both lists.",
        lambda a, b: a + b,
    ),
    Function(
        "apoc.coll.intersection",
        "first List, second List",
        "List",
        "Items in both lists, each once.",
        _intersection,
    ),
    Function(
        "apoc.coll.subtract",
        "first List, second List",
        "List",
        "Items of the first list only, each once.",
        _difference,
    ),
    Function(
        "apoc.coll.removeAll",
        "first List, second List",
        "List",
        "Items of the first list only.",
        lambda a, b: [item for item in a if _identity(item) not in _known(b)],
    ),
    Function("apoc.coll.zip", "first List, second List", "List", "Pairs of items.", _zip),
    Function(
        "apoc.coll.pairs",
        "items List",
        "List",
        "Each item with the next.",
        lambda items: _zip(items, items[1:]),
    ),
)
