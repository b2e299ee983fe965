"""Connections, synapse by synapse."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import NoMatchError
from connstore.queries.arguments import Answering, checked_minimum, selecting, selection
from connstore.queries.synapse_frames import (
    all_names,
    checked_transmitters,
    primary_names,
    synapse_frame,
    without_empty,
)
from connstore.queries.synapses import narrow_to_rois
from connstore.select.synapse_criteria import SynapseCriteria, as_synapse_criteria
from connstore.sql.connections import Connections, side_counts
from connstore.sql.pairs import ENDS, pair_table
from connstore.sql.synapse_columns import further_columns, transmitter_columns


@selecting("source_criteria", "target_criteria")
def fetch_synapse_connections(
    source_criteria: Any = None,
    target_criteria: Any = None,
    synapse_criteria: SynapseCriteria | None = None,
    min_total_weight: int = 1,
    batch_size: int = 10_000,
    *,
    nt: Any = None,
    client: Answering | None = None,
) -> Any:
    """Connections between neurons, synapse by synapse.

    Args:
        source_criteria, target_criteria: Which neurons at the two ends, as in
            :func:`fetch_neurons`; None for all neurons.
        synapse_criteria: Which synapses. T-bar and PSD must both have the confidence; ROIs are
            asked of the PSD alone, as in :func:`fetch_adjacencies`. By default the dataset's
            default confidence.
        min_total_weight: Least strength of the connection over all ROIs, at least 1. With
            synapses of some ROIs only, fewer may be left.
        batch_size: Accepted for neuprint-python's sake; nothing is fetched in batches here.
        nt: Neurotransmitters of the T-bar: ``'max'``, ``'all'`` or None, as in
            :func:`fetch_synapses`.
        client: By default the default client.

    Returns:
        ``bodyId_pre, bodyId_post, roi_pre, roi_post, x_pre, y_pre, z_pre, x_post, y_post, z_post,
        confidence_pre, confidence_post``; then those further properties that some of the T-bars
        have, by name, ending in ``_pre``, and those of the PSDs, ending in ``_post``; then the
        neurotransmitters. One row a T-bar and PSD, by the bodies, then by the ids of T-bar and
        PSD in the dataset. The ROIs are names of primary ROIs, None outside; or, with
        ``primary_only=False``, sorted lists of all ROIs, ``[None]`` outside.

    Raises:
        NoMatchError: One side selects no neuron at all.
        MissingTableError: The store has no synapses.
        NoTransmittersError: The dataset has no neurotransmitters.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> synapses = fetch_synapse_connections("L1", "Mi1", nt="max")
        >>> synapses["nt"].value_counts().index[0]
        'glutamate'
    """
    assert client is not None
    here = "fetch_synapse_connections"
    store = client.store
    store.require("pair_by_pre", "synapse")
    criteria = as_synapse_criteria(here, synapse_criteria, client)
    least = max(checked_minimum(here, "min_total_weight", min_total_weight), 1)
    nt = checked_transmitters(here, nt, store)
    sources, targets = (
        selection(narrow_to_rois(side, criteria), client)
        for side in (source_criteria, target_criteria)
    )
    further = {
        end: {f"{name}_{end}": sql for name, sql in further_columns(store, end).items()}
        for end in ENDS
    }
    connections = Connections(store, client.compiler(), sources, targets, least)
    transmitters = transmitter_columns(store, nt, "pre")
    table = client.run(pair_table(connections, criteria, further, transmitters))
    if not table.num_rows:
        _check_sides(client, connections)
    table = without_empty(table, [name for columns in further.values() for name in columns])
    table, lists = _placed(client, table, primary_only=bool(criteria.primary_only))
    floats = [f"confidence_{end}" for end in ENDS]
    return synapse_frame(client, table, floats=floats, nt=nt, lists=lists)


def _placed(
    client: Answering, table: pa.Table, *, primary_only: bool
) -> tuple[pa.Table, dict[str, list[Any]]]:
    """The table with ROI names in the place of ROI sets, and Python lists of them for pandas."""
    names = (primary_names if primary_only else all_names)(client.store)
    by_set = names.to_pylist()
    lists = {}
    for end in ENDS:
        position = table.column_names.index(f"roi_set_{end}")
        sets = pc.fill_null(table.column(position), 0)
        if client.frames == "pandas" and not primary_only:
            # Each row gets a list of its own, so that changing one changes no other.
            lists[f"roi_{end}"] = list(map(list, map(by_set.__getitem__, sets.to_pylist())))
        table = table.set_column(position, f"roi_{end}", pc.take(names, sets))
    return table, lists


def _check_sides(client: Answering, connections: Connections) -> None:
    """Where there is no answer: make sure that both sides select somebody.

    Raises:
        NoMatchError: One side selects no neuron at all.
    """
    sides = (connections.sources, connections.targets)
    (counts,) = client.run(side_counts(client.compiler(), *sides)).to_pylist()
    for which, side in (("sources", "source"), ("targets", "target")):
        if not counts[which]:
            raise NoMatchError(f"No neurons match your {side} criteria")
