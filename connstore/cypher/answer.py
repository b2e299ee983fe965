"""Answers as neuPrintHTTP gives them: rows of what JSON can hold.

The shapes are those of its Bolt engine (``convertNeo4jValue`` in neuPrintHTTP 1.9): a node is
the map of its properties; a relationship has ``id``, ``type``, ``startNodeId`` and ``endNodeId``
beside its own; floats without a fraction are integers; a point in space is a GeoJSON-like map.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from connstore.cypher.expressions.access import SYSTEMS
from connstore.cypher.functions.keys import identity_of
from connstore.cypher.graph.identities import node_id
from connstore.cypher.graph.schema import Graph
from connstore.cypher.types import Dictionary, ListOf, Properties, Record, Scalar, Type
from connstore.cypher.values.encoding import decode
from connstore.cypher.values.model import Node, Path, Point, Relationship, Value

#: Where neuPrintHTTP says that a coordinate system is described.
_AUTHORITIES = {7203: "sr-org", 9157: "sr-org", 4326: "epsg", 4979: "epsg"}

_EXACT = (Scalar.INTEGER, Scalar.STRING, Scalar.BOOLEAN, Scalar.NULL)


def rows(table: pa.Table, types: Sequence[Type | Properties], graph: Graph) -> list[list[Any]]:
    """The rows of an answer.

    Args:
        table: What the engine answered, a column for each type.
        types: Of the columns.
        graph: The graph that was asked.
    """
    columns = [
        values_of(column, type_, graph) for type_, column in zip(types, table.columns, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def values_of(column: pa.ChunkedArray, type_: Type | Properties, graph: Graph) -> list[Any]:
    """The values of one column of an answer."""
    if isinstance(type_, Properties):
        return _nodes(column, type_, graph)
    values: list[Any] = column.to_pylist()
    if type_ in _EXACT:
        return values
    read = reader(type_)
    return [as_json(read(value), graph) for value in values]


def _nodes(column: pa.ChunkedArray, type_: Properties, graph: Graph) -> list[Any]:
    """The properties of whole nodes, without nulls."""
    if not len(column):  # then it may be without type as well
        return []
    names = [name for name, _ in type_.fields]
    parts = column.combine_chunks().flatten()
    columns = [
        values_of(pa.chunked_array([part]), each, graph)
        for part, (_, each) in zip(parts, type_.fields, strict=False)
    ]
    known = zip(*columns, strict=True)
    maps = [{k: v for k, v in zip(names, row, strict=True) if v is not None} for row in known]
    if type_.flags:
        flags = cache(graph.flags_of)
        for properties, roi_set in zip(maps, parts[-1].to_pylist(), strict=True):
            properties.update(() if roi_set is None else flags(roi_set))
    there = column.is_valid().to_pylist()
    return [properties if valid else None for properties, valid in zip(maps, there, strict=True)]


def as_they_are(type_: Type | Properties) -> bool:
    """Whether the engine's own column has the values of a type."""
    return type_ in _EXACT or type_ is Scalar.FLOAT


def reader(type_: Type) -> Callable[[Any], Value]:
    """Makes a Cypher value of what Arrow gives for a type."""
    match type_:
        case Scalar.ANY:
            return decode
        case Scalar.POINT:
            return _point
        case ListOf(item):
            read = reader(item)
            return lambda items: None if items is None else [read(each) for each in items]
        case Record(fields):
            reads = [(f"f{i}", key, reader(each)) for i, (key, each) in enumerate(fields)]
            return lambda row: None if row is None else {k: r(row[f]) for f, k, r in reads}
        case Dictionary(value):
            read = reader(value)
            return lambda pairs: None if pairs is None else {k: read(v) for k, v in pairs}
        case _:
            return lambda value: value


def _point(value: Any) -> Value:
    if value is None:
        return None
    axes = [value[axis] for axis in "xyz" if value[axis] is not None]
    return Point(value["srid"], tuple(axes))


def as_json(value: Value, graph: Graph) -> Any:
    """A Cypher value as neuPrintHTTP's JSON has it, parsed.

    Example:
        >>> from connstore.cypher.graph.graphs import graph_of
        >>> from connstore.testing import sample_store
        >>> neuron = Node((0, 1001, 0), ("Segment",), {"bodyId": 1001, "size": 5.0})
        >>> as_json([neuron, 2.5], graph_of(sample_store()))
        [{'bodyId': 1001, 'size': 5}, 2.5]
    """
    match value:
        case float():
            return int(value) if math.isfinite(value) and value.is_integer() else value
        case list():
            return [as_json(each, graph) for each in value]
        case dict():
            return {key: as_json(each, graph) for key, each in value.items()}
        case Point(srid, coordinates):
            return {
                "coordinates": [as_json(each, graph) for each in coordinates],
                "crs": _system(srid),
                "type": "Point",
            }
        case Node():
            return as_json(value.properties, graph)
        case Relationship():
            return {
                "id": identity_of(value, graph.ids_are_keys),
                "type": value.type,
                "startNodeId": node_id(value.start, ids_are_keys=graph.ids_are_keys),
                "endNodeId": node_id(value.end, ids_are_keys=graph.ids_are_keys),
                **as_json(value.properties, graph),
            }
        case Path():
            return {
                "nodes": [as_json(each, graph) for each in value.nodes],
                "relationships": [as_json(each, graph) for each in value.relationships],
            }
        case _:
            return value


def _system(srid: int) -> dict[str, Any]:
    """A coordinate system as GeoJSON of Neo4j names it."""
    where = f"http://spatialreference.org/ref/{_AUTHORITIES[srid]}/{srid}/ogcwkt/"
    return {
        "name": SYSTEMS[srid],
        "properties": {"href": where, "type": "ogcwkt"},
        "srid": srid,
        "type": "link",
    }
