"""``id(n)`` and ``id(r)``: whole numbers that neuPrint's exports do not tell, made of the keys.

They are unique but for chance among sets of synapses, and stay the same for as long as the store
does, as Neo4j's do within a database.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

PRIME = 2**61 - 1
SECOND = 2**31 - 1
TARGET = 1_000_003
#: More than there are kinds of nodes: their numbers are bytes.
KINDS = 256


class Numbering(Protocol):
    """How a graph numbers its nodes and relationships."""

    @property
    def ids_are_keys(self) -> bool:
        """Whether the numbers are those that the source gave."""


def node_id(graph: Numbering, key: Sequence[int]) -> int:
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
    return a if graph.ids_are_keys else _rest(kind + KINDS * (a + b * SECOND))


def relationship_id(
    graph: Numbering, key: Sequence[int], source: Sequence[int], target: Sequence[int]
) -> int:
    """``id()`` of the relationship with a kind, a number and two ends."""
    kind, number = key
    if graph.ids_are_keys:
        return number
    return _rest(node_id(graph, source) * TARGET + node_id(graph, target) + kind)


def _rest(whole: int) -> int:
    """What is left after division; with the sign of the dividend, as in the engine."""
    return whole % PRIME if whole >= 0 else -(-whole % PRIME)
