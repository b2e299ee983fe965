"""Neurons and their counts by ROI."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pyarrow as pa

from connstore.errors import ArgumentError
from connstore.queries.arguments import (
    Answering,
    checked_choice,
    name_list,
    selecting,
    selection,
)
from connstore.queries.frames import to_pandas
from connstore.queries.roi_counts import RoiRows, any_count, without_zero_rows
from connstore.sql.neurons import neuron_roi_table, neuron_table, values_of_neurons

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
            ``bodyId``, NeuronCriteria, or a node set. None for all neurons.
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
        >>> neurons, roi_counts = fetch_neurons("DNa02")
        >>> neurons["instance"].tolist()
        ['DNa02_R', 'DNa02_L']
    """
    assert client is not None
    store = client.store
    names = neuron_columns(client, returned_columns)
    chosen = selection(criteria, client)
    if omit_rois:
        names = [name for name in names if name != "roiInfo"]
        if not names:
            raise ArgumentError(
                "fetch_neurons: returned_columns=['roiInfo'] has nothing but ROIs, which "
                "omit_rois=True leaves out; name another property too"
            )
        neurons = client.run(neuron_table(store, client.compiler(), chosen, names))
        return client.frame(neurons, to_pandas)
    names = names if "roiInfo" in names else [*names, "roiInfo"]
    counts = [name for name in ROI_COUNTS if name in names and name in store.properties("neuron")]
    fetched = names if "bodyId" in names else ["bodyId", *names]
    neurons = client.run(neuron_table(store, client.compiler(), chosen, fetched))
    rows = RoiRows(store, neurons, client.run(neuron_roi_table(store, client.compiler(), chosen)))
    known = zip(rows.infos(), neurons["roiInfo"].to_pylist(), strict=True)
    objects: dict[str, list[Any]] = {
        "roiInfo": [info if is_known else None for info, is_known in known],
        "inputRois": rows.rois_with("post"),
        "outputRois": rows.rois_with("pre"),
    }
    roi_counts = rows.table(counts)
    if client.frames != "pandas":
        roi_counts = roi_counts.filter(pa.array(any_count(roi_counts, counts)))
    return (
        client.frame(neurons.select(names), partial(to_pandas, objects=objects), objects),
        client.frame(roi_counts, partial(without_zero_rows, counts=counts)),
    )


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


def neuron_columns(client: Answering, returned_columns: Any) -> list[str]:
    """The properties to return, in order (neuprint-python's ``compile_columns``)."""
    rois = set(client.store.all_rois)
    keys = [name for name in neuron_keys(client) if name not in rois]
    core = [name for name in CORE_NEURON_COLS if name in keys]
    rest = sorted(set(keys) - set(core))
    here = "fetch_neurons"
    if returned_columns is None or isinstance(returned_columns, str):
        checked_choice(here, "returned_columns", returned_columns, ("all", "core"))
        return core if returned_columns == "core" else core + rest
    wanted = name_list(here, "returned_columns", returned_columns)
    names = [name for name in wanted if name in keys]
    if wanted and not names:
        raise ArgumentError(
            f"{here}: none of returned_columns={wanted} is a property of "
            f"{client.store.dataset}; it has {keys}"
        )
    return names or core + rest
