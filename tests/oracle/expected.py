"""The named bodies, named edges and ROI totals of expected.json, compared with plain tables."""

from typing import Any

import pandas as pd

from .facts import RoiInfo, Tables

#: Annotations of a named body, equal in both generations where the body is annotated.
ANNOTATIONS = [
    "type",
    "instance",
    "status",
    "statusLabel",
    "cropped",
    "cellBodyFiber",
    "somaRadius",
    "size",
    "notes",
]
COUNTS = ["pre", "post", "upstream", "downstream", "synweight", "mito"]


def body_mismatches(t: Tables, layout: str, body: int, expected: dict[str, Any]) -> list[str]:
    """What the tables say differently about one named body."""
    found: dict[str, Any] = dict(t.bodies[body])
    wanted = expected[layout]
    pairs = {name: (found.get(name), wanted[name]) for name in COUNTS if name in wanted}
    pairs["label"] = ("Neuron" if body in t.neuron_ids else "Segment", wanted["label"])
    if layout == "snapshot":
        pairs |= {name: (found.get(name), expected[name]) for name in ANNOTATIONS}
        pairs["somaLocation"] = (_coordinates(found), expected["somaLocation"])
        pairs["roiInfo"] = (_kinds(t.roi_info[body], "synweight", keep=False), wanted["roiInfo"])
        for name, direction in (("downstream", "down"), ("upstream", "up")):
            at_least_1 = (t.partners(body, direction) >= 1).sum()
            pairs[f"{name} partners"] = (at_least_1, wanted[f"n_{name}_partners_weight_ge_1"])
    else:
        pairs["status"] = (found.get("status"), wanted["status"])
        pairs["roiInfo"] = (
            _kinds(t.roi_info[body], "pre", "post", "downstream"),
            wanted["roiInfo_pre_post_downstream"],
        )
    for direction, name, weight in [
        ("down", "sum_out_weight", "weight"),
        ("up", "sum_in_weight", "weight"),
        ("down", "sum_out_weightHP", "weightHP"),
        ("up", "sum_in_weightHP", "weightHP"),
        ("down", "sum_out_weightHR", "weightHR"),
        ("up", "sum_in_weightHR", "weightHR"),
    ]:
        if name in wanted and weight in t.edges:
            pairs[name] = (t.partners(body, direction, weight).sum(), wanted[name])
    pairs["top5 down"] = (t.top5(body, "down"), wanted["top5_downstream_by_weight"])
    pairs["top5 up"] = (t.top5(body, "up"), wanted["top5_upstream_by_weight"])
    return [f"{body} {name}: {a!r}, expected {b!r}" for name, (a, b) in pairs.items() if a != b]


def edge_mismatches(t: Tables, layout: str, expected: list[dict[str, Any]]) -> list[str]:
    """What the tables say differently about the named edges."""
    where = {pair: i for i, pair in enumerate(zip(t.edges["pre"], t.edges["post"], strict=True))}
    wrong = []
    for edge in expected:
        wanted = edge[layout]
        i = where[edge["bodyId_pre"], edge["bodyId_post"]]
        posts = {roi: c["post"] for roi, c in t.edge_roi_info[i].items() if c.get("post")}
        pairs = {"roiInfo": (posts, wanted["roiInfo_post"])}
        pairs["NotPrimary"] = (t.not_primary[i], wanted["NotPrimary"])
        for name in ("weight", "weightHP", "weightHR"):
            if name in t.edges and name in wanted:
                pairs[name] = (t.edges[name][i], wanted[name])
        wrong += [f"{edge}: {n}: {a!r}" for n, (a, b) in pairs.items() if a != b]
    return wrong


def roi_total_mismatches(t: Tables, expected: RoiInfo) -> list[str]:
    """ROIs whose synapses, summed over the bodies, are not the expected ones."""
    sums = {roi: {"pre": c["pre"], "post": c["post"]} for roi, c in t.roi_totals.items()}
    found = {roi: counts for roi, counts in sums.items() if any(counts.values())}
    rois = sorted({*found, *expected})
    return [
        f"{roi}: {found.get(roi)}, expected {expected.get(roi)}"
        for roi in rois
        if found.get(roi) != expected.get(roi)
    ]


def traced_adjacency_facts(
    neurons: pd.DataFrame, connections: pd.DataFrame, totals: pd.DataFrame
) -> dict[int, int]:
    """Facts 55 to 59 from the frames of ``fetch_traced_adjacencies``."""
    inside = connections[connections["roi"] != "NotPrimary"]
    return {
        55: len(inside),
        56: len(totals),
        57: int(totals["weight"].sum()),
        58: int(totals["weight"].sum() - inside["weight"].sum()),
        59: len(neurons),
    }


def adjacency_facts(
    neurons: pd.DataFrame, connections: pd.DataFrame, totals: pd.DataFrame
) -> dict[int, int]:
    """Facts 50 to 54 from the frames of ``fetch_adjacencies`` over all neurons."""
    return {
        50: int((connections["roi"] == "NotPrimary").sum()),
        51: len(connections),
        52: len(totals),
        53: int(totals["weight"].sum()),
        54: len(neurons),
    }


def _coordinates(found: dict[str, Any]) -> list[float] | None:
    """The soma's coordinates, from neo4j's point or from a list."""
    point = found.get("somaLocation")
    return point["coordinates"] if isinstance(point, dict) else point


def _kinds(info: RoiInfo, *kinds: str, keep: bool = True) -> RoiInfo:
    """Only these kinds of counts, or all but these; dark, light and medium are not expected."""
    hidden = {"dark", "light", "medium"}
    cut = {
        roi: {k: v for k, v in counts.items() if (k in kinds) == keep and k not in hidden}
        for roi, counts in info.items()
    }
    return {roi: counts for roi, counts in cut.items() if counts}
