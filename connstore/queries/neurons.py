"""Neurons and their counts by ROI."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError
from connstore.queries.arguments import Answering, selecting, selection
from connstore.queries.frames import to_pandas
from connstore.select.neuron_criteria import NeuronCriteria
from connstore.sql.neurons import neuron_table, roi_count_table, values_of_neurons

#: The columns that come first, as in neuprint-python.
CORE_NEURON_COLS = [
    "bodyId", "instance", "type",
    "pre", "post", "downstream", "upstream", "mito", "size",
    "status", "cropped", "statusLabel",
    "cellBodyFiber",
    "somaRadius", "somaLocation",
    "inputRois", "outputRois", "roiInfo",
]  # fmt: skip

#: The counts that the per-ROI table has, where the neuron table has them.
ROI_COUNTS = ("pre", "post", "downstream", "upstream", "mito", "soma")


@selecting("criteria")
def fetch_neurons(
    criteria: Any = None,
    *,
    omit_rois: bool = False,
    returned_columns: Any = "all",
    client: Answering | None = None,
) -> Any:
    """Properties and per-ROI synapse counts of neurons.

    Args:
        criteria: Which neurons: body ids, names of types or instances, a frame with a column
            ``bodyId``, or NeuronCriteria. None for all neurons.
        omit_rois: Whether to leave out everything about ROIs and return one frame.
        returned_columns: ``'all'``, ``'core'`` (those of :data:`CORE_NEURON_COLS`), or a list of
            properties, kept in its order. Names that the dataset does not have are ignored,
            as neuprint-python documents.
        client: By default the default client.

    Returns:
        ``(neurons, roi_counts)``, or ``neurons`` alone with ``omit_rois``.

        ``neurons``: one row a body, by bodyId: the core columns, the other properties by name,
        then ``inputRois`` and ``outputRois`` (lists of names); locations are lists
        ``[x, y, z]`` in voxels and ``roiInfo`` is a dict (JSON text in polars and Arrow frames).

        ``roi_counts``: ``bodyId``, ``roi`` and those of :data:`ROI_COUNTS` that ``neurons`` has,
        int64, by bodyId and ROI. ``NotPrimary`` is what lies in no primary ROI. ROIs overlap,
        so a synapse counts in each that it lies in.

    Raises:
        UnknownRoiError, UnknownPropertyError, ArgumentError: The criteria are not valid here.

    Example:
        >>> neurons, roi_counts = fetch_neurons("MBON01")
        >>> neurons[["type", "instance"]].drop_duplicates().values.tolist()
        [['MBON01', 'MBON01_L'], ['MBON01', 'MBON01_R']]
    """
    assert client is not None and isinstance(criteria, NeuronCriteria)
    names = _columns(client, returned_columns)
    chosen = selection(criteria, client)
    if omit_rois:
        names = [name for name in names if name != "roiInfo"]
    elif "roiInfo" not in names:
        names.append("roiInfo")
    store = client.store
    neurons = client.run(
        neuron_table(store, client.compiler(), chosen, names, rois=not omit_rois)
    )
    frame = client.frame(neurons, lambda table: to_pandas(table, ("roiInfo",)))
    if omit_rois:
        return frame
    counts = [name for name in ROI_COUNTS if name in names and name in store.properties("neuron")]
    roi_counts = client.run(roi_count_table(store, client.compiler(), chosen, counts))
    if client.frames != "pandas":
        roi_counts = roi_counts.filter(_any_count(roi_counts, counts))
    return frame, client.frame(roi_counts, lambda table: _roi_count_frame(table, counts))


def neuron_keys(client: Answering) -> list[str]:
    """Names of the properties that neurons have.

    Those that the dataset lists (``Meta.neuronProperties``), or else those that some body with
    the label Neuron has, as neuprint-python asks for them.
    """
    store = client.store
    if text := store.meta.get("neuronProperties"):
        return list(json.loads(text))
    (row,) = client.run(values_of_neurons(store)).to_pylist()
    roi_info, *counts = row.values()
    names = [name for name, n in zip(store.properties("neuron"), counts, strict=True) if n]
    return ["bodyId", *names, *(["roiInfo"] if roi_info else [])]


def _columns(client: Answering, returned_columns: Any) -> list[str]:
    """The properties to return, in order (neuprint-python's ``compile_columns``)."""
    rois = set(client.store.all_rois)
    keys = [name for name in neuron_keys(client) if name not in rois]
    core = [name for name in CORE_NEURON_COLS if name in keys]
    if returned_columns == "all":
        return core + sorted(set(keys) - set(core))
    if returned_columns == "core":
        return core
    if isinstance(returned_columns, str) or not isinstance(returned_columns, Iterable):
        raise ArgumentError(
            f"fetch_neurons: returned_columns={returned_columns!r} should be 'all', 'core' or a "
            "list of names"
        )
    wanted = list(dict.fromkeys(returned_columns))
    names = [name for name in wanted if name in keys]
    if wanted and not names:
        raise ArgumentError(
            f"fetch_neurons: none of returned_columns={wanted} is a property of "
            f"{client.store.dataset}; it has {keys}"
        )
    return names or core + sorted(set(keys) - set(core))


def _any_count(table: pa.Table, counts: list[str]) -> pa.Array:
    """Which rows have a count that is not 0."""
    rows = np.zeros((1, table.num_rows), bool)
    return pa.array(np.any([rows[0], *(table[name].to_numpy() != 0 for name in counts)], axis=0))


def _roi_count_frame(table: pa.Table, counts: list[str]) -> pd.DataFrame:
    """Rows of nothing but zeros left out; the index keeps its gaps, as upstream's does.

    Where no ROI has counts at all, upstream's ``bodyId`` and ``roi`` have dtype object.
    """
    frame = table.to_pandas()
    if (frame["roi"] == "NotPrimary").all():
        frame = frame.astype({"bodyId": object, "roi": object})
    return frame.loc[frame[counts].any(axis=1)].copy()
