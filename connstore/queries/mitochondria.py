"""Mitochondria of neurons, and those that are close to synapses."""

from __future__ import annotations

from typing import Any

from connstore.queries.arguments import Answering, selecting, selection
from connstore.queries.synapse_connections import connection_frame
from connstore.queries.synapse_frames import narrowed, synapse_frame, with_roi_names
from connstore.queries.synapses import asked_synapses, narrow_to_rois
from connstore.select.mito_criteria import MitoCriteria, as_mito_criteria
from connstore.select.synapse_criteria import SynapseCriteria
from connstore.sql.mitochondria import (
    Mitochondria,
    closest_table,
    closest_to_pairs,
    mito_table,
)

_RADII = ("r0", "r1", "r2")


@selecting("neuron_criteria")
def fetch_mitochondria(
    neuron_criteria: Any,
    mito_criteria: MitoCriteria | None = None,
    batch_size: int = 10,
    *,
    client: Answering | None = None,
) -> Any:
    """Mitochondria of neurons.

    Args:
        neuron_criteria: Which neurons, as in :func:`fetch_neurons`. Their ROIs choose neurons,
            not mitochondria.
        mito_criteria: Which of their mitochondria; by default all.
        batch_size: Accepted for neuprint-python's sake; nothing is fetched in batches here.
        client: By default the default client.

    Returns:
        ``bodyId, mitoType, roi, x, y, z, size, r0, r1, r2``: the centre in voxels (int32), the size
        in voxels (int32, int64 where one needs it), the radii (float32). One row a mitochondrion,
        or, with ``primary_only=False``, one for each ROI that it lies in, whichever were asked
        for; outside them ``roi`` is None. Rows are by bodyId, by the mitochondrion's id in the
        dataset, and by ROI name.

    Raises:
        MissingTableError: The store has no mitochondria.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> from connstore import MitoCriteria
        >>> large = fetch_mitochondria("DNa02", MitoCriteria(size=1_000_000))
        >>> bool(large["size"].min() >= 1_000_000)
        True
    """
    assert client is not None
    client.store.require("element")
    criteria = as_mito_criteria("fetch_mitochondria", mito_criteria, client)
    bodies = selection(narrow_to_rois(neuron_criteria, criteria), client)
    asked = Mitochondria(client.store, client.compiler(), bodies, criteria)
    table = with_roi_names(client.store, client.run(mito_table(asked)))
    return synapse_frame(client, narrowed(client, table, ["size"]), floats=_RADII)


@selecting("neuron_criteria")
def fetch_synapses_and_closest_mitochondria(
    neuron_criteria: Any,
    synapse_criteria: SynapseCriteria | None = None,
    *,
    batch_size: int = 10,
    client: Answering | None = None,
) -> Any:
    """Synapses of neurons, each with the mitochondrion that is closest within the neuron.

    Synapses without one are left out.

    Args:
        neuron_criteria, synapse_criteria: Which synapses, as in :func:`fetch_synapses`.
        batch_size: Accepted for neuprint-python's sake.
        client: By default the default client.

    Returns:
        ``bodyId, type, roi, x, y, z, confidence`` of the synapse; ``mitoType, distance, size, mx,
        my, mz, r0, r1, r2`` of its mitochondrion: ``distance`` (float32) in voxels along the
        neuron to the surface, ``mx, my, mz`` (int32) the centre. One row a synapse, or, with
        ``primary_only=False``, one for each ROI that it lies in, whichever were asked for;
        outside them ``roi`` is None. (Where a dataset links a synapse to several mitochondria,
        one row each.) Rows are by bodyId, T-bars (``pre``) before PSDs (``post``), by the
        synapse's id in the dataset, by distance, by the mitochondrion's id and by ROI name.

    Raises:
        MissingTableError: The store has no synapses, or no mitochondria.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> t_bars = fetch_synapses_and_closest_mitochondria("DNa02", SynapseCriteria(type="pre"))
        >>> list(t_bars.columns)[7:10]
        ['mitoType', 'distance', 'size']
    """
    assert client is not None
    client.store.require("synapse", "element", "closeto")
    here = "fetch_synapses_and_closest_mitochondria"
    synapses = asked_synapses(here, neuron_criteria, synapse_criteria, client)
    table = with_roi_names(client.store, client.run(closest_table(synapses)))
    floats = ("confidence", "distance", *_RADII)
    return synapse_frame(client, narrowed(client, table, ["size"]), floats=floats)


@selecting("source_criteria", "target_criteria")
def fetch_connection_mitochondria(
    source_criteria: Any,
    target_criteria: Any,
    synapse_criteria: SynapseCriteria | None = None,
    min_total_weight: int = 1,
    *,
    client: Answering | None = None,
) -> Any:
    """Connections synapse by synapse, with the mitochondria closest to T-bar and PSD.

    Args:
        source_criteria, target_criteria, synapse_criteria, min_total_weight: Which synapses, as
            in :func:`fetch_synapse_connections`.
        client: By default the default client.

    Returns:
        As :func:`fetch_synapse_connections`, and then ``mitoType_pre, distance_pre, mitoSize_pre,
        mx_pre, my_pre, mz_pre`` of the T-bar's mitochondrion and the same, ending in ``_post``, of
        the PSD's, as in :func:`fetch_synapses_and_closest_mitochondria`; missing where a synapse
        has none (whole numbers are float64 then). Also synapses of less than the dataset's
        default confidence have theirs.

    Raises:
        NoMatchError: One side selects no neuron at all.
        MissingTableError: The store has no synapses, or no mitochondria.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> synapses = fetch_connection_mitochondria("L1", "Mi1")
        >>> list(synapses.columns)[-3:]
        ['mx_post', 'my_post', 'mz_post']
    """
    assert client is not None
    client.store.require("pair_by_pre", "synapse", "element", "closeto")
    return connection_frame(
        "fetch_connection_mitochondria",
        (source_criteria, target_criteria),
        synapse_criteria,
        min_total_weight,
        client,
        beside=closest_to_pairs,
    )
