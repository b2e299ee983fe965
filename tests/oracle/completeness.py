"""Calls about the completeness of outputs, the server's answers, and upstream's put right.

* Both functions ask the default client for the bodies, whichever they were given.
* ``fetch_output_completeness`` breaks where no batch of bodies has any row; without batches
  (``batch_size=None``) always.
* ``fetch_downstream_orphan_tasks`` breaks where there is no connection.
* dtypes of its columns of texts depend on how bodies fall into batches; here they are as if all
  came in one.
* Rows of ``fetch_output_completeness`` are in arbitrary order; here by bodyId.
"""

import ast
import re
from functools import partial
from typing import Any
from unittest import mock

import neuprint
import pandas as pd
from neuprint.queries import recon as upstream_module
from neuprint.queries.neuroncriteria import copy_as_neuroncriteria

from .bundle import Body
from .calls import NC, Call, Words, _build
from .neuron_calls import CRITERIA, bare, criteria
from .selection import select
from .standin import StandInClient

NOTHING_FOUND = "No objects to concatenate"
ORPHANS = ["bodyId_pre", "bodyId_post", "orphan_weight", "status_post", "statusLabel"]
ORPHANS += ["total_weight", "orig_traced_weight", "orig_untraced_weight", "orig_completeness"]
ORPHANS += ["cum_orphan_weight", "cum_completeness"]


class CompletenessStandIn(StandInClient):
    """A StandInClient that also sums up the weights to complete segments."""

    def _answer(self, cypher: str) -> tuple[list[str], list[list[Any]]]:
        lists = re.findall(r"m\.status(?:Label)? in (\[.*?\])\s", cypher)
        if not lists:
            return super()._answer(cypher)
        statuses = set(ast.literal_eval(lists[0]))
        (number,) = re.findall(r"CRITERIA_TOKEN_(\d+)", cypher)
        found = {body.id for body in select(self._criteria[int(number)], self.export.neurons)}
        totals: dict[int, int] = {}
        traced: dict[int, int] = {}
        edges = self.export.edges[self.export.edges["pre"].isin(found)]
        for pre, post, weight in zip(edges["pre"], edges["post"], edges["weight"], strict=True):
            totals[pre] = totals.get(pre, 0) + weight
            target = self.export.by_id[post]
            if statuses.intersection([target.get("status"), target.get("statusLabel")]):
                traced[pre] = traced.get(pre, 0) + weight
        rows = [[int(b), int(totals[b]), int(traced[b])] for b in sorted(traced)]
        return ["bodyId", "total_weight", "traced_weight"], rows


def expected(call: Call, client: CompletenessStandIn) -> pd.DataFrame:
    """Upstream's answer, put right."""
    ask = partial(neuprint.fetch_custom, client=client)
    with mock.patch.multiple(
        upstream_module, fetch_custom=ask, fetch_output_completeness=_completeness
    ):
        if call.function == "fetch_output_completeness":
            args = [_build(neuprint, value) for value in call.args]
            frame = _completeness(*args, **call.kwargs, client=client)
            return frame.sort_values("bodyId", kind="stable", ignore_index=True)
        partners = _partners(call, client)
        frame = call.run(neuprint, client) if partners else _nothing(ORPHANS)
    return _texts(frame, [client.export.by_id[body] for body in sorted(partners)])


_unpatched = upstream_module.fetch_output_completeness


def _completeness(*args: Any, batch_size: int | None = 1000, **kwargs: Any) -> pd.DataFrame:
    try:
        return _unpatched(*args, batch_size=batch_size or 1000, **kwargs)
    except ValueError as error:
        if NOTHING_FOUND not in str(error):
            raise
    return _nothing(["bodyId", "total_weight", "traced_weight", "untraced_weight", "completeness"])


def _nothing(columns: list[str]) -> pd.DataFrame:
    kinds = [
        "float64" if "completeness" in name else "str" if "status" in name else "int64"
        for name in columns
    ]
    return pd.DataFrame({n: pd.Series([], dtype=k) for n, k in zip(columns, kinds, strict=True)})


def _partners(call: Call, client: CompletenessStandIn) -> set[int]:
    """The bodies at the ends of the connections that the call is about."""
    given = copy_as_neuroncriteria(_build(neuprint, call.args[0]), client)
    bodies = [body.id for body in select(given, client.export.neurons)]
    if not bodies:
        raise RuntimeError("No neurons match your source criteria")
    edges = client.export.edges
    edges = edges[edges["pre"].isin(bodies) & (edges["weight"] > 0)]
    return {*edges["pre"].tolist(), *edges["post"].tolist()}


def _texts(frame: pd.DataFrame, partners: list[Body]) -> pd.DataFrame:
    frame = frame.copy()
    for name, column in (("status", "status_post"), ("statusLabel", "statusLabel")):
        values = frame[column].astype(object).where(frame[column].notna(), None)
        known = not len(frame) or any(body.get(name) is not None for body in partners)
        frame[column] = values.astype("str" if known else object)
    return frame


def _statuses(w: Words) -> dict[str, Any]:
    known = w.values("status") + w.values("statusLabel")
    some = w.some(known, 1, 4)
    chosen = w.one([some, tuple(some), [*some, "nothing"], ["Traced"], ["nothing"], []])
    return w.one([{}, {"complete_statuses": chosen}, {"complete_statuses": chosen}])


def completeness_call(w: Words, kind: str) -> Call:
    """A fetch_output_completeness call."""
    options = {**_statuses(w), **w.one([{}, {}, {"batch_size": 100}, {"batch_size": None}])}
    return Call("fetch_output_completeness", [_neurons(w, kind)], options)


def orphan_call(w: Words, kind: str) -> Call:
    """A fetch_downstream_orphan_tasks call."""
    return Call("fetch_downstream_orphan_tasks", [_neurons(w, kind)], _statuses(w))


def _neurons(w: Words, kind: str) -> Any:
    if kind == "bare":
        return bare(w)
    if kind == "busy":
        return w.one([w.ids(), NC(bodyId=w.ids(), label="Neuron"), w.hubs[:10]])
    return NC(**criteria(w, kind))


#: Kind of neurons -> how many different draws of it are tested.
COMPLETENESS_KINDS = {**dict.fromkeys(CRITERIA, 1), "bare": 6, "busy": 6}
