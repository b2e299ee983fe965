"""``id(n)`` and ``id(r)`` in SQL: the numbers of ``graph.identities``, of keys."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.clauses.bindings import NodeKey, RelationshipKey
from connstore.cypher.graph.identities import KINDS, PRIME, SECOND, TARGET
from connstore.cypher.graph.schema import Graph
from connstore.cypher.sqlkit import raw, text


def node_id_sql(graph: Graph, key: NodeKey) -> exp.Expr:
    """``id()`` of the node with a key."""
    if graph.ids_are_keys:
        return key.a.copy()
    a, b = f"{text(key.a)}::HUGEINT", f"{text(key.b)}::HUGEINT"
    whole = f"({text(key.k)} + {KINDS} * ({a} + {b} * {SECOND}))"
    return raw(f"({whole} % {PRIME}::HUGEINT)::BIGINT")


def relationship_id_sql(graph: Graph, key: RelationshipKey) -> exp.Expr:
    """``id()`` of the relationship with a key."""
    if graph.ids_are_keys:
        return key.id.copy()
    source, target = (text(node_id_sql(graph, end)) for end in (key.source, key.target))
    whole = f"({source}::HUGEINT * {TARGET} + {target} + {text(key.k)})"
    return raw(f"({whole} % {PRIME}::HUGEINT)::BIGINT")
