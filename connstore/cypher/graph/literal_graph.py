"""The graph of a store made by ``connstore.testing.graph_store``: any labels, any types."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from connstore.cypher.expressions.constants import common_type, type_of
from connstore.cypher.graph.schema import (
    Arrangement,
    Bind,
    Graph,
    NodeKind,
    OverScan,
    PropertySource,
    RelationshipKind,
    Subset,
)
from connstore.cypher.sqlkit import as_sql, call, column, struct, typed_as, when, words
from connstore.cypher.types import ListOf, Scalar, Type
from connstore.cypher.values.encoding import decode
from connstore.store.opening import Store


def literal_graph(store: Store) -> Graph:
    """The graph of a store: one kind of nodes, and a kind of relationships for each type."""
    nodes = store.read("node")
    labels = {label for row in nodes["labels"].to_pylist() for label in row}
    properties = _sources(nodes["properties"].to_pylist())
    node = NodeKind(
        number=0,
        table="node",
        key=("node_id",),
        labels=frozenset(),
        subsets={label: Subset(_has_label(label)) for label in labels},
        all_labels=PropertySource(ListOf(Scalar.STRING), lambda scan, bind: column(scan, "labels")),
        property=properties.get,
        properties=_whole,
    )
    rows = store.read("relationship")
    texts: dict[str, list[str]] = {}
    for type_, text in zip(rows["type"].to_pylist(), rows["properties"].to_pylist(), strict=True):
        texts.setdefault(type_, []).append(text)
    kinds = [
        _relationships(number, type_, texts[type_]) for number, type_ in enumerate(sorted(texts))
    ]
    return Graph((node,), tuple(kinds), lambda label: label, store.dataset, ids_are_keys=True)


def _relationships(number: int, type_: str, texts: Iterable[str]) -> RelationshipKind:
    chosen = exp.column("type").eq(words(type_)).sql("duckdb")
    return RelationshipKind(
        number=number,
        type=type_,
        source=0,
        target=0,
        arrangements=(Arrangement(f"(SELECT * FROM relationship WHERE {chosen})", "source"),),
        source_key=("source",),
        target_key=("target",),
        id="relationship_id",
        property=_sources(texts).get,
        properties=_whole,
    )


def _sources(texts: Iterable[str]) -> dict[str, PropertySource]:
    """The properties of some nodes or relationships, each of the narrowest type."""
    types: dict[str, Type] = {}
    for text in texts:
        for name, value in decode(text).items():
            types[name] = common_type([types.get(name, Scalar.NULL), type_of(value)])
    return {name: PropertySource(type_, _member(name, type_)) for name, type_ in types.items()}


def _member(name: str, type_: Type) -> OverScan:
    """A property out of the text of all."""
    escaped = f"${name}" if name.startswith("$") else name
    pointer = "/" + escaped.replace("~", "~0").replace("/", "~1")

    def sql(scan: str, bind: Bind) -> exp.Expr:
        text = call("json_extract", column(scan, "properties"), bind(pointer))
        match type_:
            case Scalar.STRING:
                return call("json_extract_string", column(scan, "properties"), bind(pointer))
            case Scalar.ANY:
                return as_sql(text, "VARCHAR")
            case Scalar.POINT:
                return _point(column(scan, "properties"), pointer, bind)
            case ListOf(Scalar.ANY):
                return as_sql(as_sql(text, "JSON[]"), "VARCHAR[]")
            case _:
                return typed_as(text, type_)

    return sql


def _point(properties: exp.Expr, pointer: str, bind: Bind) -> exp.Expr:
    def part(index: int) -> exp.Expr:
        place = bind(f"{pointer}/$point/{index}")
        return call("json_extract", properties.copy(), place)

    whole = struct(
        x=as_sql(part(1), "DOUBLE"),
        y=as_sql(part(2), "DOUBLE"),
        z=as_sql(part(3), "DOUBLE"),
        srid=as_sql(part(0), "INTEGER"),
    )
    return when(part(0).is_(exp.null()).not_(), whole)


def _whole(scan: str, bind: Bind) -> exp.Expr:
    return column(scan, "properties")


def _has_label(label: str) -> OverScan:
    return lambda scan, bind: call("list_contains", column(scan, "labels"), bind(label))
