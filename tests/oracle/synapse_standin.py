"""A stand-in server that also answers neuprint-python's questions about synapses.

Like its parent it knows query templates, not Cypher. SynapseCriteria put their own number into
the query, in a comment beside the text that they have always made, which leads back to a copy of
the object; so nothing here parses their conditions.
"""

import ast
import copy
import itertools
import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from neuprint import SynapseCriteria

from .bundle import RawExport
from .cells import json_number
from .selection import select
from .standin import StandInClient
from .synapses import RawSynapses

_TOKEN = re.compile(r"SYNAPSE_CRITERIA_(\d+)")
_ROIS = re.compile(r"WITH (\[.*\]) as rois")
_BOUND = re.compile(r"WHERE e\.weight >= (\S+)")
_copies: dict[int, SynapseCriteria] = {}
_numbers = itertools.count()

Answer = tuple[list[str], list[list[Any]]]


class SynapseStandIn(StandInClient):
    """A StandInClient with the synapse level."""

    def __init__(self, export: RawExport, synapses: RawSynapses, name: str) -> None:
        super().__init__(export, name)
        self.synapses = synapses
        self.answered_rois: list[list[str]] = []  # ROI flags of each row of fetch_synapses

    def _answer(self, cypher: str) -> Answer:
        if "MATCH (s: Synapse" in cypher:
            return ["nt_keys"], [[self.synapses.transmitters]]
        if ":SynapseSet" not in cypher:
            return super()._answer(cypher)
        bodies = {
            c.matchvar: {body.id for body in select(c, self.export.neurons)}
            for c in (self._criteria[int(n)] for n in re.findall(r"CRITERIA_TOKEN_(\d+)", cypher))
        }
        criteria = [_copies[int(number)] for number in _TOKEN.findall(cypher)]
        if ":SynapsesTo" in cypher:
            bound = _BOUND.search(cypher)
            assert bound is not None
            return [], self._connections(bodies, *criteria, int(bound[1]))
        (only,) = criteria
        found = self._synapses(bodies["n"], only)
        if "avg(" not in cypher:
            return [], self._rows(found, "s.nt" in cypher)
        rois = _ROIS.search(cypher)
        return _means(found, None if rois is None else ast.literal_eval(rois[1]))

    def _synapses(self, bodies: set[int], criteria: SynapseCriteria) -> pd.DataFrame:
        """The synapses of some bodies, by body, T-bars first, by id."""
        contained = self.synapses.contained
        found = contained[contained["body"].isin(bodies)].join(self.synapses.points, on="point")
        found = found[matches(found, criteria)]
        first = found["type"] == "pre"
        found = found.assign(_last=~first).sort_values(["body", "_last", "point"])
        return found.drop(columns="_last")

    def _rows(self, found: pd.DataFrame, transmitters: bool) -> list[list[Any]]:
        rows = []
        for point in found.itertuples():
            row = [point.body, point.type, point.confidence, point.x, point.y, point.z]
            row += [info(point.properties, point.rois)]
            if transmitters:
                row += [point.properties.get(name) for name in self.synapses.transmitters]
            rows.append(row)
            self.answered_rois.append(sorted(point.rois))
        return rows

    def _connections(
        self,
        bodies: dict[str, set[int]],
        source: SynapseCriteria,
        target: SynapseCriteria,
        least: int,
    ) -> list[list[Any]]:
        edges = self.export.edges
        edges = edges[edges["pre"].isin(bodies["n"]) & edges["post"].isin(bodies["m"])]
        strong = set(zip(*edges.loc[edges["weight"] >= least, ["pre", "post"]].T.values))
        pairs = self.synapses.connected
        pairs = pairs[pairs["body_pre"].isin(bodies["n"]) & pairs["body_post"].isin(bodies["m"])]
        ends = zip(pairs["body_pre"], pairs["body_post"], strict=True)
        pairs = pairs[np.array([pair in strong for pair in ends], dtype=bool)]
        points = self.synapses.points
        pre, post = points.loc[pairs["pre"]], points.loc[pairs["post"]]
        kept = matches(pre, source).to_numpy() & matches(post, target).to_numpy()
        rows = []
        names = self.synapses.transmitters
        for ids, n, m in zip(
            pairs[kept].itertuples(), pre[kept].itertuples(), post[kept].itertuples(), strict=True
        ):
            row = [ids.body_pre, ids.body_post, n.x, n.y, n.z, m.x, m.y, m.z]
            row += [n.confidence, m.confidence]
            row += [info(n.properties, n.rois), info(m.properties, m.rois)]
            rows.append([*row, *(n.properties.get(name) for name in names)])
        return rows


def matches(points: pd.DataFrame, criteria: SynapseCriteria) -> pd.Series:
    """Which points the criteria match, by their documentation."""
    kept = pd.Series(True, index=points.index)
    if criteria.type:
        kept &= points["type"] == criteria.type
    if criteria.confidence:
        kept &= points["confidence"] > criteria.confidence
    if criteria.rois:
        wanted = set(criteria.rois)
        inside = [not wanted.isdisjoint(rois) for rois in points["rois"]]
        kept &= pd.Series(inside, index=points.index, dtype=bool)
    return kept.astype(bool)


def info(properties: dict[str, Any], rois: Iterable[str]) -> dict[str, Any]:
    """All properties of a node but location, confidence and type."""
    return {**properties, **dict.fromkeys(rois, True)}


def _means(found: pd.DataFrame, rois: list[str] | None) -> Answer:
    """Groups by body, ROI (if there are any) and type, T-bars first."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for point in found.itertuples():
        last = point.type == "post"
        keys = [None] if rois is None else [roi for roi in point.rois if roi in rois]
        for roi in keys:
            groups.setdefault((point.body, roi or "", last), []).append(point)
    rows = []
    for (body, roi, last), points in sorted(groups.items()):
        means = [
            json_number(math.fsum(getattr(p, name) for p in points) / len(points))
            for name in ("x", "y", "z", "confidence")
        ]
        type_ = "post" if last else "pre"
        rows.append([body, *([] if rois is None else [roi]), type_, len(points), *means])
    names = ["bodyId", *([] if rois is None else ["roi"]), "type", "count"]
    return [*names, "x", "y", "z", "confidence"], rows


_condition = SynapseCriteria.condition


def _condition_and_token(self: SynapseCriteria, *args: Any, **kwargs: Any) -> str:
    number = next(_numbers)
    _copies[number] = copy.copy(self)
    return f"// SYNAPSE_CRITERIA_{number}\n" + _condition(self, *args, **kwargs)


SynapseCriteria.condition = _condition_and_token
