"""node_types.csv and edge_types.csv: attributes that all nodes or edges of a type share."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connstore.errors import IngestError
from connstore.ingestion.sonata.widening import ARROW, EMPTY

#: Cells without a value, whatever their case: BMTK's, and those that pandas takes for it.
_NULLS = frozenset({"", "none", "null", "na", "n/a", "nan"})

_WHOLE = re.compile(r"[-+]?\d{1,18}")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?inf")
_SWITCH = {"True": True, "False": False}


class TypeTable:
    """The attributes of each node type or edge type of one population.

    Args:
        path: The CSV file: cells between blanks, a header, texts with blanks in quotes.
        file: What messages call it.
        kind: ``node`` or ``edge``.
        population: Rows whose column ``population`` names another one are left out.

    Attributes:
        file: As given.
        rows_in_file: Rows of the file, those of other populations among them.
        types: Attribute -> connstore type (``null``: no value at all), in the order of the file.

    Raises:
        IngestError: The file is broken, lacks its ids, or has one twice.
    """

    def __init__(self, path: Path, file: str, kind: str, population: str) -> None:
        self.file, self._id = file, f"{kind}_type_id"
        header, rows = self._rows(path)
        self.rows_in_file = len(rows)
        # A column has one type for all populations, whatever rows they use.
        columns = {
            name: _column([row[index] for _, row in rows])
            for index, name in enumerate(header)
            if name not in (self._id, "population")
        }
        ids: dict[int, int] = {}
        for position, (line, row) in enumerate(rows):
            cells = dict(zip(header, row, strict=True))
            number, owner = cells[self._id], cells.get("population", "")
            if owner != population and owner.casefold() not in _NULLS:
                continue
            if not _WHOLE.fullmatch(number):
                raise self._error(f"{number!r} is not a whole number", line)
            if ids.setdefault(int(number), position) != position:
                raise self._error(f"the type {number} is there twice", line)
        self._ids = np.array(sorted(ids), np.int64)
        order = pa.array([ids[number] for number in sorted(ids)], pa.int64())
        self._columns = {name: column.take(order) for name, column in columns.items()}
        names = {arrow: name for name, arrow in ARROW.items()}
        self.types = {name: names[column.type] for name, column in columns.items()}

    def take(self, name: str, type_ids: NDArray[np.int64]) -> pa.Array:
        """The value of an attribute for each of some type ids; null for those without a row."""
        if not len(self._ids):
            return pa.nulls(len(type_ids))
        places = np.searchsorted(self._ids, type_ids).clip(max=len(self._ids) - 1)
        return self._columns[name].take(pa.array(places, mask=self._ids[places] != type_ids))

    def _rows(self, path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
        """The header, and the rows with the lines that they end on."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as text:
                reader = csv.reader(text, delimiter=" ", strict=True)
                rows = [(reader.line_num, row) for row in reader if row]
        except OSError as error:
            raise IngestError(f"cannot read it: {error.strerror}", file=self.file) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise IngestError(f"it is no CSV file with blanks: {error}", file=self.file) from None
        _, header = rows[0] if rows else (1, [])
        if self._id not in header:
            raise self._error(f"it has no column {self._id!r}, but {header}", 1)
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise self._error(f"the header has {twice[0]!r} twice", 1)
        for line, row in rows[1:]:
            if len(row) != len(header):
                raise self._error(f"the row has {len(row)} cells, the header {len(header)}", line)
        return header, rows[1:]

    def _error(self, problem: str, line: int) -> IngestError:
        return IngestError(problem, file=self.file, line=line)


def _column(cells: list[str]) -> pa.Array:
    """Cells as whole numbers, numbers, booleans or texts: the first that all of them are."""
    values = [None if cell.casefold() in _NULLS else cell for cell in cells]
    present = [value for value in values if value is not None]
    if not present:
        return pa.nulls(len(values), ARROW[EMPTY])
    for type_, fits, read in (
        ("int64", _WHOLE.fullmatch, int),
        ("float64", _NUMBER.fullmatch, float),
        ("bool", _SWITCH.__contains__, _SWITCH.__getitem__),
    ):
        if all(map(fits, present)):
            return pa.array([None if v is None else read(v) for v in values], ARROW[type_])
    return pa.array(values, pa.string())
