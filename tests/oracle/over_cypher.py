"""neuprint-python over connstore's Cypher: the client, and what the answers leave arbitrary.

What upstream's own faults make of an answer is put right as for the stand-ins (``compare``,
``synapse_compare``, ``mito_compare``, ``completeness``). Where upstream's query has no ORDER BY,
rows come in the order of whatever ran it; both sides are then put into one order. Two faults
are in the Cypher itself, which is put right on its way:

* ``None`` in a list of a criterion becomes an OR without parentheses;
* ``fetch_mean_synapses(by_roi=False)`` forgets to tell the bodies if there are more than three.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import neuprint
import numpy as np
import pandas as pd

from connstore.neuprint_adapter import Client

from . import completeness, mito_compare, synapse_compare
from .bundle import RawExport
from .calls import Call
from .compare import _assert_frames, assert_same
from .synapses import RawSynapses

#: Function -> what puts its answer right.
_RIGHT = {
    **dict.fromkeys(
        ("fetch_synapses", "fetch_mean_synapses", "fetch_synapse_connections"), synapse_compare
    ),
    **dict.fromkeys(
        (
            "fetch_mitochondria",
            "fetch_synapses_and_closest_mitochondria",
            "fetch_connection_mitochondria",
        ),
        mito_compare,
    ),
    "fetch_output_completeness": completeness,
    "fetch_downstream_orphan_tasks": completeness,
}
#: Functions whose rows come in an order that only some columns settle; these.
_SETTLED: dict[str, list[str]] = {
    "fetch_simple_connections": ["weight"],
    "fetch_common_connectivity": [],
    "fetch_downstream_orphan_tasks": ["bodyId_pre", "orphan_weight"],
}
_PATHS = ("fetch_paths", "fetch_shortest_paths")
#: A condition with an OR that has no parentheses.
_OR = re.compile(r"^( *(?:AND )?)([^( ].* OR NOT exists\(\w+\.\w+\))$", re.MULTILINE)


class CypherClient(Client):
    """neuprint-python's client over a store; notes the ROI flags of synapses that it passes on.

    Args:
        path: The store.
        export: What it was made of.
        synapses: The synapses of the export.
    """

    def __init__(self, path: Path, export: RawExport, synapses: RawSynapses | None) -> None:
        super().__init__(path, progress=False)
        self.export, self.synapses = export, synapses
        self.answered_rois: list[list[str]] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "CypherClient":
        return self  # the flags are to be in one place

    def fetch_custom(self, cypher: str, *args: Any, **kwargs: Any) -> Any:
        found = super().fetch_custom(_OR.sub(r"\1(\2)", cypher), *args, **kwargs)
        if "as syn_info" in cypher:
            place = found["columns"].index("syn_info")
            known = set(self.all_rois)
            self.answered_rois += [sorted(known.intersection(row[place])) for row in found["data"]]
        return found


def expected(call: Call, client: CypherClient, **options: Any) -> Any:
    """Upstream's answer, put right but for the order of rows."""
    if call.function == "fetch_mean_synapses" and call.kwargs.get("by_roi") is False:
        call = replace(call, kwargs={**call.kwargs, "batch_size": 3})
    module = _RIGHT.get(call.function)
    return (
        call.run(neuprint, client) if module is None else module.expected(call, client, **options)
    )


def assert_equal(upstream: Any, ours: Any, call: Call) -> None:
    """Fail with the difference and the call, unless both answers are the same."""
    __tracebackhide__ = True
    if call.function in _PATHS:
        _assert_frames(_paths_in_order(upstream), _paths_in_order(ours), call)
    elif call.function in _SETTLED or call.function in _RIGHT:
        settled = _SETTLED.get(call.function, [])
        pd.testing.assert_frame_equal(upstream[settled], ours[settled], check_exact=True)
        _assert_frames(in_order(upstream), in_order(ours), call)
    else:
        assert_same(upstream, ours, call)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in the one order that all their values make."""
    texts = pd.DataFrame({i: frame.iloc[:, i].map(repr) for i in range(frame.shape[1])})
    order = texts.sort_values(list(texts)).index if len(frame) else frame.index
    return frame.loc[order].reset_index(drop=True)


def _paths_in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Paths by their bodies, numbered anew."""
    if not len(frame):
        return frame
    groups = [group for _, group in frame.groupby("path", sort=False)]
    groups.sort(key=lambda group: (len(group), group["bodyId"].tolist()))
    numbers = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    together = pd.concat(groups, ignore_index=True)
    return together.assign(path=numbers.astype(frame["path"].dtype))
