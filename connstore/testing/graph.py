"""A store from a literal property graph, so that any small graph can be asked questions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import pyarrow as pa
import pyarrow.parquet as pq

from connstore.errors import ArgumentError, did_you_mean
from connstore.store.manifest import Rules
from connstore.store.opening import Store
from connstore.store.schema import PARTS, TABLES, Table
from connstore.store.writer import staged_store, store_place

#: connstore type -> type of an Arrow column.
_ARROW: dict[str, pa.DataType] = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "ints": pa.list_(pa.int32()),
    "texts": pa.list_(pa.string()),
}

#: Number of coordinates -> srid of Neo4j's cartesian system with as many axes.
_SRIDS = {2: 7203, 3: 9157}

_NODE_KEYS = {"id": True, "labels": False, "props": False}
_RELATIONSHIP_KEYS = {"id": True, "type": True, "src": True, "dst": True, "props": False}
_RULES = Rules(
    source_format="neuprint",
    downstream_side="pre",
    post_high_accuracy=None,
    post_high_precision=None,
)


def graph_store(
    nodes: Iterable[Mapping[str, Any]],
    relationships: Iterable[Mapping[str, Any]],
    path: str | Path,
) -> Store:
    """Write a property graph to a store, which Cypher can then be asked of.

    Labels, types and property names are any texts; self-loops and parallel relationships are
    fine. A property is a text, a bool, an int (64 bits), a float, a point
    ``{"__point__": [x, y]}`` or ``[x, y, z]``, or a flat list of these. The store has no
    neuPrint tables of its own: its neurons are nodes like any others. Its dataset is
    ``dataset:tag`` of the node labelled Meta, or ``graph:v1`` where there is none.

    Args:
        nodes: ``{"id": int, "labels": [text, …], "props": {name: value}}``; labels and props
            may be left out.
        relationships: ``{"id": int, "type": text, "src": node id, "dst": node id, "props":
            {name: value}}``; props may be left out.
        path: Where the store shall be; nothing may lie there.

    Returns:
        The store, opened.

    Raises:
        ArgumentError: Something is missing, double, dangling or of another type; or something
            lies at ``path``.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> people = [
        ...     {"id": 1, "labels": ["Person"], "props": {"name": "Ada"}},
        ...     {"id": 2, "labels": ["Person"]},
        ... ]
        >>> knows = [{"id": 1, "type": "KNOWS", "src": 1, "dst": 2, "props": {"since": 1833}}]
        >>> with TemporaryDirectory() as directory:
        ...     store = graph_store(people, knows, f"{directory}/people")
        ...     store.read("node").to_pylist()[0]
        {'node_id': 1, 'labels': ['Person'], 'properties': '{"name":"Ada"}'}
    """
    node_rows = [_node(number, node) for number, node in enumerate(nodes)]
    relationship_rows = [_relationship(n, entry) for n, entry in enumerate(relationships)]
    ids = _unique("node", [row["node_id"] for row in node_rows])
    _unique("relationship", [row["relationship_id"] for row in relationship_rows])
    for row in relationship_rows:
        for end in ("source", "target"):
            if row[end] not in ids:
                raise ArgumentError(
                    f"graph_store: relationship {row['relationship_id']} has {end} {row[end]}, "
                    "which is no node"
                )
    rows = {"node": node_rows, "relationship": relationship_rows}
    with staged_store(store_place(path)) as writer:
        for name, table in TABLES.items():
            if table.required or name in rows:
                for part in PARTS if table.parts else ("all",):
                    pq.write_table(_arrow(table, rows.get(name, [])), writer.path(name, part))
        writer.finish(_dataset(node_rows), _RULES, [])
    return Store.open(path)


def _node(number: int, node: Mapping[str, Any]) -> dict[str, Any]:
    """A row of table ``node``."""
    where = f"nodes[{number}]"
    _check_keys(where, node, _NODE_KEYS)
    labels = node.get("labels", [])
    if not _is_list(labels):
        raise ArgumentError(f"graph_store: {where}: labels {labels!r} is no list")
    return {
        "node_id": _id(where, "id", node["id"]),
        "labels": list(dict.fromkeys(_text(f"{where}: label", label) for label in labels)),
        "properties": _encoded(where, node.get("props", {})),
    }


def _relationship(number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A row of table ``relationship``."""
    where = f"relationships[{number}]"
    _check_keys(where, entry, _RELATIONSHIP_KEYS)
    return {
        "relationship_id": _id(where, "id", entry["id"]),
        "type": _text(f"{where}: type", entry["type"]),
        "source": _id(where, "src", entry["src"]),
        "target": _id(where, "dst", entry["dst"]),
        "properties": _encoded(where, entry.get("props", {})),
    }


