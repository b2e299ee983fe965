"""The functions of Cypher as tables of data, one row a function."""

from __future__ import annotations

from collections.abc import Mapping

from connstore.cypher.expressions import access, equality, lambdas, operators, ordering, projections
from connstore.cypher.functions.aggregates import AGGREGATES, DISTINCT_ITEMS, GROUPED
from connstore.cypher.functions.apoc_conversion import APOC_CONVERSION
from connstore.cypher.functions.apoc_counts import APOC_COUNTS
from connstore.cypher.functions.apoc_json import APOC_JSON
from connstore.cypher.functions.apoc_lists import APOC_LISTS
from connstore.cypher.functions.apoc_maps import APOC_MAPS
from connstore.cypher.functions.apoc_texts import APOC_TEXTS
from connstore.cypher.functions.conversion import CONVERSION
from connstore.cypher.functions.graph import GRAPH, HAS_LABELS
from connstore.cypher.functions.json_writing import JSON_IN_GRAPH
from connstore.cypher.functions.keys import IDENTITY, NODE_KEY, RELATIONSHIP_KEY
from connstore.cypher.functions.lists import LISTS, REVERSE_TEXT
from connstore.cypher.functions.mathematics import MATHEMATICS
from connstore.cypher.functions.model import Function
from connstore.cypher.functions.text import TEXT
from connstore.errors import did_you_mean

#: Title in the documentation -> its functions, by name in small letters.
FAMILIES: Mapping[str, Mapping[str, Function]] = {
    "Texts": TEXT,
    "Numbers and points": MATHEMATICS,
    "Lists and maps": LISTS,
    "Conversion": CONVERSION,
    "Nodes, relationships and paths": GRAPH,
    "APOC: conversion and types": APOC_JSON | APOC_CONVERSION,
    "APOC: maps": APOC_MAPS,
    "APOC: lists": APOC_LISTS | APOC_COUNTS,
    "APOC: texts": APOC_TEXTS,
}

#: All functions of one row, by name in small letters.
FUNCTIONS: Mapping[str, Function] = {
    name: row for family in FAMILIES.values() for name, row in family.items()
}

#: Those whose calls each give another value.
RANDOM = frozenset(name for name, row in FUNCTIONS.items() if row.random)

#: Functions of time, which neuPrint's data has no values for.
_TEMPORAL = ("date", "datetime", "localdatetime", "localtime", "time", "duration")


def no_function(name: str) -> str:
    """What to say of a name that is no function of one row.

    Example:
        >>> no_function("toIntger")
        "Unknown function 'toIntger'. Did you mean toInteger or toIntegerList or toIntegerOrNull?"
    """
    if name.lower() in AGGREGATES:
        return f"{name}() stands only in WITH, RETURN and their ORDER BY."
    if name.lower().split(".")[0] in _TEMPORAL:
        return f"{name}(): dates, times and durations are not supported; neuPrint has none."
    known = [row.name for rows in (FUNCTIONS, AGGREGATES) for row in rows.values()]
    return f"Unknown function '{name}'.{did_you_mean(name, known)}"


_INTERNAL = (
    access.GET,
    access.GET_PROPERTY,
    access.CUT,
    equality.EQUALS,
    equality.EQUIVALENT,
    equality.CONTAINED,
    lambdas.ITEMS,
    operators.FLOAT_TEXT,
    ordering.ORDER_KEY,
    ordering.TRUTH,
    projections.MERGED,
    DISTINCT_ITEMS,
    HAS_LABELS,
    IDENTITY,
    JSON_IN_GRAPH,
    NODE_KEY,
    RELATIONSHIP_KEY,
    REVERSE_TEXT,
)

#: Everything that the engine may be asked to call.
BY_SLUG: Mapping[str, Function] = {
    row.slug: row
    for rows in (
        FUNCTIONS.values(),
        GROUPED.values(),
        operators.BINARY.values(),
        operators.UNARY.values(),
        _INTERNAL,
    )
    for row in rows
}

__all__ = ["AGGREGATES", "BY_SLUG", "FAMILIES", "FUNCTIONS", "RANDOM", "Function", "no_function"]
