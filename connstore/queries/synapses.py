"""Synapses of neurons: one by one, and on average."""

from __future__ import annotations

from functools import partial
from typing import Any

from connstore.queries.arguments import (
    Answering,
    checked_choice,
    selecting,
    selection,
    within_rois,
)
from connstore.queries.synapse_frames import (
    checked_transmitters,
    streamed,
    synapse_frame,
    with_roi_names,
    without_empty,
)
from connstore.select.arguments import Neurons
from connstore.select.mito_criteria import MitoCriteria
from connstore.select.synapse_criteria import SynapseCriteria, as_synapse_criteria
from connstore.sql.synapse_columns import further_columns, transmitter_columns
from connstore.sql.synapses import Synapses, mean_table, synapse_table


@selecting("neuron_criteria")
def fetch_synapses(
    neuron_criteria: Any,
    synapse_criteria: SynapseCriteria | None = None,
    batch_size: int = 10,
    *,
    nt: Any = None,
    client: Answering | None = None,
) -> Any:
    """Synapses of neurons.

    Synapses without a partner are left out, as neuPrint has them in no SynapseSet.

    Args:
        neuron_criteria: Which neurons, as in :func:`fetch_neurons`. Their ROIs choose neurons,
            not synapses.
        synapse_criteria: Which of their synapses; by default those of the dataset's default
            confidence.
        batch_size: Accepted for neuprint-python's sake; nothing is fetched in batches here.
        nt: ``'max'`` for the most probable neurotransmitter of each T-bar (columns ``nt``,
            ``ntProb``), ``'all'`` for the probabilities of all, None for neither.
        client: By default the default client.

    Returns:
        ``bodyId, type, roi, x, y, z, confidence``; then those further properties that some of the
        synapses have (such as ``compartment``), by name; then the neurotransmitters. One row a
        synapse, or, with ``primary_only=False``, one for each ROI that it lies in; outside them
        ``roi`` is None. Rows are by bodyId, T-bars (``pre``) before PSDs (``post``), by the
        synapse's id in the dataset, and by ROI name.

    Raises:
        MissingTableError: The store has no synapses.
        NoTransmittersError: The dataset has no neurotransmitters.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> t_bars = fetch_synapses("DNa02", SynapseCriteria(type="pre"), nt="max")
        >>> list(t_bars.columns)[-4:]
        ['z', 'confidence', 'nt', 'ntProb']
    """
    assert client is not None
    here = "fetch_synapses"
    store = client.store
    store.require("synapse")
    synapses = asked_synapses(here, neuron_criteria, synapse_criteria, client)
    nt = checked_transmitters(here, nt, store)
    further = further_columns(store, "synapse")
    columns = further | transmitter_columns(store, nt, "synapse")
    statement = synapse_table(synapses, columns)
    if client.frames == "batches":
        return streamed(client, statement, list(further), partial(with_roi_names, store))
    table = with_roi_names(store, client.run(statement))
    return synapse_frame(client, without_empty(table, further), floats=["confidence"], nt=nt)


@selecting("neuron_criteria")
def fetch_mean_synapses(
    neuron_criteria: Any,
    synapse_criteria: SynapseCriteria | None = None,
    batch_size: int = 100,
    *,
    by_roi: bool = True,
    client: Answering | None = None,
) -> Any:
    """Number, mean position and mean confidence of the synapses of neurons.

    Args:
        neuron_criteria, synapse_criteria: Which synapses, as in :func:`fetch_synapses`.
        batch_size: Accepted for neuprint-python's sake.
        by_roi: Whether to tell ROIs apart: those of ``synapse_criteria``, else all primary ones,
            else (``primary_only=False``) all. A synapse counts in each that it lies in; those
            that lie in none are left out then.
        client: By default the default client.

    Returns:
        ``bodyId, roi, type, count, x, y, z, confidence``, or the same without ``roi``; one row a
        body, ROI and type, by bodyId, ROI name, T-bars (``pre``) before PSDs (``post``).

    Raises:
        MissingTableError: The store has no synapses.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> means = fetch_mean_synapses("DNa02", by_roi=False)
        >>> means["type"].tolist()
        ['pre', 'post', 'pre', 'post']
    """
    assert client is not None
    here = "fetch_mean_synapses"
    client.store.require("synapse")
    checked_choice(here, "by_roi", by_roi, (True, False))
    synapses = asked_synapses(here, neuron_criteria, synapse_criteria, client)
    table = client.run(mean_table(synapses, by_roi=bool(by_roi)))
    if by_roi:
        table = with_roi_names(client.store, table)
    return synapse_frame(client, table, floats=["x", "y", "z", "confidence"])


def narrow_to_rois(criteria: Neurons, points: SynapseCriteria | MitoCriteria) -> Neurons:
    """The neurons that can have such synapses or mitochondria (neuprint-python's rule).

    Where those of some ROIs are asked for and the criteria name no ROI themselves, only bodies
    that intersect one of these are looked at.
    """
    return within_rois(criteria, points.rois)


def asked_synapses(
    function: str, neurons: Neurons, synapses: SynapseCriteria | None, client: Answering
) -> Synapses:
    """The synapses that the arguments mean."""
    criteria = as_synapse_criteria(function, synapses, client)
    bodies = selection(narrow_to_rois(neurons, criteria), client)
    return Synapses(client.store, client.compiler(), bodies, criteria)
