"""Functions of APOC on maps; a node or relationship is the map of its properties."""

from __future__ import annotations

from connstore.cypher.functions.apoc_conversion import to_boolean
from connstore.cypher.functions.lists import as_map
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.java import java_text
from connstore.cypher.values.model import Value, type_name
from connstore.errors import CypherError

Map = dict[str, Value]

# Of lists -----------------------------------------------------------------------------------


def _from_values(values: list[Value]) -> Map:
    if len(values) % 2:
        raise CypherError("apoc.map.fromValues: the last key has no value.")
    return _from_pairs([list(pair) for pair in zip(values[::2], values[1::2], strict=True)])


def _from_pairs(pairs: list[Value]) -> Map:
    """A pair may lack its value; pairs without a key are left out."""
    for pair in pairs:
        if type(pair) is not list:
            raise CypherError(f"apoc.map.fromPairs: a pair is a List, not {type_name(pair)}.")
    given = [(*pair, None)[:2] for pair in pairs if pair]
    return {java_text(key): value for key, value in given if key is not None}


def _from_lists(keys: list[Value] | None, values: list[Value] | None) -> Map:
    if keys is None or values is None or len(keys) != len(values):
        raise CypherError("apoc.map.fromLists: keys and values are lists of the same size.")
    return dict(zip(_names("apoc.map.fromLists", keys), values, strict=True))


def _names(function: str, keys: list[Value]) -> list[str]:
    for key in keys:
        if type(key) is not str:
            raise CypherError(f"{function}: a key is a String, not {type_name(key)}.")
    return keys


def _merged(maps: list[Value]) -> Map:
    return {key: value for each in maps for key, value in as_map(each).items()}


def _key_of(value: Value, key: str) -> str | None:
    """The text by which a map or an entity is grouped; None if it has none."""
    given = as_map(value)
    found = given.get(key) if type(given) is dict else None
    return None if found is None else java_text(found)


def _grouped(values: list[Value], key: str) -> Map:
    return {name: each for each in values if (name := _key_of(each, key)) is not None}


def _grouped_lists(values: list[Value], key: str) -> Map:
    groups: dict[str, list[Value]] = {}
    for each in values:
        if (name := _key_of(each, key)) is not None:
            groups.setdefault(name, []).append(each)
    return groups


# Of maps ------------------------------------------------------------------------------------


def _without_keys(value: Value, keys: list[str] | None, config: Value = None) -> Map | None:
    given = as_map(value)
    if given is None or keys is None:
        return None
    dropped = set(keys)
    rest = {key: each for key, each in given.items() if key not in dropped}
    if not to_boolean((config or {}).get("recursive")):
        return rest
    inner = {key: _inside(each, keys, config) for key, each in rest.items()}
    return {key: each for key, each in inner.items() if each not in ({}, [])}


def _inside(value: Value, keys: list[str], config: Value) -> Value:
    """A value without some keys of the maps in it, and without the maps that this empties."""
    if type(value) is dict:
        return _without_keys(value, keys, config)
    if type(value) is not list:
        return value
    items = [_inside(each, keys, config) if type(each) is dict else each for each in value]
    return [each for each in items if each != {}]


def _without_key(value: Value, key: str | None, config: Value = None) -> Map | None:
    """The map as it is if it lacks the key: maps inside it are then not looked into."""
    given = as_map(value)
    if given is None or key is None or key not in given:
        return given
    return _without_keys(given, [key], config)


def _with(value: Value, key: str | None, each: Value) -> Map:
    return (as_map(value) or {}) | ({} if key is None else {key: each})


def _get(value: Value, key: str, default: Value = None, fail: bool = True) -> Value:
    given = as_map(value)
    if fail and default is None and key not in given:
        raise CypherError(f"apoc.map.get: the map lacks {key!r}.")
    return given.get(key, default)


def _submap(
    value: Value, keys: list[str] | None, defaults: list[Value] | None = None, fail: bool = True
) -> Map | None:
    given = as_map(value)
    if given is None or keys is None:
        return None
    rest = [None] * len(keys)
    wanted = dict(zip(_names("apoc.map.submap", keys), [*(defaults or []), *rest], strict=False))
    missing = [key for key, each in wanted.items() if each is None and key not in given]
    if fail and missing:
        raise CypherError(f"apoc.map.submap: the map lacks {', '.join(map(repr, missing))}.")
    return {key: given.get(key, default) for key, default in wanted.items()}


def _values(value: Value, keys: list[str] | None = None, nulls: bool = False) -> list[Value] | None:
    given = as_map(value)
    if not keys or given is None:
        return None if keys else []
    return [given.get(key) for key in keys if nulls or key in given]


_MAPPED = "Map|Node|Relationship"

APOC_MAPS = table(
    Function(
        "apoc.map.removeKey",
        f"map {_MAPPED}, key String, config Map?",
        "Map",
        "Map without a key, with {recursive: true} also in the maps in it.",
        _without_key,
        strict=False,
    ),
    Function(
        "apoc.map.removeKeys",
        f"map {_MAPPED}, keys List, config Map?",
        "Map",
        "Map without some keys, with {recursive: true} also in the maps in it.",
        _without_keys,
        strict=False,
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
        "Map from as many keys as values.",
        _from_lists,
        strict=False,
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
        "apoc.map.mergeList",
        "maps List",
        "Map",
        "Entries of all maps, those of later ones first.",
        _merged,
    ),
    Function(
        "apoc.map.groupBy",
        "values List, key String",
        "Map",
        "Last map, node or relationship with each value of a key, by that value's text.",
        _grouped,
    ),
    Function(
        "apoc.map.groupByMulti",
        "values List, key String",
        "Map",
        "Lists of maps, nodes or relationships with the same value of a key.",
        _grouped_lists,
    ),
    Function(
        "apoc.map.submap",
        f"map {_MAPPED}, keys List, defaults List?, fail Boolean?",
        "Map",
        "Entries of some keys; if missing the default, or an error unless fail is false.",
        _submap,
        strict=False,
    ),
    Function(
        "apoc.map.get",
        f"map {_MAPPED}, key String, default Any?, fail Boolean?",
        "Any",
        "Value of a key; if missing the default, or an error unless fail is false.",
        _get,
        strict=False,
    ),
    Function(
        "apoc.map.values",
        f"map {_MAPPED}, keys List?, nulls Boolean?",
        "List",
        "Values of some keys, with nulls for missing ones if asked for.",
        _values,
        strict=False,
    ),
)
