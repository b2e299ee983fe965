"""A feather twin of a CSV file of a current bundle: faster, the same rows and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from connstore.errors import IngestError
from connstore.ingestion.export_file import cell_problem
from connstore.ingestion.header import CELL_TYPES, HeaderCell, HeaderedFile, parse_header

#: A column of the exporter's own, without a type suffix.
_INTERNAL = "roiset_hash"


class FeatherFile(HeaderedFile):
    """One feather file; its column names are the header cells of the CSV."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name

    @cached_property
    def header(self) -> list[HeaderCell]:
        """The header cells, in order.

        Raises:
            IngestError: It is no feather file, or its header is broken.
        """
        try:
            names = self._open().schema.names
        except UnicodeDecodeError:
            raise IngestError("the header is not valid UTF-8", file=self.name) from None
        return parse_header((n for n in names if n != _INTERNAL), self.name, self.header_line)

    def batches(self, cells: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Stream some columns, brought to the types that the CSV twin would have.

        Raises:
            IngestError: The file is cut short, or a value is not of the column's type.
        """
        reader = self._open()
        for index in range(reader.num_record_batches):
            try:
                batch = reader.get_batch(index)
            except (pa.ArrowException, OSError) as error:
                raise IngestError(f"it cannot be read: {error}", file=self.name) from None
            yield pa.RecordBatch.from_pydict(
                {text: self._column(batch, text, type_) for text, type_ in cells.items()}
            )

    def find_fault(self, cells: Mapping[str, str]) -> IngestError | None:
        """Find the first point cell that is none; other cells are checked while they stream."""
        points = {text: type_ for text, type_ in cells.items() if type_ == "point"}
        for batch in self.batches(points):
            for text in points:
                for cell in batch[text].drop_null().to_pylist():
                    if problem := cell_problem(cell, "point"):
                        return IngestError(problem, file=self.name, column=text)
        return None

    def _open(self) -> pa.ipc.RecordBatchFileReader:
        try:
            return pa.ipc.open_file(pa.memory_map(str(self.path)))
        except (pa.ArrowException, OSError) as error:
            raise IngestError(f"it is no feather file: {error}", file=self.name) from None

    def _column(self, batch: pa.RecordBatch, text: str, type_: str) -> pa.Array:
        column, wanted = batch[text], CELL_TYPES[type_]
        try:
            # Offsets of a damaged file would lead the engine anywhere.
            column.validate(full=True)
        except pa.ArrowException as error:
            raise IngestError(f"it is damaged: {error}", file=self.name, column=text) from None
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        try:
            if type_ == "bool" and pa.types.is_floating(column.type):
                # The exporter's column of a boolean without any value.
                column = column.cast(pa.int8())
            return pc.cast(column, wanted)
        except pa.ArrowException as error:
            raise IngestError(str(error), file=self.name, column=text) from None
