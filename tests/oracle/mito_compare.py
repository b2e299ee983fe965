"""What upstream answers about mitochondria, with its faults and arbitrary orders put right.

* Rows of one synapse or mitochondrion in several ROIs come in set order upstream; here by name.
* dtypes of columns of texts depend upstream on how bodies fall into batches; here they are as if
  all came in one.
* Empty answers about synapses have their columns in another order.
* ``fetch_connection_mitochondria`` asks the default client, whichever it was given; asks for
  the mitochondria of synapses above the dataset's confidence only, whatever the criteria say; and
  breaks where there is no synapse. Its own merging runs here on the connections that
  ``synapse_compare`` has put right, and on all synapses that are close to a mitochondrion.
"""

from functools import partial
from typing import Any
from unittest import mock

import neuprint
import pandas as pd
from neuprint.queries import mito as upstream_module

from .mito_calls import MitoCall
from .mito_standin import MitoStandIn
from .synapse_calls import SynapseCall
from .synapse_compare import expected as expected_connections

TEXTS = ("mitoType_pre", "mitoType_post")
CLOSEST = ["bodyId", "type", "roi", "x", "y", "z", "confidence", "mitoType", "distance", "size"]
CLOSEST += ["mx", "my", "mz", "r0", "r1", "r2"]


def expected(call: MitoCall, client: MitoStandIn, *, lossy: bool = False) -> pd.DataFrame:
    """Upstream's answer, put right."""
    if call.function == "fetch_connection_mitochondria":
        return _with_mitochondria(call, client, lossy)
    frame = call.run(neuprint, client)
    if len(frame):
        return _texts_as_one_batch(_by_roi_name(frame))
    return frame if call.function == "fetch_mitochondria" else frame[CLOSEST]


def _by_roi_name(frame: pd.DataFrame) -> pd.DataFrame:
    """Neighbours that differ in nothing but their ROI, by its name."""
    others = frame.drop(columns="roi").astype(object).where(lambda f: f.notna(), "missing")
    group = (others != others.shift()).any(axis=1).cumsum()
    order = frame.assign(_group=group).sort_values(["_group", "roi"], kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _texts_as_one_batch(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.copy()
    for name in frame:
        if frame[name].dtype == object:
            values = frame[name].where(frame[name].notna(), None)
            frame[name] = pd.DataFrame([(value,) for value in values], index=frame.index)[0]
    return frame


def _with_mitochondria(call: MitoCall, client: MitoStandIn, lossy: bool) -> pd.DataFrame:
    options = {"batch_size": 10**6, **call.kwargs}
    asked = SynapseCall("fetch_synapse_connections", call.args, options)
    connections = expected_connections(asked, client, lossy=lossy)
    everything = partial(neuprint.SynapseCriteria, confidence=0)

    def ready(*args: Any, **kwargs: Any) -> pd.DataFrame:
        return connections.copy()

    close = upstream_module.fetch_synapses_and_closest_mitochondria

    def closest(bodies: Any, criteria: Any, **_: Any) -> pd.DataFrame:
        return close(bodies, criteria, batch_size=10**6, client=client)

    with mock.patch.multiple(
        upstream_module,
        fetch_synapse_connections=ready,
        fetch_synapses_and_closest_mitochondria=closest,
        SynapseCriteria=everything,
    ):
        if not len(connections):
            return _no_rows(connections)
        args, options = call.built(neuprint, client)
        frame = upstream_module.fetch_connection_mitochondria(*args, **options, client=client)
    return frame.astype(dict.fromkeys(TEXTS, "str"))


def _no_rows(connections: pd.DataFrame) -> pd.DataFrame:
    """The columns that follow, of the dtypes that complete ones have."""
    kinds = {"mitoType": "str", "distance": "float32"}
    kinds |= dict.fromkeys(("mitoSize", "mx", "my", "mz"), "int32")
    more = {f"{name}_{end}": kind for end in ("pre", "post") for name, kind in kinds.items()}
    return connections.assign(**{name: pd.Series([], dtype=kind) for name, kind in more.items()})
