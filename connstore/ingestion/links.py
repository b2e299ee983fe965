"""Relationship files: two ids a row, perhaps with properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.properties import unite_properties
from connstore.ingestion.workspace import ENTITIES, WORKING_TABLES, Workspace


def load_links(
    workspace: Workspace,
    table: str,
    files: Sequence[ExportFile],
    start: str | None,
    end: str | None,
) -> int:
    """Load relationship files into a working table, with all their properties.

    Args:
        workspace: Where to.
        table: The working table; it is created.
        files: The files.
        start: Column for the start ids; None leaves them out.
        end: Column for the end ids; None leaves them out.

    Returns:
        The number of rows.

    Raises:
        IngestError: A file lacks an end, or a cell is broken.
    """
    fixed = WORKING_TABLES[table]
    properties = (
        unite_properties(
            ENTITIES.get(table, table),
            ([c for c in file.header if not c.role and c.name not in fixed] for file in files),
            fixed,
            float_type="float32",
        )
        if table in ENTITIES
        else []
    )
    workspace.create(table, properties, files)
    types = fixed | {prop.column: prop.type for prop in properties}

    def batches() -> Iterator[pa.RecordBatch]:
        for file in workspace.bar(list(files), table, lambda f: f.path.stat().st_size):
            columns = {prop.column: prop.name for prop in properties}
            columns |= {name: name for name in fixed if name not in (start, end)}
            texts = {
                column: file.property_column(name)
                for column, name in columns.items()
                if file.has_property(name)
            }
            if start is not None:
                texts[start] = file.role_column("START_ID")
            if end is not None:
                texts[end] = file.role_column("END_ID")
            yield from workspace.stream(file, texts, types)

    return workspace.load(table, types, batches())
