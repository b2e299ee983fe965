"""Functions of nodes, relationships and paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from connstore.cypher.clauses.bindings import Entity, NodeBinding, RelationshipBinding
from connstore.cypher.context import Context
from connstore.cypher.expressions.access import LocalEntity
from connstore.cypher.expressions.constants import constant
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.keys import IDENTITY, identity_of
from connstore.cypher.functions.model import Function, Native, table
from connstore.cypher.functions.native import Arguments
from connstore.cypher.sqlkit import as_sql, call, member
from connstore.cypher.types import ListOf, NodeType, PathType, RelationshipType, Scalar, Typed
from connstore.cypher.values.model import Relationship, Value
from connstore.errors import CypherError


def _asked(method: Callable[[Context, Typed], Typed]) -> Native:
    """What the graph answers about a node or relationship."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if isinstance(arguments[0].type, NodeType | RelationshipType):
            return method(context, arguments[0])
        return None

    return native


def _identity(arguments: Arguments, context: Context) -> Typed:
    if isinstance(arguments[0].type, NodeType | RelationshipType):
        return context.identity(arguments[0])
    return in_python(IDENTITY, [arguments[0], constant(context.ids_are_keys, context)], context)


def _end(which: int) -> Native:
    def native(arguments: Arguments, context: Context) -> Typed | None:
        given = arguments[0]
        if given.type is Scalar.ANY:
            given = context.entity(given, RelationshipType)
        if not isinstance(given.type, RelationshipType):
            return None
        if isinstance(given, LocalEntity):
            return given.ends[which]
        if isinstance(given, Entity) and isinstance(given.binding, RelationshipBinding):
            key = given.binding.key
            end = (key.source, key.target)[which]
            return NodeBinding(replace(end, nullable=key.nullable)).typed()
        return Typed(member(given.sql, "st"[which]), context.ends(given.type.kinds)[which])

    return native


def _part(field: str) -> Native:
    def native(arguments: Arguments, context: Context) -> Typed | None:
        given = arguments[0]
        if not isinstance(given.type, PathType):
            return None
        item = given.type.node if field == "nodes" else given.type.relationship
        return Typed(member(given.sql, field), ListOf(item))

    return native


def _length(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    if not isinstance(given.type, PathType):
        return None
    return Typed(as_sql(call("len", member(given.sql, "relationships")), "BIGINT"), Scalar.INTEGER)


def has_labels(entity: Value, labels: list[str]) -> bool:
    """Whether a node has all these labels, or a relationship is of that type."""
    own = {entity.type} if isinstance(entity, Relationship) else set(entity.labels)
    return set(labels) <= own


HAS_LABELS = Function(
    "has labels", "entity Node|Relationship, labels List", "Boolean", "", has_labels
)


def _row(
    name: str,
    parameters: str,
    returns: str,
    doc: str,
    python: Callable[..., Value],
    native: Native,
) -> Function:
    return Function(name, parameters, returns, doc, python, native)


def _start(value: Value) -> Value:
    raise CypherError("startNode() and endNode() are answered by their keys.")


GRAPH = table(
    _row(
        "id",
        "entity Node|Relationship",
        "Integer",
        "A number that only this node or relationship has.",
        lambda entity: identity_of(entity, ids_are_keys=False),
        _identity,
    ),
    _row(
        "labels",
        "node Node",
        "List",
        "Labels of a node.",
        lambda node: list(node.labels),
        _asked(lambda context, entity: context.labels(entity)),
    ),
    _row(
        "type",
        "relationship Relationship",
        "String",
        "Type of a relationship.",
        lambda relationship: relationship.type,
        _asked(lambda context, entity: context.relationship_type(entity)),
    ),
    _row(
        "startNode",
        "relationship Relationship",
        "Node",
        "Node that a relationship begins at.",
        _start,
        _end(0),
    ),
    _row(
        "endNode",
        "relationship Relationship",
        "Node",
        "Node that a relationship ends at.",
        _start,
        _end(1),
    ),
    _row("nodes", "path Path", "List", "Nodes of a path.", lambda p: list(p.nodes), _part("nodes")),
    *(
        _row(
            name,
            "path Path",
            "List",
            "Relationships of a path.",
            lambda path: list(path.relationships),
            _part("relationships"),
        )
        for name in ("relationships", "rels")
    ),
    _row(
        "length",
        "path Path",
        "Integer",
        "Number of relationships of a path.",
        lambda path: len(path.relationships),
        _length,
    ),
)
