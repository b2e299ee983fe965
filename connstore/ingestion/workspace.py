"""The workspace of an ingest: working tables that every export format fills alike.

A reader loads the working tables (names as in the source, ROIs as text); ``assemble``
turns them into the store's tables. ROI names never become identifiers here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from tqdm import tqdm

from connstore.engine import Engine
from connstore.errors import IngestError, QueryError
from connstore.ingestion.export_file import PLAIN_POINT, POINT
from connstore.ingestion.header import CELL_TYPES, HeaderedFile
from connstore.ingestion.report import Report
from connstore.sqltext import quote_name
from connstore.store.manifest import EdgePopulation, Population, Property
from connstore.store.schema import SQL_TYPES

T = TypeVar("T")

#: Working tables: their fixed columns. Property columns follow (``Workspace.create``).
WORKING_TABLES: dict[str, dict[str, str]] = {
    "segment": {"bodyId": "int64", "labels": "string", "roi_info": "string"},
    "connection": {
        "body_pre": "int64",
        "body_post": "int64",
        "weight": "int64",
        "weightHP": "int64",
        "weightHR": "int64",
        "roi_info": "string",
    },
    "synapse": {
        "synapse_id": "int64",
        "bodyId": "int64",
        "type": "string",
        "location": "point",
        "confidence": "float32",
        "roi_set": "int32",
    },
    "set_owner": {"bodyId": "int64", "set_id": "string"},
    "set_member": {"set_id": "string", "synapse_id": "int64"},
    "pair": {"pre_id": "int64", "post_id": "int64"},
    "element": {
        "element_id": "int64",
        "bodyId": "int64",
        "type": "string",
        "location": "point",
        "roi_set": "int32",
        "labels": "string",
        "config_name": "string",
    },
    "element_member": {"element_id": "int64"},
    "closeto": {"synapse_id": "int64", "element_id": "int64", "distance": "float32"},
    "edge": {
        "population": "string",
        "edge_id": "int64",
        "edge_type_id": "int64",
        "body_pre": "int64",
        "body_post": "int64",
    },
    "enumeration": {
        "entity": "string",
        "population": "string",
        "attribute": "string",
        "ordinal": "int32",
        "value": "string",
    },
    "node_sets": {"ordinal": "int32", "origin": "string", "content": "string"},
}

#: Working table -> entity whose properties it carries.
ENTITIES = {
    "segment": "neuron",
    "connection": "connection",
    "synapse": "synapse",
    "element": "element",
    "closeto": "closeto",
    "edge": "edge",
}


#: connstore types that no cell of a CSV file has -> Arrow's.
_NO_CELLS = {"int32": pa.int32(), "vector": pa.list_(pa.float64())}


@dataclass
class RoiSets:
    """Combinations of ROI names met in points, numbered in order of appearance."""

    numbers: dict[frozenset[str], int] = field(default_factory=lambda: {frozenset(): 0})

    def number(self, names: Iterable[str]) -> int:
        """The number of a combination; the empty one has 0."""
        return self.numbers.setdefault(frozenset(names), len(self.numbers))


@dataclass
class Workspace:
    """Working tables in an engine of their own, and all that is learnt beside them.

    Attributes:
        engine: Holds the working tables.
        directory: Scratch directory, removed afterwards.
        report: What was found.
        progress: Whether to draw progress bars.
        meta: Meta property -> (neo4j type, value; JSON in strings stays text).
        properties: Properties by entity.
        roi_names: Every ROI name met outside roiInfo texts.
        roi_sets: ROI combinations of points.
        rows_read: Rows read of each file, by name.
        files: The files behind each working table.
        no_body: Body id that stands for what lies in no body; None where every id is a body's.
        populations: Node populations, where the source is a circuit.
        edge_populations: Edge populations, likewise.
    """

    engine: Engine
    directory: Path
    report: Report
    progress: bool
    meta: dict[str, tuple[str, object]] = field(default_factory=dict)
    properties: dict[str, list[Property]] = field(default_factory=dict)
    roi_names: set[str] = field(default_factory=set)
    roi_sets: RoiSets = field(default_factory=RoiSets)
    rows_read: dict[str, int] = field(default_factory=dict)
    files: dict[str, list[HeaderedFile]] = field(default_factory=dict)
    no_body: int | None = 0
    populations: list[Population] = field(default_factory=list)
    edge_populations: list[EdgePopulation] = field(default_factory=list)

    def create(self, table: str, properties: list[Property], files: Sequence[HeaderedFile]) -> None:
        """Create a working table, with columns for the properties of its entity.

        Args:
            table: A key of :data:`WORKING_TABLES`.
            properties: The properties.
            files: Where its rows will come from.
        """
        self.files[table] = list(files)
        columns = dict(WORKING_TABLES[table])
        for prop in properties:
            columns[prop.column] = prop.type
        if properties:
            self.properties[ENTITIES[table]] = properties
        spec = ", ".join(f"{quote_name(name)} {SQL_TYPES[t]}" for name, t in columns.items())
        self.engine.run(f"CREATE TABLE {quote_name(table)} ({spec})")

    def has(self, table: str) -> bool:
        """Whether a working table was created."""
        return table in self.files

    def stream(
        self, file: HeaderedFile, columns: dict[str, str], types: dict[str, str]
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a file with the columns of a working table.

        Args:
            file: The file.
            columns: Column -> header text, for the columns that the file has.
            types: Column -> connstore type, for all; columns the file lacks are null.
        """
        self.rows_read.setdefault(file.name, 0)
        for batch in file.batches({text: types[column] for column, text in columns.items()}):
            self.rows_read[file.name] += batch.num_rows
            yield pa.RecordBatch.from_pydict(
                {
                    column: batch[columns[column]]
                    if column in columns
                    else pa.nulls(batch.num_rows, _arrow_type(type_))
                    for column, type_ in types.items()
                }
            )

    def load(self, table: str, types: dict[str, str], batches: Iterable[pa.RecordBatch]) -> int:
        """Stream rows into a working table; point cells are cut into coordinates.

        Args:
            table: A working table that was created.
            types: Column -> connstore type, for the columns of the batches, in order.
            batches: The rows.

        Returns:
            The number of rows.

        Raises:
            IngestError: As the batches raise it.
        """
        schema = pa.schema([(name, _arrow_type(type_)) for name, type_ in types.items()])
        guard = _Guard(batches, schema)
        reader = pa.RecordBatchReader.from_batches(schema, iter(guard))
        try:
            self.engine.load(table, _cut_points(types), reader)
        except QueryError:
            if error := guard.error or self._bad_point(table, types):
                raise error from None
            raise
        return guard.rows

    def _bad_point(self, table: str, types: dict[str, str]) -> IngestError | None:
        """The place of the first point cell of a table's files that is no point."""
        properties = self.properties.get(ENTITIES.get(table, ""), ())
        names = {prop.column: prop.name for prop in properties}
        points = [names.get(name, name) for name, type_ in types.items() if type_ == "point"]
        for file in self.files[table] if points else ():
            cells = {file.property_column(n): "point" for n in points if file.has_property(n)}
            if fault := file.find_fault(cells):
                return fault
        return None

    def count(self, table: str) -> int:
        """Rows of a working table."""
        return int(self.engine.value(f"SELECT count(*) FROM {quote_name(table)}"))

    def bar(self, items: list[T], what: str, size: Callable[[T], int] | None = None) -> Iterator[T]:
        """Go through items with a progress bar (by bytes, where ``size`` is given)."""
        total = sum(map(size, items)) if size else len(items)
        unit = "B" if size else "step"
        with tqdm(
            total=total, desc=what, unit=unit, unit_scale=bool(size), disable=not self.progress
        ) as bar:
            for item in items:
                yield item
                bar.update(size(item) if size else 1)