def _check_keys(where: str, entry: Mapping[str, Any], keys: Mapping[str, bool]) -> None:
    """Check that an entry has the keys it needs and no others."""
    if not isinstance(entry, Mapping):
        raise ArgumentError(f"graph_store: {where} {entry!r} is no dict")
    for key in entry:
        if key not in keys:
            hint = did_you_mean(str(key), keys)
            raise ArgumentError(f"graph_store: {where}: key {key!r} is none of {list(keys)}.{hint}")
    for key, required in keys.items():
        if required and key not in entry:
            raise ArgumentError(f"graph_store: {where} has no {key!r}")


def _unique(kind: str, ids: Sequence[int]) -> set[int]:
    """The ids as a set, each of which must be there once."""
    seen: set[int] = set()
    for each in ids:
        if each in seen:
            raise ArgumentError(f"graph_store: there are two {kind}s of id {each}")
        seen.add(each)
    return seen


def _id(where: str, key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise ArgumentError(f"graph_store: {where}: {key} {value!r} is no 64-bit integer")
    return value


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ArgumentError(f"graph_store: {where} {value!r} is no text, or an empty one")
    return _unicode(where, value)


def _unicode(where: str, value: str) -> str:
    """A text, which must not hold half of a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentError(f"graph_store: {where}: {value!r} is no Unicode text") from None
    return value


def _encoded(where: str, properties: Mapping[str, object]) -> str:
    """A map of properties in the encoding of dynamic Cypher values."""
    if not isinstance(properties, Mapping):
        raise ArgumentError(f"graph_store: {where}: props {properties!r} is no dict")
    content = {}
    for name, value in properties.items():
        key = _text(f"{where}: a property's name", name)
        # A name of the user's that begins like a tag is told apart by one more sign.
        content["$" + key if key.startswith("$") else key] = _value(f"{where}.{name}", value)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _value(where: str, value: object) -> object:
    """A property's value, ready to be JSON."""
    if _is_list(value):
        return [_single(where, item) for item in value]
    return _single(where, value)


def _single(where: str, value: object) -> object:
    match value:
        case bool():
            return value
        case str():
            return _unicode(where, value)
        case int() if -(2**63) <= value < 2**63:
            return value
        case float() if math.isfinite(value):
            return value
        case float():
            name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            return {"$float": name}
        case {"__point__": [*axes], **others} if len(axes) in _SRIDS and not others:
            if all(type(axis) in (int, float) and math.isfinite(axis) for axis in axes):
                return {"$point": [_SRIDS[len(axes)], *map(float, axes)]}
    raise ArgumentError(
        f"graph_store: {where}: {value!r} is no value of a property. Give a text, a bool, a "
        'number (integers of 64 bits), {"__point__": [x, y, z]} or a flat list of these; leave '
        "out what is null."
    )


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list | tuple)


def _arrow(table: Table, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of a table in its order."""
    types = {c.name: _ARROW["int32" if c.type == "voxel" else c.type] for c in table.columns}
    rows = sorted(rows, key=lambda row: tuple(row[key] for key in table.order))
    columns = {name: pa.array([row[name] for row in rows], type_) for name, type_ in types.items()}
    return pa.table(columns)


def _dataset(nodes: Sequence[Mapping[str, Any]]) -> str:
    """The dataset's key that the Meta node tells."""
    for node in nodes:
        if "Meta" in node["labels"]:
            properties = json.loads(node["properties"])
            name, tag = properties.get("dataset"), properties.get("tag")
            if isinstance(name, str) and name:
                return f"{name}:{tag}" if isinstance(tag, str) and tag else name
    return "graph:v1"
