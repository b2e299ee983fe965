"""The numbered facts of hemibrain-mb's expected.json as functions of three plain tables.

The same functions run on the raw files (``test_oracle``) and on what connstore returns
(``test_expected``), so a fact is written once. Facts about single synapses or elements, which
neither source holds at this level, are absent.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

RoiInfo = dict[str, dict[str, int]]
DA1 = [1734350788, 1734350908, 722817260, 754534424, 754538881]
APL = 425790257
ELEMENT_ONLY = {7999000001, 7999000002, 7999000003}


@dataclass
class Tables:
    """Bodies by id (properties, null ones absent), edges, roiInfo of both, the Meta node."""

    bodies: dict[int, dict[str, Any]]
    neuron_ids: set[int]
    roi_info: dict[int, RoiInfo]
    edges: pd.DataFrame  # pre, post, weight, weightHP and, if the source has it, weightHR
    edge_roi_info: list[RoiInfo]
    meta_roi_info: dict[str, dict[str, Any]]
    primary: set[str]

    def having(self, name: str) -> int:
        """How many bodies have the property."""
        return sum(name in b for b in self.bodies.values())

    def total(self, name: str) -> int:
        """The property's sum over all bodies."""
        return sum(b.get(name, 0) for b in self.bodies.values())

    def status(self, name: str, value: str) -> int:
        """How many bodies have this value."""
        return sum(b.get(name) == value for b in self.bodies.values())

    @cached_property
    def not_primary(self) -> pd.Series:
        """Weight outside the primary ROIs, one number an edge."""
        inside = [
            sum(counts.get("post", 0) for roi, counts in info.items() if roi in self.primary)
            for info in self.edge_roi_info
        ]
        return self.edges["weight"] - inside

    @cached_property
    def roi_totals(self) -> dict[str, Counter[str]]:
        """Counts of every ROI, summed over the bodies."""
        totals: dict[str, Counter[str]] = {}
        for info in self.roi_info.values():
            for roi, counts in info.items():
                totals.setdefault(roi, Counter()).update(counts)
        return totals

    def rois_with(self, *kinds: str) -> int:
        """How many ROIs hold at least one of the kinds."""
        return sum(any(counts[k] for k in kinds) for counts in self.roi_totals.values())

    def entries_without(self, *kinds: str) -> int:
        """How many (body, ROI) entries have none of the kinds."""
        infos = self.roi_info.values()
        return sum(not any(c.get(k) for k in kinds) for info in infos for c in info.values())

    def partners(self, body: int, direction: str, weight: str = "weight") -> pd.Series:
        """Weights by partner, strongest first, smaller body id first among equals."""
        here, there = ("pre", "post") if direction == "down" else ("post", "pre")
        edges = self.edges[self.edges[here] == body]
        edges = edges.sort_values([weight, there], ascending=[False, True])
        return edges.set_index(there)[weight]

    def top5(self, body: int, direction: str) -> list[list[int]]:
        """The five strongest partners as [body, weight]."""
        return [[int(b), int(w)] for b, w in self.partners(body, direction).head(5).items()]

    def meta_counts(self, roi: str) -> dict[str, int]:
        """``pre`` and ``post`` of one ROI in the Meta node."""
        return {kind: self.meta_roi_info[roi][kind] for kind in ("pre", "post")}

    def with_roi(self, *rois: str) -> dict[str, int]:
        """How many bodies have each of the ROIs in their roiInfo."""
        return {roi: sum(roi in info for info in self.roi_info.values()) for roi in rois}


def _reciprocal(t: Tables) -> int:
    strong = t.edges[t.edges["weight"] >= 1]
    pairs = set(zip(strong["pre"], strong["post"], strict=True))
    return sum((post, pre) in pairs for pre, post in pairs if pre < post)


def _strongest_types(t: Tables, columns: list[str]) -> list[list[Any]]:
    types = {i: b.get("type") for i, b in t.bodies.items()}
    sums = (
        t.edges.assign(a=t.edges["pre"].map(types), b=t.edges["post"].map(types))
        .groupby(["a", "b"])[columns]
        .sum()
    )
    top = sums.sort_values("weight", ascending=False).head(10).reset_index()
    return [list(row) for row in top.astype(object).itertuples(index=False)]


def _hubs(t: Tables) -> int:
    return int((t.edges[t.edges["weight"] >= 1]["pre"].value_counts() >= 100).sum())


def _traced_share(t: Tables) -> int:
    traced = [i for i, b in t.bodies.items() if b.get("status") == "Traced"]
    return int(t.partners(APL, "down").reindex(traced).sum())


def _unannotated(t: Tables) -> list[int]:
    return sorted(i for i, b in t.bodies.items() if "status" not in b and i in t.neuron_ids)


def _pre_post(t: Tables) -> dict[str, list[int]]:
    return {str(i): [t.bodies[i]["pre"], t.bodies[i]["post"]] for i in DA1}


def _edge_entries(t: Tables, rois: set[str] | None = None) -> int:
    infos = t.edge_roi_info
    return sum(
        c.get("post", 0) > 0 and (rois is None or r in rois)
        for info in infos
        for r, c in info.items()
    )


Fact = Callable[[Tables], Any]

