"""Connectomes offline: neuprint-python's ``fetch_*`` functions on local stores.

>>> import connstore
>>> client = connstore.Client("stores/hemibrain-v1.2.1")  # doctest: +SKIP
>>> neurons, roi_counts = connstore.fetch_neurons("MBON.*")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from connstore.version import __version__

#: Public name -> module that has it. Modules are imported on first use: most of the time of
#: ``import connstore`` would otherwise go into pandas and the engine.
_PUBLIC = {
    name: module
    for module, names in {
        "connstore.ingestion": "ingest",
        "connstore.client": "Client",
        "connstore.registry": (
            "default_client set_default_client clear_default_client list_all_clients"
        ),
        "connstore.select.neuron_criteria": "NeuronCriteria SegmentCriteria",
        "connstore.select.nulls": "IsNull NotNull",
        "connstore.select.synapse_criteria": "SynapseCriteria",
        "connstore.queries.general": "fetch_meta",
        "connstore.queries.rois": "fetch_all_rois fetch_primary_rois fetch_roi_hierarchy",
        "connstore.queries.neurons": "fetch_neurons",
        "connstore.queries.connections": "fetch_simple_connections fetch_common_connectivity",
        "connstore.queries.adjacencies": "fetch_adjacencies fetch_traced_adjacencies",
        "connstore.queries.synapses": "fetch_synapses fetch_mean_synapses",
        "connstore.queries.synapse_connections": "fetch_synapse_connections",
        "connstore.queries.wrangle": "merge_neuron_properties connection_table_to_matrix",
        "connstore.store.opening": "Store",
        "connstore.errors": "ConnstoreError",
    }.items()
    for name in names.split()
}

__all__ = ["__version__", *sorted(_PUBLIC)]  # noqa: PLE0604 (all are texts)


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'connstore' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PUBLIC})
