"""Connectomes offline: neuprint-python's ``fetch_*`` functions on local stores.

>>> import connstore
>>> client = connstore.Client("stores/hemibrain-v1.2.1")  # doctest: +SKIP
>>> neurons, roi_counts = connstore.fetch_neurons("MBON.*")  # doctest: +SKIP
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
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
        "connstore.select.mito_criteria": "MitoCriteria",
        "connstore.queries.general": "fetch_meta",
        "connstore.queries.custom": "fetch_custom",
        "connstore.queries.custom_neurons": "fetch_custom_neurons",
        "connstore.queries.rois": "fetch_all_rois fetch_primary_rois fetch_roi_hierarchy",
        "connstore.queries.neurons": "fetch_neurons",
        "connstore.queries.connections": "fetch_simple_connections fetch_common_connectivity",
        "connstore.queries.adjacencies": "fetch_adjacencies fetch_traced_adjacencies",
        "connstore.queries.paths": "fetch_paths fetch_shortest_paths",
        "connstore.queries.synapses": "fetch_synapses fetch_mean_synapses",
        "connstore.queries.synapse_connections": "fetch_synapse_connections",
        "connstore.queries.mitochondria": (
            "fetch_mitochondria fetch_synapses_and_closest_mitochondria "
            "fetch_connection_mitochondria"
        ),
        "connstore.queries.completeness": (
            "fetch_output_completeness fetch_downstream_orphan_tasks"
        ),
        "connstore.queries.wrangle": "merge_neuron_properties connection_table_to_matrix",
        "connstore.queries.sides": "syndist_matrix bilateral_syndist assign_sides_in_groups",
        "connstore.queries.skeletons": "fetch_skeleton",
        "connstore.queries.skeleton_frames": (
            "skeleton_df_to_nx skeleton_swc_to_df skeleton_df_to_swc heal_skeleton "
            "reorient_skeleton calc_segment_distances skeleton_segments upsample_skeleton "
            "attach_synapses_to_skeleton"
        ),
        "connstore.store.opening": "Store",
        "connstore.node_sets.sets": "NodeSets",
        "connstore.node_sets.population": "Population",
        "connstore.node_sets.errors": "NodeSetError",
        "connstore.offline": "offline",
        "connstore.errors": "ConnstoreError CypherError",
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


class _Package(ModuleType):
    """The package; importing a module does not hide the public name that it shares (offline)."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _PUBLIC and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