class _Guard:
    """Batches on their way into the engine, which forgets the errors of what it reads from."""

    def __init__(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
        self._batches, self._schema = batches, schema
        self.error: BaseException | None = None
        self.rows = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._batches:
                self.rows += batch.num_rows
                yield batch
        except (Exception, KeyboardInterrupt) as error:
            self.error = error
            raise


def _arrow_type(type_: str) -> pa.DataType:
    return (CELL_TYPES | _NO_CELLS)[type_]


def _cut_points(types: dict[str, str]) -> str:
    """SQL that cuts point cells into coordinates; one that is no point is an error."""
    points = [name for name, type_ in types.items() if type_ == "point"]
    axes = "['x', 'y', 'z']"
    plain = "".join(
        f", regexp_extract({quote_name(name)}, $point$^{PLAIN_POINT}$$point$, {axes}) AS plain_{i}"
        for i, name in enumerate(points)
    )
    cut = "".join(
        f", CASE WHEN plain_{i}.x <> '' THEN plain_{i} ELSE "
        f"regexp_extract({quote_name(name)}, $point$^{POINT}$$point$, {axes}) END AS cut_{i}"
        for i, name in enumerate(points)
    )
    columns = ", ".join(
        _as_struct(points.index(name), name) if name in points else quote_name(name)
        for name in types
    )
    return f"SELECT {columns} FROM (SELECT *{cut} FROM (SELECT *{plain} FROM batches))"


def _as_struct(index: int, name: str) -> str:
    axes = ", ".join(f"'{axis}': CAST(cut_{index}.{axis} AS DOUBLE)" for axis in "xyz")
    return (
        f"CASE WHEN cut_{index}.x <> '' THEN {{{axes}}} "
        f"WHEN {quote_name(name)} <> '' THEN error('no point') END AS {quote_name(name)}"
    )
