"""Neuprint_Meta: the one :Meta node, as CSV and as indented JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from . import DATASET, TAG
from .anatomy import DESCRIPTIONS, NERVE, NON_HIERARCHICAL, PRIMARY_ROIS, hierarchy, parents
from .counts import (
    POST_HIGH_ACCURACY_THRESHOLD,
    POST_HP_THRESHOLD,
    PRE_HP_THRESHOLD,
)
from .encoding import write_csv
from .neuron_files import COLUMNS, Segment

_DESCRIPTION = (
    "An invented small brain with about 330 neurons and 3,000 fragments.\n"
    'Nothing in it was measured: "sample" data, made by a seeded generator.\n'
    "Right and left mushroom body, antennal lobes, central complex, optic lobes, T1 leg neuropils."
)
_VISIBLE = ["bodyId", "type", "instance", "status"]
_OVERVIEW = ["AL(R)", "AL(L)", "aL(R)", "aL(L)", "CA(R)", "CRE(-ROB,-RUB)(R)", "EB", "FB", "ME(R)"]
# Neo4j types of the CSV header, in its column order; ``json`` is JSON text in a string.
_TYPES = {
    "dataset": "string",
    "tag": "string",
    "voxelSize": "float[]",
    "voxelUnits": "string",
    "info": "string",
    "logo": "string",
    "description": "string",
    "postHighAccuracyThreshold": "float",
    "preHPThreshold": "float",
    "postHPThreshold": "float",
    "primaryRois": "string[]",
    "nonHierarchicalROIs": "string[]",
    "overviewRois": "string[]",
    "overviewOrder": "string",
    "neuronColumnsVisible": "json",
    "uuid": "string",
    "latestMutationId": "int",
    "lastDatabaseEdit": "string",
    "superLevelRois": "string[]",
    "totalPreCount": "int",
    "totalPostCount": "int",
    "neuronProperties": "json",
    "roiHierarchy": "json",
    "roiInfo": "json",
    "neuronColumnsOrdered": "json",
    "meshHost": "string",
}


def _roi_info(rois: pd.DataFrame) -> dict[str, object]:
    """One entry per ROI that holds anything, sorted; ROIs with mitochondria only have 0 and 0."""
    sums = rois[rois["roi"] != "<unspecified>"].groupby("roi")[["post", "pre"]].sum().sort_index()
    parent_of = parents()
    return {
        roi: {
            "description": DESCRIPTIONS.get(roi, ""),
            "excludeFromOverview": roi == NERVE,
            "isNerve": roi == NERVE,
            "isPrimary": roi in PRIMARY_ROIS,
            "parent": parent_of.get(roi),
            "post": int(post),
            "pre": int(pre),
        }
        for roi, post, pre in sums.itertuples(name=None)
    }


def _columns_ordered(segments: list[Segment]) -> list[dict[str, object]]:
    """What a neuron search form shows; ``choices`` lists the values of short vocabularies."""
    shown = {
        "bodyId": ("body ID", None, False),
        "type": ("type", "Cell type", False),
        "instance": ("instance", None, False),
        "status": ("status", "Reconstruction status", True),
        "class": ("class", None, True),
        "somaSide": ("soma side", None, True),
        "cellBodyFiber": ("cell body fiber", None, True),
    }
    entries = []
    for name, (title, description, listed) in shown.items():
        values = {str(v) for s in segments if (v := s.values.get(name)) is not None}
        entry: dict[str, object] = {
            "id": name,
            "name": title,
            "searchable": True,
            "choices": sorted(values) if listed else None,
        }
        if description:
            entry["description"] = description
        entries.append({**entry, "visible": name in _VISIBLE})
    return entries


def build_meta(
    segments: list[Segment], points: pd.DataFrame, rois: pd.DataFrame
) -> dict[str, object]:
    """Returns Meta in the order of the debug JSON."""
    kinds = points["type"].value_counts()
    return {
        "dataset": DATASET,
        "tag": TAG,
        "hideDataSet": False,
        "voxelSize": [8.0, 8.0, 8.0],
        "voxelUnits": "nanometers",
        "info": "https://example.org/sample",
        "logo": "",
        "description": _DESCRIPTION,
        "postHighAccuracyThreshold": POST_HIGH_ACCURACY_THRESHOLD,
        "preHPThreshold": PRE_HP_THRESHOLD,
        "postHPThreshold": POST_HP_THRESHOLD,
        "primaryRois": list(PRIMARY_ROIS),
        "nonHierarchicalROIs": list(NON_HIERARCHICAL),
        "overviewRois": _OVERVIEW,
        "overviewOrder": "clustered",
        "neuronColumnsVisible": _VISIBLE,
        "uuid": "unknown",
        "latestMutationId": 0,
        "lastDatabaseEdit": "unknown",
        "superLevelRois": list(PRIMARY_ROIS),
        "totalPreCount": int(kinds["pre"]),
        "totalPostCount": int(kinds["post"]),
        "neuronProperties": {c.name: c.neo4j for c in COLUMNS},
        "roiHierarchy": hierarchy(),
        "roiInfo": _roi_info(rois),
        "neuronColumnsOrdered": _columns_ordered(segments),
        "meshHost": "",
    }


def _cell(value: object, neo4j: str) -> object:
    if neo4j == "json":
        return json.dumps(value)  # with spaces, unlike roiInfo of bodies
    if isinstance(value, list):
        return ";".join(str(v) for v in value)
    return None if value == "" else value


def write_meta(folder: Path, meta: dict[str, object]) -> None:
    """Writes Neuprint_Meta.csv and Neuprint_Meta_debug.json."""
    header = [f"{name}:{'string' if t == 'json' else t}" for name, t in _TYPES.items()]
    row = [_cell(meta[name], neo4j) for name, neo4j in _TYPES.items()]
    write_csv(
        folder / "Neuprint_Meta.csv",
        [*header, ":Label", "hideDataSet:boolean"],
        [[*row, f"Meta;{DATASET}_Meta", meta["hideDataSet"]]],
    )
    text = json.dumps(meta, indent=2)
    (folder / "Neuprint_Meta_debug.json").write_bytes(text.encode("utf-8"))
