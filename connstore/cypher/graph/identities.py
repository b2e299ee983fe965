"""``id(n)`` and ``id(r)``: whole numbers that neuPrint's exports do not tell, made of the keys.

They are unique but for chance among sets of synapses, and stay the same for as long as the store
does, as Neo4j's do within a database.
"""

from __future__ import annotations

from collections.abc import Sequence

PRIME = 2**61 - 1
SECOND = 2**31 - 1
TARGET = 1_000_003
#: More than there are kinds of nodes: their numbers are bytes.
KINDS = 256


def node_id(key: Sequence[int], *, ids_are_keys: bool) -> int:
    """``id()`` of the node with a kind and a key.

    Args:
        key: ``[k, a, b]``.
        ids_are_keys: Whether the graph came with ids, which are the keys.

    Example:
        >>> node_id([0, 1001, 0], ids_are_keys=False)
        256256
    """
    kind, a, b = key
    return a if ids_are_keys else _rest(kind + KINDS * (a + b * SECOND))


def relationship_id(
    key: Sequence[int], source: Sequence[int], target: Sequence[int], *, ids_are_keys: bool
) -> int:
    """``id()`` of the relationship with a kind, a number and two ends."""
    kind, number = key
    if ids_are_keys:
        return number
    one, other = (node_id(end, ids_are_keys=False) for end in (source, target))
    return _rest(one * TARGET + other + kind)


def _rest(whole: int) -> int:
    """What is left after division; with the sign of the dividend, as in the engine."""
    return whole % PRIME if whole >= 0 else -(-whole % PRIME)
