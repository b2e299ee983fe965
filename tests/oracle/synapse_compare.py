"""What upstream answers about synapses, with its documented faults and arbitrary orders put right.

* ``fetch_synapses(primary_only=False)``: one row per intersecting ROI, as documented; upstream's
  loop overwrites its row. Rows are repeated from the ROI flags that the stand-in answered with.
* Columns of further properties, and the dtypes of columns of texts, depend upstream on how bodies
  fall into batches; here they are as if all came in one.
* Empty answers have the columns of others.
* ``fetch_synapse_connections``: rows by ends. Where upstream loses rows (LOSSY), or breaks because
  no batch has any, its own inner function is asked for all connections in one batch.
"""

from typing import Any

import neuprint
import numpy as np
import pandas as pd
from neuprint.queries import synapses as upstream_module
from neuprint.queries.neuroncriteria import copy_as_neuroncriteria

from .synapse_calls import SynapseCall
from .synapse_standin import SynapseStandIn

SYNAPSE = ["bodyId", "type", "roi", "x", "y", "z", "confidence"]
MEAN = ["bodyId", "roi", "type", "count", "x", "y", "z", "confidence"]
CONNECTION = ["bodyId_pre", "bodyId_post", "roi_pre", "roi_post"]
CONNECTION += [f"{axis}_{end}" for end in ("pre", "post") for axis in "xyz"]
CONNECTION += ["confidence_pre", "confidence_post"]
NOTHING_FOUND = "No objects to concatenate"


def expected(call: SynapseCall, client: SynapseStandIn, *, lossy: bool = False) -> pd.DataFrame:
    """Upstream's answer, put right."""
    client.answered_rois.clear()
    try:
        frame = call.run(neuprint, client)
    except ValueError as error:
        if NOTHING_FOUND not in str(error):
            raise
        lossy = True
    if lossy:
        frame = _in_one_batch(call, client)
    if call.function == "fetch_synapses" and call.synapse_arguments.get("primary_only") is False:
        frame = _one_row_a_roi(frame, client, call.synapse_arguments.get("rois"))
    if call.function == "fetch_synapse_connections":
        frame = frame.sort_values(CONNECTION[:2], kind="stable", ignore_index=True)
    return _as_one_batch(frame, call, client)


def _in_one_batch(call: SynapseCall, client: SynapseStandIn) -> pd.DataFrame:
    """fetch_synapse_connections without its batches."""
    args, options = call.built(neuprint, client)
    source, target, synapses, *_ = [*args, None]
    synapses = synapses or neuprint.SynapseCriteria(client=client)
    sides = []
    for side, matchvar in ((source, "n"), (target, "m")):
        criteria = copy_as_neuroncriteria(side, client)
        criteria.matchvar = matchvar
        if synapses.rois and not criteria.rois:
            criteria.rois, criteria.roi_req = {*synapses.rois}, "any"
        sides.append(criteria)
    least = max(options.get("min_total_weight", 1), 1)
    return upstream_module._fetch_synapse_connections(
        *sides, synapses, least, options.get("nt"), client
    )


def _one_row_a_roi(frame: pd.DataFrame, client: SynapseStandIn, wanted: Any) -> pd.DataFrame:
    """Every row once for each of its ROIs that the caller asked for."""
    assert len(frame) == len(client.answered_rois)
    asked = set([wanted] if isinstance(wanted, str) else wanted or client.all_rois)
    rois = [sorted(asked.intersection(found)) or [None] for found in client.answered_rois]
    upstreams = frame["roi"].astype(object).where(frame["roi"].notna(), None)
    assert all(roi in found for roi, found in zip(upstreams, rois, strict=True))
    repeated = frame.loc[np.repeat(frame.index, list(map(len, rois)))].reset_index(drop=True)
    return repeated.assign(roi=pd.array([roi for found in rois for roi in found], dtype=object))


def _as_one_batch(frame: pd.DataFrame, call: SynapseCall, client: SynapseStandIn) -> pd.DataFrame:
    nt = _transmitter_dtypes(call, client)
    base = {
        "fetch_synapses": SYNAPSE,
        "fetch_mean_synapses": [c for c in MEAN if c != "roi" or call.kwargs.get("by_roi", True)],
        "fetch_synapse_connections": CONNECTION,
    }[call.function]
    further = [name for name in frame if name not in base and name not in nt]
    order = base + sorted(further, key=lambda name: (name.endswith("_post"), name)) + list(nt)
    if not len(frame):
        texts = {n: "str" for n in ("roi", "roi_pre", "roi_post") if n in base}
        kinds = {"confidence": "float32", "type": pd.CategoricalDtype(["pre", "post"])}
        kinds = {**frame.dtypes.to_dict(), **texts, **kinds, **nt}
        return pd.DataFrame({name: pd.Series([], dtype=kinds[name]) for name in base + list(nt)})
    frame = frame[order].copy()
    for name in frame:
        if frame[name].dtype == object and not any(isinstance(v, list) for v in frame[name]):
            values = frame[name].where(frame[name].notna(), None)
            frame[name] = pd.DataFrame([(value,) for value in values], index=frame.index)[0]
    return frame


def _transmitter_dtypes(call: SynapseCall, client: SynapseStandIn) -> dict[str, Any]:
    names = [name[2:-4].lower() for name in client.synapses.transmitters]
    kinds: dict[Any, dict[str, Any]] = {
        "all": dict.fromkeys(names, "float32"),
        "max": {"nt": pd.CategoricalDtype(names), "ntProb": "float32"},
    }
    return kinds.get(call.kwargs.get("nt"), {})
