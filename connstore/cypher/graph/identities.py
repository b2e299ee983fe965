"""``id(n)`` and ``id(r)``: whole numbers that neuPrint's exports do not tell, made of the keys.

They are unique but for chance among sets of synapses, and stay the same for as long as the store
does, as Neo4j's do within a database.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from connstore.cypher.clauses.bindings import NodeKey, RelationshipKey
from connstore.cypher.graph.schema import Graph
from connstore.cypher.sqlkit import text

_PRIME = 2**61 - 1
_SECOND = 2**31 - 1
_TARGET = 1_000_003
#: More than there are kinds of nodes: their numbers are bytes.
_KINDS = 256


def node_id(graph: Graph, key: Sequence[int]) -> int:
    """``id()`` of the node with a kind and a key.

    Args:
        graph: The graph.
        key: ``[k, a, b]``.

    Example:
        >>> from connstore.cypher.graph.graphs import graph_of
        >>> from connstore.testing import sample_store
        >>> node_id(graph_of(sample_store()), [0, 1001, 0])
        256256
    """
    kind, a, b = key
    return a if graph.ids_are_keys else _rest(kind + _KINDS * (a + b * _SECOND))


def relationship_id(
    graph: Graph, key: Sequence[int], source: Sequence[int], target: Sequence[int]
) -> int:
    """``id()`` of the relationship with a kind, a number and two ends."""
    kind, number = key
    if graph.ids_are_keys:
        return number
    return _rest(node_id(graph, source) * _TARGET + node_id(graph, target) + kind)


def _rest(whole: int) -> int:
    """What is left after division; with the sign of the dividend, as in the engine."""
    return whole % _PRIME if whole >= 0 else -(-whole % _PRIME)


def node_id_sql(graph: Graph, key: NodeKey) -> exp.Expr:
    """The same for a key in SQL."""
    if graph.ids_are_keys:
        return key.a.copy()
    a, b = f"{text(key.a)}::HUGEINT", f"{text(key.b)}::HUGEINT"
    return exp.Var(
        this=f"(({text(key.k)} + {_KINDS} * ({a} + {b} * {_SECOND})) % {_PRIME}::HUGEINT)::BIGINT"
    )


def relationship_id_sql(graph: Graph, key: RelationshipKey) -> exp.Expr:
    """The same for a key in SQL."""
    if graph.ids_are_keys:
        return key.id.copy()
    source, target = (text(node_id_sql(graph, end)) for end in (key.source, key.target))
    whole = f"({source}::HUGEINT * {_TARGET} + {target} + {text(key.k)})"
    return exp.Var(this=f"({whole} % {_PRIME}::HUGEINT)::BIGINT")
