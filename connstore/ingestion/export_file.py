"""One CSV file of an export, plain or compressed, read as a stream of Arrow batches.

A broken cell is reported with file, line and column: the fast reader only says that
something is wrong, then the file is read once more, slowly, to find out where.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.csv

from connstore.errors import IngestError
from connstore.ingestion.header import CELL_TYPES, HeaderCell, HeaderedFile, parse_header
from connstore.ingestion.quoting import QuoteWatch

#: A Meta cell of male-cns is over a megabyte long.
csv.field_size_limit(1 << 30)

#: Bytes the fast reader takes at a time; also the longest row it takes.
BLOCK_BYTES = 1 << 24

SUFFIXES = (".csv", ".csv.gz", ".csv.bz2")

_NUMBER = r"(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"

#: A point cell such as ``{x:1, y:2.5, z:3}``; its keys are not quoted, so it is no JSON.
POINT = rf"\s*\{{\s*x:\s*{_NUMBER},\s*y:\s*{_NUMBER},\s*z:\s*{_NUMBER}\s*\}}\s*"

#: What nearly all points look like; quicker to recognise.
PLAIN_POINT = r"\{x:(-?\d+), y:(-?\d+), z:(-?\d+)\}"

#: What reading a compressed file that is cut short or damaged raises.
UNREADABLE = (OSError, EOFError, zlib.error)

#: How compressed files are opened, by the end of their names.
OPENERS: dict[str, Callable[[Path, str], object]] = {".gz": gzip.open, ".bz2": bz2.open}
_CELL_PATTERNS = {
    "int64": (re.compile(r"\s*-?\d+\s*"), "a whole number"),
    "float64": (re.compile(r"(?i)\s*[-+]?(nan|inf|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?)\s*"), "a number"),
    "bool": (re.compile(r"true|false|True|False"), "true or false"),
    "point": (re.compile(POINT), "a point such as {x:1, y:2, z:3}"),
}
_CELL_PATTERNS["float32"] = _CELL_PATTERNS["float64"]


@dataclass(frozen=True)
class ExportFile(HeaderedFile):
    """One CSV file.

    Attributes:
        path: Where it lies.
        name: Its path relative to the source, for messages.
        quoted_null: Whether ``""`` means null (old exports quote every cell).
    """

    path: Path
    name: str
    quoted_null: bool = False
    header_line = 1

    @cached_property
    def header(self) -> list[HeaderCell]:
        """The header cells, in order.

        Raises:
            IngestError: The file is empty or unreadable, or its header is broken.
        """
        texts = next(self.rows(), (1, []))[1]
        if not texts:
            raise IngestError("the file is empty; it should begin with a header", file=self.name)
        return parse_header(texts, self.name, self.header_line)

    def batches(self, cells: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Stream some columns.

        Args:
            cells: Header text -> connstore type. Empty unquoted cells become null.

        Yields:
            Batches with a column for each, in the order given, named by header text.

        Raises:
            IngestError: A cell, a row or the file is broken; with line and column.
        """
        options = pa.csv.ConvertOptions(
            column_types={text: CELL_TYPES[type_] for text, type_ in cells.items()},
            include_columns=list(cells),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=self.quoted_null,
            true_values=["true", "True"],
            false_values=["false", "False"],
        )
        try:
            with (
                QuoteWatch(self._binary()) as stream,
                pa.csv.open_csv(
                    pa.PythonFile(stream, mode="r"),
                    read_options=pa.csv.ReadOptions(block_size=BLOCK_BYTES),
                    parse_options=pa.csv.ParseOptions(newlines_in_values=True),
                    convert_options=options,
                ) as reader,
            ):
                yield from reader
            # The slow reader tells a mistake from a quote that is part of a text.
            if (stream.quotes % 2 or stream.stray) and (fault := self.find_fault(cells)):
                raise fault
        except (pa.ArrowException, *UNREADABLE) as error:
            raise self.find_fault(cells) or IngestError(str(error), file=self.name) from None

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The rows as text, slowly, each with the line it ends on; the header first.

        Raises:
            IngestError: The file cannot be read, or a quoted cell is not closed.
        """
        line = 0
        try:
            with io.TextIOWrapper(
                self._binary(), encoding="utf-8-sig", errors="surrogateescape", newline=""
            ) as text:
                reader = csv.reader(text, strict=True)
                for row in reader:
                    line = reader.line_num
                    yield line, row
        except UNREADABLE as error:
            raise IngestError(
                f"the file cannot be read to its end ({error}); fetch it again", file=self.name
            ) from None
        except csv.Error as error:
            raise IngestError(
                f"broken quoting: {error}. A quote inside a quoted cell is written twice; neo4j's "
                "import refuses this line too",
                file=self.name,
                line=line + 1,
            ) from None

    def find_fault(self, cells: Mapping[str, str]) -> IngestError | None:
        """Find the first row or cell that the fast reader would refuse or take wrongly.

        Args:
            cells: The columns that were asked for.
        """
        try:
            texts = [cell.text for cell in self.header]
            wanted = [(texts.index(text), text, type_) for text, type_ in cells.items()]
            for line, row in self.rows():
                if row and len(row) != len(texts):
                    return IngestError(
                        f"the row has {len(row)} cells, the header {len(texts)}",
                        file=self.name,
                        line=line,
                    )
                for index, text, type_ in wanted if row and row != texts else ():
                    if problem := cell_problem(row[index], type_):
                        return IngestError(problem, file=self.name, line=line, column=text)
        except IngestError as error:
            return error
        return None

    def _binary(self) -> BinaryIO:
        try:
            return cast("BinaryIO", OPENERS.get(self.path.suffix, open)(self.path, "rb"))
        except OSError as error:
            raise IngestError(f"cannot open it: {error.strerror}", file=self.name) from None


def cell_problem(cell: str, type_: str) -> str | None:
    """What is wrong with a cell, if anything."""
    if any("\ud800" <= character <= "\udfff" for character in cell):
        return "the cell is not valid UTF-8"
    if not cell or type_ == "string":
        return None
    pattern, expected = _CELL_PATTERNS[type_]
    if not pattern.fullmatch(cell):
        return f"{cell!r} is not {expected}"
    if type_ == "int64" and not -(2**63) <= int(cell) < 2**63:
        return f"{cell!r} does not fit 64 bits"
    return None
