"""Functions of APOC on lists as sets and sequences; null is to most of them an empty list."""

from __future__ import annotations

from collections.abc import Hashable

from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.java import identity
from connstore.cypher.values.model import Value, first_of_each
from connstore.errors import CypherError

Items = list[Value]


def _flatten(items: Items | None, deep: bool = False) -> Items:
    result: Items = []
    for item in items or []:
        if type(item) is list:
            result += _flatten(item, True) if deep else item
        else:
            result.append(item)
    return result


def unique(items: Items) -> Items:
    """The first of each value, 1 and 1.0 apart as in Java's sets."""
    return list(first_of_each(items, identity))


def _known(items: Items) -> set[Hashable]:
    return set(map(identity, items))


def _contains(items: Items | None, item: Value) -> bool:
    return identity(item) in _known(items or [])


def _contains_all(items: Items | None, wanted: Items | None) -> bool:
    return bool(items) and wanted is not None and _known(wanted) <= _known(items or [])


def _index_of(items: Items | None, wanted: Value) -> int:
    same = identity(wanted)
    return next((i for i, item in enumerate(items or []) if identity(item) == same), -1)


def _union(left: Items | None, right: Items | None) -> Items | None:
    """A null list leaves the other as it is, with what occurs twice in it."""
    if left is None or right is None:
        return right if left is None else left
    return unique(left + right)


def _union_all(left: Items | None, right: Items | None) -> Items | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def _intersection(left: Items | None, right: Items | None) -> Items:
    known = _known(right or [])
    return [item for item in unique(left or []) if identity(item) in known]


def _disjunction(left: Items | None, right: Items | None) -> Items | None:
    if left is None or right is None:
        return right if left is None else left
    both = _known(left) & _known(right)
    return [item for item in unique(left + right) if identity(item) not in both]


def _without(left: Items | None, right: Items | None) -> Items | None:
    if left is None:
        return None
    known = _known(right or [])
    return [item for item in left if identity(item) not in known]


def _subtract(left: Items | None, right: Items | None) -> Items | None:
    return None if left is None else _without(unique(left), right)


def _zip(left: Items, right: Items) -> Items:
    """A pair for each item of the first list, unless the second is empty."""
    if not right:
        return []
    return [[item, right[i] if i < len(right) else None] for i, item in enumerate(left)]


def _partition(items: Items | None, size: int) -> Items:
    if items and size <= 0:
        raise CypherError(f"apoc.coll.partition: the size is at least 1, but was {size}.")
    return [(items or [])[i : i + size] for i in range(0, len(items or []), size or 1)]


_TWO_LISTS = "first List, second List"

APOC_LISTS = table(
    Function(
        "apoc.coll.flatten",
        "items List, recursive Boolean?",
        "List",
        "Items of the lists in a list.",
        _flatten,
        strict=False,
    ),
    Function(
        "apoc.coll.containsDuplicates",
        "items List",
        "Boolean",
        "Whether a value occurs twice.",
        lambda items: items is not None and len(_known(items)) < len(items),
        strict=False,
    ),
    Function("apoc.coll.toSet", "items List", "List", "The first of each value.", unique),
    Function(
        "apoc.coll.reverse",
        "items List",
        "List",
        "Items from the end.",
        lambda items: (items or [])[::-1],
        strict=False,
    ),
    Function(
        "apoc.coll.contains",
        "items List, item Any",
        "Boolean",
        "Whether an item is in a list.",
        _contains,
        strict=False,
    ),
    Function(
        "apoc.coll.containsAll",
        "items List, wanted List",
        "Boolean",
        "Whether all of some items are in a list that is not empty.",
        _contains_all,
        strict=False,
    ),
    Function(
        "apoc.coll.indexOf",
        "items List, item Any",
        "Integer",
        "Place of an item, -1 if there is none.",
        _index_of,
        strict=False,
    ),
    Function(
        "apoc.coll.union",
        _TWO_LISTS,
        "List",
        "Items of both lists, each once.",
        _union,
        strict=False,
    ),
    Function(
        "apoc.coll.unionAll",
        _TWO_LISTS,
        "List",
        "Items of both lists.",
        _union_all,
        strict=False,
    ),
    Function(
        "apoc.coll.intersection",
        _TWO_LISTS,
        "List",
        "Items in both lists, each once.",
        _intersection,
        strict=False,
    ),
    Function(
        "apoc.coll.disjunction",
        _TWO_LISTS,
        "List",
        "Items in one of the lists only, each once.",
        _disjunction,
        strict=False,
    ),
    Function(
        "apoc.coll.subtract",
        _TWO_LISTS,
        "List",
        "Items of the first list only, each once.",
        _subtract,
        strict=False,
    ),
    Function(
        "apoc.coll.removeAll",
        _TWO_LISTS,
        "List",
        "Items of the first list only.",
        _without,
        strict=False,
    ),
    Function(
        "apoc.coll.zip",
        _TWO_LISTS,
        "List",
        "Each item of the first list with that of the second; none if that is empty.",
        _zip,
    ),
    Function(
        "apoc.coll.pairs",
        "items List",
        "List",
        "Each item with the next, the last with null.",
        lambda items: _zip(items, items[1:]),
    ),
    Function(
        "apoc.coll.pairsMin",
        "items List",
        "List",
        "Each item but the last with the next.",
        lambda items: _zip(items[:-1], items[1:]),
    ),
    Function(
        "apoc.coll.partition",
        "items List, size Integer",
        "List",
        "Lists of so many items; the last may be shorter.",
        _partition,
        strict=False,
    ),
)
