"""What neuPrintHTTP would answer of a RawExport, and a client of neuprint-python that asks it.

The rules are those of neuPrintHTTP's source (api/cached, storage), written down in plain loops.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from neuprint.client import Client

from .bundle import RawExport

COMPLETE = {
    "Traced",
    "Roughly traced",
    "Prelim Roughly traced",
    "final",
    "final (irrelevant)",
    "Finalized",
    "Leaves",
}


def completeness(export: RawExport) -> dict[str, Any]:
    """/api/cached/roicompleteness."""
    sums: dict[str, list[int]] = {}
    for body in export.neurons:
        if "Neuron" in body.labels and body.get("status") in COMPLETE:
            for roi, counts in body.roi_info.items():
                both = sums.setdefault(roi, [0, 0])
                both[0] += counts.get("pre", 0)
                both[1] += counts.get("post", 0)
    total = json.loads(export.meta["roiInfo"])
    return {
        "columns": ["roi", "roipre", "roipost", "totalpre", "totalpost"],
        "data": [
            [roi, *sums[roi], total.get(roi, {}).get("pre"), total.get(roi, {}).get("post")]
            for roi in sorted(sums)
        ],
    }


def connectivity(export: RawExport) -> dict[str, Any]:
    """/api/cached/roiconnectivity, but for the order of ``roi_names``."""
    info = json.loads(export.meta["roiInfo"])
    top = [
        roi
        for roi in export.meta.get("superLevelRois") or []
        if roi in info and not info[roi].get("excludeFromOverview")
    ]
    weights: dict[str, dict[str, Any]] = {}
    for body in sorted(export.neurons, key=lambda body: body.id):
        if "Neuron" not in body.labels:
            continue
        counts = {roi: body.roi_info[roi] for roi in top if roi in body.roi_info}
        inputs = {roi: c["post"] for roi, c in counts.items() if c.get("post")}
        outputs = {roi: c["pre"] for roi, c in counts.items() if c.get("pre")}
        for here, post in inputs.items():
            for there, pre in outputs.items():
                edge = weights.setdefault(f"{here}=>{there}", {"count": 0, "weight": 0.0})
                edge["count"] += 1
                edge["weight"] += pre * post / sum(inputs.values())
    for edge in weights.values():
        if edge["weight"] == int(edge["weight"]):
            edge["weight"] = int(edge["weight"])
    in_order = sorted(weights, key=str.encode)
    return {"roi_names": sorted(top), "weights": {key: weights[key] for key in in_order}}


def dataset_facts(export: RawExport) -> dict[str, Any]:
    """One value of /api/dbmeta/datasets."""
    meta = export.meta
    return {
        "last-mod": meta.get("lastDatabaseEdit"),
        "uuid": meta.get("uuid", "latest"),
        "ROIs": sorted(json.loads(meta["roiInfo"])),
        "superLevelROIs": meta.get("superLevelRois", []),
        "info": meta.get("info", "N/A"),
        "hidden": meta.get("hideDataSet", False),
    }


class ServerClient(Client):
    """neuprint-python's own client; only what would travel over the network is put in its place.

    Args:
        export: Answers the cached endpoints.
        skeletons: Directory of SWC files.
        meshes: ROI -> OBJ file.
    """

    def __init__(self, export: RawExport | None, skeletons: Path, meshes: dict[str, Path]) -> None:
        self.export, self.skeletons, self.meshes = export, skeletons, meshes
        self.server, self.dataset = "https://neuprint.example.org", "sample:v1.0"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def _fetch_raw(self, url: str, json: Any = None, ispost: bool = False) -> bytes:
        path = url.removeprefix(f"{self.server}/api/")
        kind, _, dataset, name = path.split("/", 3)
        assert dataset == self.dataset
        if kind == "skeletons":
            return (self.skeletons / f"{name.removesuffix('?format=swc')}.swc").read_bytes()
        assert kind == "roimeshes"
        return self.meshes[name].read_bytes()

    def _fetch_json(self, url: str, json: Any = None, ispost: bool = False) -> Any:
        parts = urlsplit(url)
        assert parse_qs(parts.query) == {"dataset": [self.dataset]} and self.export
        answers = {"roicompleteness": completeness, "roiconnectivity": connectivity}
        return answers[parts.path.removeprefix("/api/cached/")](self.export)
