"""Synapses/ and Elements/ shards: one file per combination of ROIs, named in its header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from . import DATASET
from .anatomy import COLUMN_HEX, PRIMARY_ROIS, ROI_SETS
from .encoding import write_csv
from .synapses import NT_COLUMNS

_LOCATION = "location:point{srid:9157}"
_SYNAPSE_LABEL = f"Synapse;{DATASET}_Synapse;Element;{DATASET}_Element"
_MITO_LABEL = f"Element;{DATASET}_Element;Mito;{DATASET}_Mito"
_SHAPE_HEADER = ("mitoType:string", "size:long", "r0:float", "r1:float", "r2:float")
_LAST = 10**6


def _rank(rois: tuple[str | None, ...]) -> tuple[tuple[int, str], ...]:
    """Sorts combinations by primary ROI in its configured order, points outside last."""
    order = {roi: i for i, roi in enumerate(PRIMARY_ROIS)}
    return tuple((_LAST, "") if roi is None else (order.get(roi, len(order)), roi) for roi in rois)


def _by_roi_combination(
    points: pd.DataFrame,
) -> Iterator[tuple[int, tuple[str | None, ...], list[dict[str, object]]]]:
    groups: dict[tuple[str | None, ...], list[dict[str, object]]] = {}
    for record in points.to_dict("records"):
        clean = {str(k): None if pd.isna(v) else v for k, v in record.items()}
        rois = tuple(str(roi) if (roi := clean[s]) is not None else None for s in ROI_SETS)
        groups.setdefault(rois, []).append(clean)
    for i, rois in enumerate(sorted(groups, key=_rank)):
        yield i, rois, groups[rois]


def _write_shard(
    path: Path,
    header: Sequence[str],
    rows: list[list[object]],
    rois: tuple[str | None, ...],
) -> None:
    """Appends what all points of a shard share: the hex coordinates of a column, the ROI flags."""
    columns, shared = list(header), list[object]()
    for roi in rois:
        if roi in COLUMN_HEX:
            columns += ["hex1:int", "hex2:int"]
            shared += COLUMN_HEX[roi]
    inside = [roi for roi in rois if roi is not None]
    columns += [f"{roi}:boolean" for roi in inside]
    shared += [True] * len(inside)
    write_csv(path, columns, ([*row, *shared] for row in rows), compress=True)


def _location(point: dict[str, object]) -> str:
    return f"{{x:{point['x']}, y:{point['y']}, z:{point['z']}}}"


def write_synapses(folder: Path, points: pd.DataFrame) -> None:
    """Writes Neuprint_Synapses/, gzipped."""
    header = [
        ":ID(Element-ID)",
        "type:string",
        "confidence:float",
        "bodyId:long",
        *(f"{name}:float" for name in NT_COLUMNS),
        ":Label",
        _LOCATION,
    ]
    exact = points.assign(confidence=[str(c) for c in points["confidence"].to_numpy()])
    for i, rois, group in _by_roi_combination(exact):
        rows = [
            [
                *(p[name] for name in ("id", "type", "confidence", "body", *NT_COLUMNS)),
                _SYNAPSE_LABEL,
                _location(p),
            ]
            for p in group
        ]
        _write_shard(folder / "Neuprint_Synapses" / f"{i:06d}.csv", header, rows, rois)


def write_mitochondria(folder: Path, mitos: pd.DataFrame) -> None:
    """Writes Neuprint_Elements/mito/, gzipped."""
    header = [
        ":ID(Element-ID)",
        "type:string",
        *_SHAPE_HEADER,
        "bodyId:long",
        ":Label",
        _LOCATION,
    ]
    for i, rois, group in _by_roi_combination(mitos):
        rows = [
            [
                p["id"],
                "mitochondrion",
                *(p[name] for name in ("mitoType", "size", "r0", "r1", "r2", "body")),
                _MITO_LABEL,
                _location(p),
            ]
            for p in group
        ]
        path = folder / "Neuprint_Elements" / "mito" / f"{i:06d}.csv"
        _write_shard(path, header, rows, rois)
