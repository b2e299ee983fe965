"""Which node or relationship a value of type ANY is: the numbers that tell, out of its text."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.functions.model import Function
from connstore.cypher.graph.identities import node_id, relationship_id
from connstore.cypher.sqlkit import as_sql, call, not_null, number, struct, when
from connstore.cypher.values.model import Node, Relationship, Value, type_name
from connstore.errors import CypherError


def _of_node(value: Value) -> list[int]:
    if isinstance(value, Node):
        return list(value.identity)
    raise CypherError(_other(value, "Node"))


def _of_relationship(value: Value) -> list[int]:
    if isinstance(value, Relationship):
        return [*value.identity, *value.start, *value.end]
    raise CypherError(_other(value, "Relationship"))


def _other(value: Value, wanted: str) -> str:
    return f"Type mismatch: expected {wanted} but was {type_name(value)}."


def identity_of(entity: Value, ids_are_keys: bool) -> int:
    """``id(entity)``.

    Args:
        entity: A node or relationship.
        ids_are_keys: Whether its graph came with ids.
    """
    if isinstance(entity, Node):
        return node_id(entity.identity, ids_are_keys=ids_are_keys)
    return relationship_id(entity.identity, entity.start, entity.end, ids_are_keys=ids_are_keys)


#: A list ``[k, a, b]``.
NODE_KEY = Function("node", "value Any", "Key", "", _of_node, engine_name="node_key")
#: A list ``[k, id, k, a, b, k, a, b]``: its own, of the node that it leaves, that it enters.
RELATIONSHIP_KEY = Function(
    "relationship", "value Any", "Key", "", _of_relationship, engine_name="relationship_key"
)
IDENTITY = Function(
    "id",
    "entity Node|Relationship, ids_are_keys Boolean",
    "Integer",
    "",
    identity_of,
    engine_name="identity",
)


def node_of(numbers: exp.Expr, first: int = 1) -> exp.Expr:
    """The node whose kind and key are in a list.

    Args:
        numbers: The list.
        first: Place of the kind.
    """
    k, a, b = (call("list_extract", numbers.copy(), number(first + i)) for i in range(3))
    return when(not_null(numbers.copy()), struct(k=as_sql(k, "UTINYINT"), a=a, b=b))


def relationship_of(numbers: exp.Expr) -> exp.Expr:
    """The relationship whose numbers are in a list as ``RELATIONSHIP_KEY`` gives it."""
    k, id_ = (call("list_extract", numbers.copy(), number(i)) for i in (1, 2))
    ends = {"s": node_of(numbers, 3), "t": node_of(numbers, 6)}
    whole = struct(k=as_sql(k, "UTINYINT"), id=id_, **ends)
    return when(not_null(numbers.copy()), whole)