#: Facts of the current bundle that need nothing but the tables.
SNAPSHOT: dict[int, Fact] = {
    2: lambda t: t.total("pre"),
    3: lambda t: t.total("post"),
    9: lambda t: len(t.bodies),
    10: lambda t: len(ELEMENT_ONLY & {i for i, b in t.bodies.items() if b["synweight"] == 0}),
    11: lambda t: len(t.neuron_ids),
    12: lambda t: len(t.bodies) - len(t.neuron_ids),
    18: lambda t: t.status("status", "Traced"),
    19: lambda t: t.status("statusLabel", "Roughly traced"),
    20: lambda t: sum("status" not in b for i, b in t.bodies.items() if i not in ELEMENT_ONLY),
    21: lambda t: t.having("type"),
    22: lambda t: len({b["type"] for b in t.bodies.values() if "type" in b}),
    23: lambda t: t.having("somaLocation"),
    24: lambda t: t.having("somaRadius"),
    25: lambda t: t.having("size"),
    26: lambda t: t.having("notes"),
    27: lambda t: t.having("cellBodyFiber"),
    28: lambda t: len(t.edges),
    30: lambda t: int(t.edges["weight"].sum()),
    31: lambda t: int(t.edges["weightHP"].sum()),
    34: lambda t: int((t.edges["weight"] == 0).sum()),
    35: lambda t: int((t.edges["weightHP"] == 0).sum()),
    37: lambda t: int((t.edges["weight"] >= 10).sum()),
    38: lambda t: int(t.edges["weight"].max()),
    40: lambda t: int((t.edges["pre"] == t.edges["post"]).sum()),
    41: _reciprocal,
    47: lambda t: int(t.not_primary.sum()),
    49: lambda t: int((t.not_primary > 0).sum()),
    60: _edge_entries,
    61: lambda t: _edge_entries(t, t.primary),
    63: lambda t: sum(map(len, t.roi_info.values())),
    64: lambda t: t.entries_without("pre", "post"),
    65: lambda t: t.entries_without("pre", "post", "downstream", "upstream"),
    81: lambda t: t.total("mito"),
    82: lambda t: {kind: t.total(kind) for kind in ("dark", "light", "medium")},
    84: lambda t: sum(b["mito"] > 0 for b in t.bodies.values()),
    88: lambda t: t.rois_with("pre", "post"),
    90: lambda t: t.rois_with("pre", "post", "mito"),
    91: lambda t: t.meta_counts("CA(R)"),
    92: lambda t: t.meta_counts("MB(R)"),
    93: lambda t: t.meta_counts("MB(+ACA)(R)"),
    94: lambda t: t.meta_counts("aL(R)"),
    95: lambda t: t.meta_counts("MB(L)"),
    96: lambda t: t.meta_counts("INP"),
    99: lambda t: t.roi_totals["AL(R)"]["mito"],
    100: lambda t: t.roi_totals["aL(R)"]["mito"],
    101: lambda t: t.with_roi("AL(R)", "aL(R)"),
    104: _hubs,
    105: lambda t: sum(b["pre"] == 0 for i, b in t.bodies.items() if i not in ELEMENT_ONLY),
    106: lambda t: sum(b["post"] == 0 for i, b in t.bodies.items() if i not in ELEMENT_ONLY),
    107: lambda t: t.top5(APL, "down"),
    108: lambda t: t.top5(APL, "up"),
    109: _traced_share,
    112: _unannotated,
}

#: Facts that need weightHR, which no fetch function returns.
SNAPSHOT_HIGH_RECALL: dict[int, Fact] = {
    1: lambda t: int(t.edges["weightHR"].sum()),
    29: lambda t: int(t.edges["weightHR"].sum()),
    36: lambda t: int((t.edges["weight"] < t.edges["weightHR"]).sum()),
    39: lambda t: int(t.edges["weightHR"].max()),
    103: lambda t: _strongest_types(t, ["weight", "weightHR"]),
}

#: Facts of the old bundle.
OLD_LOADER: dict[int, Fact] = {
    1: lambda t: int(t.edges["weight"].sum()),
    5: lambda t: t.total("pre"),
    6: lambda t: t.total("post"),
    13: lambda t: len(t.bodies),
    14: lambda t: len(t.neuron_ids),
    15: lambda t: len(t.bodies) - len(t.neuron_ids),
    16: lambda t: sum(
        b.get("status") == "Assign" and b.get("statusLabel") == "0.5assign"
        for b in t.bodies.values()
    ),
    28: lambda t: len(t.edges),
    32: lambda t: int(t.edges["weight"].sum()),
    33: lambda t: int(t.edges["weightHP"].sum()),
    40: lambda t: int((t.edges["pre"] == t.edges["post"]).sum()),
    48: lambda t: int(t.not_primary.sum()),
    62: _edge_entries,
    66: lambda t: sum(map(len, t.roi_info.values())),
    89: lambda t: t.rois_with("pre", "post"),
    97: lambda t: t.meta_counts("AL(R)"),
    98: lambda t: t.meta_counts("aL(R)"),
    102: lambda t: t.with_roi("AL(R)", "aL(R)"),
    110: _pre_post,
}
