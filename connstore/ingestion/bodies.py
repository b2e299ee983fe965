"""Bodies and their connections: the neuron level of both bundle generations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from connstore.ingestion.header import HeaderCell, HeaderedFile
from connstore.ingestion.properties import unite_properties
from connstore.ingestion.workspace import WORKING_TABLES, Workspace

_WEIGHTS = ("weight", "weightHP", "weightHR")


def load_segments(workspace: Workspace, files: Sequence[HeaderedFile]) -> None:
    """Load every body with its properties into the working table ``segment``.

    Args:
        workspace: Where to.
        files: The Neurons CSV file or shards, or their feather twin.

    Raises:
        IngestError: A file lacks the id, the label or roiInfo, or a cell is broken.
    """
    headers = [_without_flags(file.header) for file in files]
    properties = unite_properties(
        "neuron",
        ([c for c in h if not c.role and c.name not in ("bodyId", "roiInfo")] for h in headers),
        {*WORKING_TABLES["segment"], "roi_set"},
    )
    workspace.create("segment", properties, files)
    types = WORKING_TABLES["segment"] | {prop.column: prop.type for prop in properties}

    def batches() -> Iterator[pa.RecordBatch]:
        for file in workspace.bar(list(files), "segment", lambda f: f.path.stat().st_size):
            columns = {
                "bodyId": file.role_column("ID", "Body-ID"),
                "labels": file.role_column("LABEL"),
                "roi_info": file.property_column("roiInfo"),
            }
            for prop in properties:
                if file.has_property(prop.name):
                    columns[prop.column] = file.property_column(prop.name)
            yield from workspace.stream(file, columns, types)

    workspace.load("segment", types, batches())


def load_connections(workspace: Workspace, files: Sequence[HeaderedFile]) -> None:
    """Load every connection into the working table ``connection``.

    Args:
        workspace: Where to.
        files: The Neuron_Connections file, or its feather twin.

    Raises:
        IngestError: The file lacks an end, the weight or roiInfo, or a cell is broken.
    """
    known = (*_WEIGHTS, "roiInfo")
    properties = unite_properties(
        "connection",
        ([c for c in f.header if not c.role and c.name not in known] for f in files),
        WORKING_TABLES["connection"],
    )
    workspace.create("connection", properties, files)
    types = WORKING_TABLES["connection"] | {prop.column: prop.type for prop in properties}

    def batches() -> Iterator[pa.RecordBatch]:
        for file in workspace.bar(list(files), "connection", lambda f: f.path.stat().st_size):
            columns = {
                "body_pre": file.role_column("START_ID", "Body-ID"),
                "body_post": file.role_column("END_ID", "Body-ID"),
                "weight": file.property_column("weight"),
                "roi_info": file.property_column("roiInfo"),
            }
            optional = {name: name for name in _WEIGHTS[1:]}
            optional |= {prop.column: prop.name for prop in properties}
            for column, name in optional.items():
                if file.has_property(name):
                    columns[column] = file.property_column(name)
            yield from workspace.stream(file, columns, types)

    workspace.load("connection", types, batches())


def _without_flags(header: Iterable[HeaderCell]) -> list[HeaderCell]:
    """A Neurons header without the ROI flags, the booleans behind the label column."""
    kept: list[HeaderCell] = []
    labelled = False
    for cell in header:
        labelled |= cell.role == "LABEL"
        if not (labelled and cell.is_roi_flag):
            kept.append(cell)
    return kept
