"""Functions of APOC between values and JSON."""

from __future__ import annotations

from functools import reduce

from connstore.cypher.functions.json_reading import part, read, steps
from connstore.cypher.functions.json_writing import json_in_graph, written
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.model import Value, type_name
from connstore.errors import CypherError


def _parsed(name: str, text: str | None, path: str | None, wanted: type) -> Value:
    if not text:
        return None
    try:
        whole = read(text)
    except (ValueError, RecursionError) as error:
        raise CypherError(f"{name}: the text is not JSON ({error}).") from None
    if (way := steps(path or "")) is None:
        raise CypherError(
            f"{name}: the path {path!r} is not supported; paths such as $.a.b, $['a b'] and "
            "$.a[0] are."
        )
    parsed = reduce(part, way, whole)
    if parsed is not None and type(parsed) is not wanted:
        raise CypherError(f"{name}: the text is JSON of type {type_name(parsed)}.")
    return parsed


APOC_JSON = table(
    Function(
        "apoc.convert.fromJsonMap",
        "text String, path String?",
        "Map",
        "Map from JSON, or from what a path such as $.a[0] leads to in it.",
        lambda text, path="": _parsed("apoc.convert.fromJsonMap", text, path, dict),
        strict=False,
    ),
    Function(
        "apoc.convert.fromJsonList",
        "text String, path String?",
        "List",
        "List from JSON, or from what a path leads to in it.",
        lambda text, path="": _parsed("apoc.convert.fromJsonList", text, path, list),
        strict=False,
    ),
    Function(
        "apoc.convert.toJson",
        "value Any",
        "String",
        "JSON of a value.",
        written,
        json_in_graph,
        strict=False,
    ),
)
