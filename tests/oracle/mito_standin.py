"""A stand-in server that also answers neuprint-python's questions about mitochondria.

MitoCriteria put their own number into the query, in a comment beside the text that they have
always made, as SynapseCriteria do.
"""

import copy
import itertools
import re
from typing import Any

import pandas as pd
from neuprint import MitoCriteria, SynapseCriteria

from .bundle import RawExport
from .mitochondria import RawMitochondria
from .selection import select
from .synapse_standin import _TOKEN as SYNAPSE_TOKEN
from .synapse_standin import Answer, SynapseStandIn, info
from .synapse_standin import _copies as synapse_criteria
from .synapses import RawSynapses

_TOKEN = re.compile(r"MITO_CRITERIA_(\d+)")
_copies: dict[int, MitoCriteria] = {}
_numbers = itertools.count()
_RADII = ("r0", "r1", "r2")


class MitoStandIn(SynapseStandIn):
    """A SynapseStandIn with mitochondria."""

    def __init__(
        self, export: RawExport, synapses: RawSynapses, mitochondria: RawMitochondria, name: str
    ) -> None:
        super().__init__(export, synapses, name)
        self.mitochondria = mitochondria

    def _answer(self, cypher: str) -> Answer:
        if '(m:Element {type: "mitochondrion"})' not in cypher:
            return super()._answer(cypher)
        (body_token,) = re.findall(r"CRITERIA_TOKEN_(\d+)", cypher)
        bodies = select(self._criteria[int(body_token)], self.export.neurons)
        ids = {body.id for body in bodies}
        if "-[c:CloseTo]->" in cypher:
            (token,) = SYNAPSE_TOKEN.findall(cypher)
            return [], self._closest(ids, synapse_criteria[int(token)])
        (token,) = _TOKEN.findall(cypher)
        return [], self._mitochondria(ids, _copies[int(token)])

    def _mitochondria(self, bodies: set[int], criteria: MitoCriteria) -> list[list[Any]]:
        contained = self.mitochondria.contained
        found = contained[contained["body"].isin(bodies)]
        found = found.join(self.mitochondria.elements, on="element")
        rows = []
        for mito in found.itertuples():
            has = mito.properties
            if has["type"] != "mitochondrion" or not _matches(has, mito.rois, criteria):
                continue
            place, radii = (mito.x, mito.y, mito.z), map(has.get, _RADII)
            rest = {k: v for k, v in has.items() if k not in _NAMED}
            size = has.get("size")
            kind = has.get("mitoType")
            rows.append([mito.body, kind, size, *place, *radii, info(rest, mito.rois)])
        return rows

    def _closest(self, bodies: set[int], criteria: SynapseCriteria) -> list[list[Any]]:
        """By synapse as ever, then by distance and by id of the mitochondrion."""
        found = self._synapses(bodies, criteria)
        found = found.assign(position=range(len(found)))
        links = self.mitochondria.links.join(self.mitochondria.elements, on="element", how="inner")
        links = links.rename(columns={name: f"m{name}" for name in "xyz"})
        both = found.merge(
            links, left_on="point", right_on="synapse", suffixes=("", "_mito")
        ).assign(_no_distance=lambda frame: pd.to_numeric(frame["distance"]))
        both = both.sort_values(["position", "_no_distance", "element"])
        rows = []
        for link in both.itertuples():
            has = link.properties_mito
            if has["type"] != "mitochondrion":
                continue
            row = [link.body, link.type, link.confidence, link.x, link.y, link.z]
            row += [info(link.properties, link.rois), has.get("mitoType"), link.distance]
            row += [has.get("size"), link.mx, link.my, link.mz, *map(has.get, _RADII)]
            rows.append(row)
        return rows


_NAMED = {"type", "mitoType", "size", *_RADII}


def _matches(has: dict[str, Any], rois: list[str], criteria: MitoCriteria) -> bool:
    """Whether a mitochondrion is one of those that the criteria's documentation describes."""
    if criteria.rois and not set(criteria.rois).intersection(rois):
        return False
    if criteria.mitoType and has.get("mitoType") != criteria.mitoType:
        return False
    return not criteria.size or ("size" in has and has["size"] >= criteria.size)


_condition = MitoCriteria.condition


def _condition_and_token(self: MitoCriteria, *args: Any, **kwargs: Any) -> str:
    number = next(_numbers)
    _copies[number] = copy.copy(self)
    return f"// MITO_CRITERIA_{number}\n" + _condition(self, *args, **kwargs)


MitoCriteria.condition = _condition_and_token
