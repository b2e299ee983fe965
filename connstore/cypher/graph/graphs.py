"""The graph of a store, made once."""

from __future__ import annotations

import threading

import pyarrow.compute as pc

from connstore.cypher.graph.literal_graph import literal_graph
from connstore.cypher.graph.neuprint_graph import neuprint_graph
from connstore.cypher.graph.schema import Graph
from connstore.store.opening import Stamp, Store

_graphs: dict[tuple[str, Stamp | None], Graph] = {}
_lock = threading.Lock()


def graph_of(store: Store) -> Graph:
    """The graph that a store shows to Cypher."""
    with _lock:
        if store.key not in _graphs:
            _graphs[store.key] = _graph(store)
        return _graphs[store.key]


def _graph(store: Store) -> Graph:
    if store.has("node"):
        return literal_graph(store)
    types = []
    if store.has("element"):
        elements = store.read("element", ["type", "in_set"])
        types = sorted(pc.unique(elements.filter(elements["in_set"])["type"]).to_pylist())
    return neuprint_graph(store, types)
