"""Neuprint_Neurons: the CSV shards, grouped by ROI combination, and the feather twin."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from . import DATASET
from .annotations import Row
from .counts import COUNTS
from .encoding import write_csv, write_feather
from .status import LABEL_ORDER

_MAX_SEGMENT_FILES = 40
_POINT = "point{srid:9157}"
_STATUS_TYPE = pa.dictionary(pa.int8(), pa.string(), ordered=True)


@dataclass(frozen=True)
class Column:
    """A property of :Segment: its name, the Neo4j type in the header, the feather type."""

    name: str
    neo4j: str
    arrow: pa.DataType

    @property
    def header(self) -> str:
        """The column name of the files."""
        return f"{self.name}:{self.neo4j}"


def _text(*names: str) -> list[Column]:
    return [Column(name, "string", pa.string()) for name in names]


def _double(neo4j: str, *names: str) -> list[Column]:
    # Nullable numbers have become float64 in the exporter; ``long`` ones print as integers.
    return [Column(name, neo4j, pa.float64()) for name in names]


COLUMNS: tuple[Column, ...] = (
    *(Column(name, "int", pa.int32()) for name in COUNTS),
    Column("statusLabel", "string", _STATUS_TYPE),
    *_text("type", "instance", "class", "superclass", "somaSide", "hemilineage"),
    *_double("long", "group"),
    *_double("float", "serial"),
    *_text("cellBodyFiber"),
    Column("somaLocation", _POINT, pa.string()),
    *_double("float", "somaRadius"),
    Column("rootLocation", _POINT, pa.string()),
    Column("location", _POINT, pa.string()),
    *_text("locationType", "synonyms"),
    Column("cropped", "boolean", pa.string()),
    *_text("matchingNotes"),
    *_double("long", "hemibrainBodyid"),
    *_double("float", "hemibrainBodyId"),
    *_double("boolean", "trumanHl"),  # null in every row; this is how the exporter types it
    Column("bodyId", "long", pa.int64()),
    *_text("status"),
    *_double("float", "totalNtPredictions"),
    *_text("predictedNt"),
    *_double("float", "predictedNtConfidence"),
    *_text("celltypePredictedNt"),
    *_double("float", "celltypePredictedNtConfidence", "celltypeTotalNtPredictions"),
    *_text("consensusNt", "ntReference", "otherNt"),
    *_text("roiInfo"),
    *_double("long", "size"),
)


@dataclass(frozen=True)
class Segment:
    """One row of Neuprint_Neurons."""

    body: int
    values: Row
    neuron: bool
    rois: tuple[str, ...]

    @property
    def label(self) -> str:
        """The cell of :LABEL."""
        extra = f";Neuron;{DATASET}_Neuron" if self.neuron else ""
        return f"Segment;{DATASET}_Segment{extra}"

    @property
    def roiset_hash(self) -> int:
        """An internal number of the exporter that groups bodies of equal ROIs."""
        digest = hashlib.blake2b("\n".join(self.rois).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")


def shards(segments: list[Segment]) -> list[list[Segment]]:
    """Groups bodies by ROI combination, large ones first, small ones packed together."""
    groups: dict[int, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.roiset_hash, []).append(segment)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), -item[0]))
    even = -(-len(segments) // _MAX_SEGMENT_FILES)
    alone = [len(group) for _, group in ordered if len(group) >= even]
    rest = len(segments) - sum(alone)
    size = max(1, -(-rest // (_MAX_SEGMENT_FILES - len(alone))))
    batches: dict[int, list[Segment]] = {}
    position = 0
    for _, group in ordered:
        batches.setdefault(position // size, []).extend(group)
        position += len(group)
    return list(batches.values())


def write_neurons(folder: Path, segments: list[Segment]) -> None:
    """Writes Neuprint_Neurons/ and Neuprint_Neurons.feather."""
    files = shards(segments)
    width = len(str(len(files) - 1))
    for i, batch in enumerate(files):
        # The union of the ROIs of this shard: flags differ from row to row where it is mixed.
        rois = list(dict.fromkeys(roi for segment in batch for roi in segment.rois))
        header = [":ID(Body-ID)", *(c.header for c in COLUMNS), ":LABEL"]
        rows = (
            [
                s.body,
                *(s.values.get(c.name) for c in COLUMNS),
                s.label,
                *(True if roi in s.rois else None for roi in rois),
            ]
            for s in batch
        )
        path = folder / "Neuprint_Neurons" / f"{i:0{width}d}.csv"
        write_csv(path, [*header, *(f"{roi}:boolean" for roi in rois)], rows)
    write_feather(folder / "Neuprint_Neurons.feather", _table(segments))


def _array(column: Column, segments: list[Segment]) -> pa.Array:
    values = [s.values.get(column.name) for s in segments]
    if column.arrow == _STATUS_TYPE:
        codes = pa.array([None if v is None else LABEL_ORDER.index(str(v)) for v in values])
        return pa.DictionaryArray.from_arrays(
            codes.cast(pa.int8()), pa.array(LABEL_ORDER), ordered=True
        )
    if column.arrow == pa.float64():
        values = [None if v is None else float(v) for v in values]  # type: ignore[arg-type]
    elif column.neo4j == "boolean":
        values = [None if v is None else str(v).lower() for v in values]
    return pa.array(values, column.arrow)


def _table(segments: list[Segment]) -> pa.Table:
    arrays: dict[str, pa.Array] = {":ID(Body-ID)": pa.array([s.body for s in segments])}
    for column in COLUMNS:
        if column.name == "roiInfo":
            hashes = [s.roiset_hash for s in segments]
            arrays["roiset_hash"] = pa.array(hashes, pa.uint64())
        arrays[column.header] = _array(column, segments)
    arrays[":LABEL"] = pa.array([s.label for s in segments])
    return pa.table(arrays)


def write_side_tables(folder: Path, bodies: pd.DataFrame, rois: pd.DataFrame) -> None:
    """Writes body_elements.feather and roi_elements.feather."""
    counts = {name: pa.array(bodies[name].to_numpy(), pa.int32()) for name in COUNTS}
    body = pa.array(bodies.index.to_numpy(), pa.int64())
    write_feather(folder / "body_elements.feather", pa.table({"body": body, **counts}))
    table = {
        "body_batch": pa.array([0] * len(rois), pa.int64()),
        "body": pa.array(rois["body"].to_numpy(), pa.int64()),
        "roi": pa.array(rois["roi"].tolist(), pa.string()),
        **{name: pa.array(rois[name].to_numpy(), pa.int32()) for name in COUNTS},
    }
    write_feather(folder / "roi_elements.feather", pa.table(table))
