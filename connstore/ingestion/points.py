"""Synapses and elements: points with a type, a location, an owner and ROI flags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.header import HeaderCell
from connstore.ingestion.properties import unite_properties
from connstore.ingestion.roi_flags import roi_set_numbers
from connstore.ingestion.workspace import WORKING_TABLES, Workspace
from connstore.store.manifest import Property


@dataclass(frozen=True)
class PointTable:
    """How the files of one kind of point map onto a working table.

    Attributes:
        table: The working table.
        entity: Entity of its properties.
        id_column: Its id column.
        fixed: Property of the file -> column of the table.
    """

    table: str
    entity: str
    id_column: str
    fixed: dict[str, str]


SYNAPSES = PointTable(
    "synapse",
    "synapse",
    "synapse_id",
    {name: name for name in ("type", "confidence", "bodyId", "location")},
)
#: Working name of the i-th ROI flag of a file; ROI names never become identifiers.
_FLAG = "roi flag "

ELEMENTS = PointTable(
    "element", "element", "element_id", {name: name for name in ("type", "bodyId", "location")}
)


def load_points(
    workspace: Workspace,
    kind: PointTable,
    files: list[ExportFile],
    constants: dict[str, str] | None = None,
) -> int:
    """Stream the points of all files into their working table.

    Args:
        workspace: Where to.
        kind: Which kind of point.
        files: The files; each may have other properties and other ROIs.
        constants: File name -> value of ``config_name``, for elements.

    Returns:
        The number of rows.
    """
    properties = unite_properties(
        kind.entity,
        ([c for c in file.header if _is_extra(c, kind)] for file in files),
        {*WORKING_TABLES[kind.table], *"xyz", "has_partner", "in_set"},
        float_type="float32",
    )
    workspace.create(kind.table, properties, files)
    types = {column: WORKING_TABLES[kind.table][column] for column in kind.fixed.values()}
    columns = {
        kind.id_column: "int64",
        **types,
        **({"labels": "string", "config_name": "string"} if constants is not None else {}),
        **{prop.column: prop.type for prop in properties},
        "roi_set": "int32",
    }

    def batches() -> Iterator[pa.RecordBatch]:
        for file in workspace.bar(files, kind.table, lambda f: f.path.stat().st_size):
            for batch in _file_batches(workspace, kind, file, properties, constants):
                yield batch.select(list(columns))

    return workspace.load(kind.table, columns, batches())


def _file_batches(
    workspace: Workspace,
    kind: PointTable,
    file: ExportFile,
    properties: list[Property],
    constants: dict[str, str] | None,
) -> Iterator[pa.RecordBatch]:
    """The batches of one file, brought to the columns of the working table."""
    flags = [cell for cell in file.header if cell.is_roi_flag]
    names = [cell.name for cell in flags]
    workspace.roi_names.update(names)
    source = {file.role_column("ID"): (kind.id_column, "int64")}
    for name, column in kind.fixed.items():
        if column == "bodyId" and not file.has_property(name):
            continue
        source[file.property_column(name)] = (column, WORKING_TABLES[kind.table][column])
    if constants is not None:
        source[file.role_column("LABEL")] = ("labels", "string")
    for prop in properties:
        if file.has_property(prop.name):
            source[file.property_column(prop.name)] = (prop.column, prop.type)
    types = dict(source.values())
    types |= {prop.column: prop.type for prop in properties} | {"bodyId": "int64"}
    columns = {column: text for text, (column, _) in source.items()}
    columns |= {_FLAG + str(index): cell.text for index, cell in enumerate(flags)}
    types |= {_FLAG + str(index): "bool" for index in range(len(flags))}
    for batch in workspace.stream(file, columns, types):
        arrays = dict(zip(batch.schema.names, batch.columns, strict=True))
        inside = [arrays.pop(_FLAG + str(index)) for index in range(len(flags))]
        arrays["roi_set"] = (
            roi_set_numbers(inside, names, workspace.roi_sets)
            if flags
            else pa.repeat(pa.scalar(0, pa.int32()), batch.num_rows)
        )
        if constants is not None:
            value = pa.scalar(constants[file.name], pa.string())
            arrays["config_name"] = pa.repeat(value, batch.num_rows)
        yield pa.RecordBatch.from_pydict(arrays)


def _is_extra(cell: HeaderCell, kind: PointTable) -> bool:
    """Whether a cell is a property beyond the fixed ones."""
    return not cell.role and not cell.is_roi_flag and cell.name not in kind.fixed
