"""Functions of APOC that neuPrint's users send."""

from __future__ import annotations

import json
import math
from typing import Any

from connstore.cypher.functions.lists import as_map
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.model import (
    GREATEST_INTEGER,
    LEAST_INTEGER,
    Node,
    Path,
    Point,
    Relationship,
    Value,
    type_name,
)
from connstore.cypher.values.texts import text
from connstore.errors import CypherError

# JSON ---------------------------------------------------------------------------------------


def _json_integer(digits: str) -> float:
    number = int(digits) if len(digits) < 25 else float(digits)
    return number if LEAST_INTEGER <= number <= GREATEST_INTEGER else float(number)


def _json_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _parsed(name: str, value: str, wanted: type) -> Value:
    try:
        parsed = json.loads(value, parse_int=_json_integer, parse_constant=_json_constant)
    except (ValueError, RecursionError) as error:
        raise CypherError(f"{name}: the text is not JSON ({error}).") from None
    if parsed is not None and type(parsed) is not wanted:
        raise CypherError(f"{name}: the text is JSON of type {type_name(parsed)}.")
    return parsed


def _plain(value: Value) -> Any:
    """A value as APOC writes it in JSON."""
    match value:
        case float() if not math.isfinite(value):
            return str(text(value))
        case list():
            return [_plain(each) for each in value]
        case Point():
            names = ("x", "y", "z")
            return dict(zip(names, value.coordinates, strict=False)) | {"srid": value.srid}
        case Node():
            return {
                "type": "node",
                "labels": list(value.labels),
                "properties": _plain(dict(value.properties)),
            }
        case Relationship():
            return {
                "type": "relationship",
                "label": value.type,
                "properties": _plain(dict(value.properties)),
            }
        case Path():
            steps: list[Node | Relationship] = [value.nodes[0]]
            for relationship, node in zip(value.relationships, value.nodes[1:], strict=True):
                steps += [relationship, node]
            return [_plain(each) for each in steps]
        case dict():
            return {key: _plain(each) for key, each in value.items()}
    return value


def _to_json(value: Value) -> str:
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


# Maps ---------------------------------------------------------------------------------------


def _without(value: Value, keys: Value) -> dict[str, Value]:
    dropped = set(keys) if type(keys) is list else {keys}
    return {key: each for key, each in as_map(value).items() if key not in dropped}


def _with(value: Value, key: str | None, each: Value) -> dict[str, Value]:
    return (as_map(value) or {}) | ({} if key is None else {key: each})


def _from_values(values: list[Value]) -> dict[str, Value]:
    pairs = zip(values[::2], values[1::2], strict=False)
    return {text(key): value for key, value in pairs if key is not None}


def _from_pairs(pairs: list[Value]) -> dict[str, Value]:
    return {text(pair[0]): pair[1] for pair in pairs if pair}


def _submap(value: Value, keys: list[str]) -> dict[str, Value]:
    given = as_map(value)
    missing = [key for key in keys if key not in given]
    if missing:
        raise CypherError(f"apoc.map.submap: the map lacks {', '.join(map(repr, missing))}.")
    return {key: given[key] for key in keys}


def _get(value: Value, key: str, default: Value = None) -> Value:
    given = as_map(value)
    if key in given:
        return given[key]
    if default is None:
        raise CypherError(f"apoc.map.get: the map lacks {key!r}.")
    return default


# Types --------------------------------------------------------------------------------------


def _type(value: Value) -> str:
    return type_name(value).upper()


def _cypher_type(value: Value) -> str:
    if type(value) is not list:
        return _type(value)
    kinds = {_type(item) for item in value}
    return f"LIST OF {kinds.pop() if len(kinds) == 1 else 'ANY'}"


_MAPPED = "Map|Node|Relationship"

APOC = table(
    Function(
        "apoc.convert.fromJsonMap",
        "text String",
        "Map",
        "Map from JSON.",
        lambda value: _parsed("apoc.convert.fromJsonMap", value, dict),
    ),
    Function(
        "apoc.convert.fromJsonList",
        "text String",
        "List",
        "List from JSON.",
        lambda value: _parsed("apoc.convert.fromJsonList", value, list),
    ),
    Function(
        "apoc.convert.toJson", "value Any", "String", "JSON of a value.", _to_json, strict=False
    ),
    Function(
        "apoc.map.removeKey", f"map {_MAPPED}, key String", "Map", "Map without a key.", _without
    ),
    Function(
        "apoc.map.removeKeys",
        f"map {_MAPPED}, keys List",
        "Map",
        "Map without some keys.",
        _without,
    ),
    Function(
        "apoc.map.setKey",
        f"map {_MAPPED}, key String, value Any",
        "Map",
        "Map with one more value.",
        _with,
        strict=False,
    ),
    Function(
        "apoc.map.fromValues",
        "values List",
        "Map",
        "Map from keys and values in turn.",
        _from_values,
    ),
    Function(
        "apoc.map.fromPairs", "pairs List", "Map", "Map from pairs of key and value.", _from_pairs
    ),
    Function(
        "apoc.map.fromLists",
        "keys List, values List",
        "Map",
        "Map from keys and values.",
        lambda keys, values: dict(zip(keys, values, strict=False)),
    ),
    Function(
        "apoc.map.merge",
        f"first {_MAPPED}, second {_MAPPED}",
        "Map",
        "Entries of both maps, those of the second first.",
        lambda a, b: (as_map(a) or {}) | (as_map(b) or {}),
        strict=False,
    ),
    Function(
        "apoc.map.submap", f"map {_MAPPED}, keys List", "Map", "Entries of some keys.", _submap
    ),
    Function(
        "apoc.map.get",
        f"map {_MAPPED}, key String, default Any?",
        "Any",
        "Value of a key.",
        _get,
        strict=False,
    ),
    Function(
        "apoc.map.values",
        f"map {_MAPPED}, keys List",
        "List",
        "Values of some keys.",
        lambda given, keys: [as_map(given)[key] for key in keys if key in as_map(given)],
    ),
    Function(
        "apoc.meta.type", "value Any", "String", "Name of a value's type.", _type, strict=False
    ),
    Function(
        "apoc.meta.cypher.type",
        "value Any",
        "String",
        "Name of a value's type, items included.",
        _cypher_type,
        strict=False,
    ),
)
