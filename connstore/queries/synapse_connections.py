"""Connections, synapse by synapse."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import NoMatchError
from connstore.queries.arguments import Answering, checked_minimum, selecting, selection
from connstore.queries.synapse_frames import (
    all_names,
    checked_transmitters,
    narrowed,
    primary_names,
    streamed,
    synapse_frame,
    without_empty,
)
from connstore.queries.synapses import narrow_to_rois
from connstore.select.arguments import Neurons
from connstore.select.synapse_criteria import SynapseCriteria, as_synapse_criteria
from connstore.sql.connections import Connections, side_counts
from connstore.sql.pairs import ENDS, Beside, pair_table
from connstore.sql.synapse_columns import Transmitters, further_columns, transmitter_columns


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
    client.store.require("pair_by_pre", "synapse")
    sides = (source_criteria, target_criteria)
    nt = checked_transmitters(here, nt, client.store)
    return connection_frame(here, sides, synapse_criteria, min_total_weight, client, nt=nt)


def connection_frame(
    function: str,
    sides: tuple[Neurons, Neurons],
    synapse_criteria: SynapseCriteria | None,
    min_total_weight: int,
    client: Answering,
    *,
    nt: Transmitters = None,
    beside: Callable[[Connections], Beside] | None = None,
) -> Any:
    """Connections synapse by synapse, as :func:`fetch_synapse_connections` tells.

    Args:
        function: For messages.
        sides: Which neurons.
        synapse_criteria, min_total_weight: As there.
        client: Who answers.
        nt: Neurotransmitters of the T-bar.
        beside: Tells what else to put beside each pair.
    """
    store = client.store
    criteria = as_synapse_criteria(function, synapse_criteria, client)
    least = max(checked_minimum(function, "min_total_weight", min_total_weight), 1)
    sources, targets = (selection(narrow_to_rois(side, criteria), client) for side in sides)
    further = {
        end: {f"{name}_{end}": sql for name, sql in further_columns(store, end).items()}
        for end in ENDS
    }
    connections = Connections(store, client.compiler(), sources, targets, least)
    transmitters = transmitter_columns(store, nt, "pre")
    more = Beside() if beside is None else beside(connections)
    statement = pair_table(connections, criteria, further, transmitters, more)
    names = (primary_names if criteria.primary_only else all_names)(store)
    optional = [name for columns in further.values() for name in columns]
    if client.frames == "batches":
        check_sides(client, connections)
        return streamed(client, statement, optional, partial(_with_names, names))
    table = client.run(statement)
    if not table.num_rows:
        check_sides(client, connections)
    lists = _lists(names, table) if client.frames == "pandas" and not criteria.primary_only else {}
    table = without_empty(_with_names(names, table), optional)
    table = narrowed(client, table, more.columns)
    texts = [name for name in more.columns if pa.types.is_string(table.field(name).type)]
    floats = [f"confidence_{end}" for end in ENDS]
    floats += [name for name in more.columns if name not in texts]
    return synapse_frame(client, table, floats=floats, texts=texts, nt=nt, lists=lists)


def _with_names(names: pa.Array, table: pa.Table) -> pa.Table:
    """The table with the ROI names of sets in the place of the sets."""
    for end in ENDS:
        position = table.column_names.index(f"roi_set_{end}")
        sets = pc.fill_null(table.column(position), 0)
        table = table.set_column(position, f"roi_{end}", pc.take(names, sets))
    return table


def _lists(names: pa.Array, table: pa.Table) -> dict[str, list[Any]]:
    """The same names as Python lists, one a row, so that changing one changes no other."""
    by_set = names.to_pylist()
    sets = {end: pc.fill_null(table[f"roi_set_{end}"], 0).to_pylist() for end in ENDS}
    return {f"roi_{end}": list(map(list, map(by_set.__getitem__, sets[end]))) for end in ENDS}


def check_sides(client: Answering, connections: Connections) -> None:
    """Where there is no answer: make sure that both sides select somebody.

    Raises:
        NoMatchError: One side selects no neuron at all.
    """
    sides = (connections.sources, connections.targets)
    (counts,) = client.run(side_counts(client.compiler(), *sides)).to_pylist()
    for which, side in (("sources", "source"), ("targets", "target")):
        if not counts[which]:
            raise NoMatchError(f"No neurons match your {side} criteria")
