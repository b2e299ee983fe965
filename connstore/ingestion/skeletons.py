"""Skeletons: a directory of SWC files -> the store's table ``skeleton``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connstore.errors import IngestError
from connstore.ingestion.named_files import NamedFile, named_files
from connstore.ingestion.swc import NODE, read_swc
from connstore.ingestion.workspace import Workspace
from connstore.store.schema import ROW_GROUP_ROWS
from connstore.store.writer import StoreWriter

_SCHEMA = pa.schema([("bodyId", pa.int64()), ("ordinal", pa.int32()), *NODE])


def find_skeletons(directory: Path) -> Mapping[int, NamedFile]:
    """The SWC files of a directory, by body, in order of the ids.

    Raises:
        IngestError: There are none, a name is no body id, or a body has two.
    """
    return named_files(directory, "skeletons", ".swc", _body)


def write_skeletons(
    files: Mapping[int, NamedFile], workspace: Workspace, writer: StoreWriter
) -> None:
    """Write the table, one file after the other: never more than a row group is in memory.

    Raises:
        IngestError: A file is no skeleton; with its line.
    """
    rootless = 0
    with pq.ParquetWriter(writer.path("skeleton"), _SCHEMA, compression="zstd") as table:
        waiting: list[pa.Table] = []
        for body, file in workspace.bar(list(files.items()), "skeletons"):
            nodes = read_swc(file.read(), file.name)
            rootless += _has_lost_parents(nodes)
            workspace.rows_read[file.name] = nodes.num_rows
            waiting.append(_rows(body, nodes))
            if sum(map(len, waiting)) >= ROW_GROUP_ROWS:
                table.write_table(pa.concat_tables(waiting), ROW_GROUP_ROWS)
                waiting = []
        table.write_table(pa.concat_tables([*waiting, _SCHEMA.empty_table()]), ROW_GROUP_ROWS)
    nodes_read = sum(workspace.rows_read[file.name] for file in files.values())
    workspace.report.count("rows_read", nodes_read, f"nodes of {len(files):,} skeletons")
    if rootless:
        workspace.report.note(
            "skeleton_lost_parent",
            rootless,
            "skeletons with nodes whose parent is not among their nodes: taken as roots",
        )


def note_strange_skeletons(files: Mapping[int, NamedFile], workspace: Workspace) -> None:
    """Report skeletons of bodies that the export does not have; they are kept."""
    bodies = pa.table({"bodyId": pa.array(files, pa.int64())})
    counted = workspace.engine.table(
        "SELECT count(*) FROM skeleton_body ANTI JOIN segment USING (bodyId)",
        relations={"skeleton_body": bodies},
    )
    if strange := counted.column(0)[0].as_py():
        workspace.report.note(
            "skeleton_without_body", strange, "skeletons of bodies that have no row of their own"
        )


def _body(file: NamedFile) -> int:
    text = file.stem
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise IngestError(
            f"{text!r} is no body id; a skeleton's file is named <bodyId>.swc", file=file.name
        )
    return int(text)


def _has_lost_parents(nodes: pa.Table) -> bool:
    """Whether a node hangs on one that is not there."""
    links = nodes["link"]
    known = pc.or_(pc.is_in(links, nodes["rowId"]), pc.equal(links, -1))
    return not pc.all(known).as_py()


def _rows(body: int, nodes: pa.Table) -> pa.Table:
    size = nodes.num_rows
    keys = [np.full(size, body, np.int64), np.arange(1, size + 1, dtype=np.int32)]
    return pa.table([*keys, *nodes.columns], schema=_SCHEMA)
