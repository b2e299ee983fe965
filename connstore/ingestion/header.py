"""Header cells of neuPrint's CSV and feather exports.

A cell is ``name:type`` for a property, or a role of neo4j's importer such as
``:ID(Body-ID)``. Names may hold commas, colons, quotes and parentheses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from connstore.errors import IngestError

_ROLE = re.compile(r":(?P<role>ID|START_ID|END_ID|LABEL|Label|TYPE|IGNORE)(\((?P<space>.*)\))?")
_PROPERTY = re.compile(r"(?s)(?P<name>.+):(?P<type>[^:{}]*)(\{[^{}]*\})?")

#: neo4j type -> connstore type (keys of ``schema.SQL_TYPES``).
TYPES = {
    "string": "string",
    "int": "int64",
    "long": "int64",
    "float": "float64",
    "double": "float64",
    "boolean": "bool",
    "point": "point",
    "IGNORE": "string",
}

#: connstore type -> what the CSV reader turns a cell into; points are cut up in SQL.
CELL_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "float32": pa.float32(),
    "bool": pa.bool_(),
    "point": pa.string(),
}

#: Types that a header may name; arrays stand in Meta only.
_KNOWN = TYPES.keys() | {f"{type_}[]" for type_ in TYPES}

_WIDER = {"int": 0, "long": 1, "float": 2, "double": 3}


@dataclass(frozen=True)
class HeaderCell:
    """One header cell.

    Attributes:
        text: The cell as written.
        role: ``ID``, ``START_ID``, ``END_ID``, ``LABEL`` or ``""`` for a property.
        name: The property's name, or the id space of a role.
        type: neo4j's type, without the spatial reference of points.
    """

    text: str
    role: str
    name: str
    type: str

    @property
    def is_roi_flag(self) -> bool:
        """Whether it may be the flag of an ROI (properties may be boolean too)."""
        return not self.role and self.type == "boolean"


def parse_header_cell(text: str) -> HeaderCell:
    """Cut one header cell into its parts.

    Example:
        >>> parse_header_cell("CRE(-ROB,-RUB)(R):boolean").name
        'CRE(-ROB,-RUB)(R)'
        >>> parse_header_cell("somaLocation:point{srid:9157}").type
        'point'
        >>> parse_header_cell(":START_ID(Body-ID)").role
        'START_ID'
    """
    if role := _ROLE.fullmatch(text):
        return HeaderCell(text, role["role"].upper(), role["space"] or "", "")
    if found := _PROPERTY.fullmatch(text):
        return HeaderCell(text, "", found["name"], found["type"])
    return HeaderCell(text, "", text, "string")


def parse_header(texts: Iterable[str], file: str, line: int | None) -> list[HeaderCell]:
    """Cut all cells of a header into their parts.

    Args:
        texts: The cells; bytes that are no UTF-8 are surrogates in them.
        file: Name of the file, for messages.
        line: The line that the header stands on, if the file has lines.

    Raises:
        IngestError: A role or property is there twice, or a type is not one of neo4j's.
    """
    cells = []
    seen = set()
    for text in texts:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise IngestError("the header is not valid UTF-8", file=file, line=line)
        cell = parse_header_cell(text)
        what = (cell.role, "" if cell.role else cell.name)
        if what in seen and cell.role != "IGNORE":
            raise IngestError(
                f"the header has {cell.role or cell.name!r} twice",
                file=file,
                line=line,
                column=text,
            )
        if not cell.role and cell.type not in _KNOWN:
            raise IngestError(
                f"the type {cell.type!r} is none of {', '.join(TYPES)}",
                file=file,
                line=line,
                column=text,
            )
        seen.add(what)
        cells.append(cell)
    return cells


def wider_type(one: str, other: str) -> str:
    """The neo4j type that holds the values of both; text where nothing else does.

    Example:
        >>> wider_type("int", "IGNORE"), wider_type("long", "float"), wider_type("int", "string")
        ('int', 'float', 'string')
    """
    if other in (one, "IGNORE"):
        return one
    if one == "IGNORE":
        return other
    if one in _WIDER and other in _WIDER:
        return max(one, other, key=_WIDER.__getitem__)
    return "string"


class HeaderedFile:
    """A file of an export whose columns are found by their header cells.

    Attributes:
        path: Where it lies.
        name: Its path relative to the source, for messages.
        header_line: The line that the header stands on; None for a file without lines.
    """

    path: Path
    name: str
    header_line: ClassVar[int | None] = None

    @property
    def header(self) -> list[HeaderCell]:
        """The header cells, in order."""
        raise NotImplementedError

    def batches(self, cells: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
        """Stream some columns: header text -> connstore type."""
        raise NotImplementedError

    def find_fault(self, cells: Mapping[str, str]) -> IngestError | None:
        """Find, slowly, the first broken cell of some columns, if there is one."""
        raise NotImplementedError

    def role_column(self, role: str, space: str | None = None) -> str:
        """Header text of the column with a role such as ``START_ID``.

        Raises:
            IngestError: There is none, or its id space is another one.
        """
        for cell in self.header:
            if cell.role == role:
                if space is not None and cell.name not in ("", space):
                    raise IngestError(
                        f"it names the id space {cell.name!r}, not {space!r}",
                        file=self.name,
                        line=self.header_line,
                        column=cell.text,
                    )
                return cell.text
        raise self._lacks(f":{role}")

    def property_column(self, name: str) -> str:
        """Header text of the column of a property.

        Raises:
            IngestError: There is none.
        """
        for cell in self.header:
            if not cell.role and cell.name == name:
                return cell.text
        raise self._lacks(f"{name}:…")

    def has_property(self, name: str) -> bool:
        """Whether the file has a column for a property."""
        return any(not cell.role and cell.name == name for cell in self.header)

    def _lacks(self, column: str) -> IngestError:
        found = ", ".join(cell.text for cell in self.header[:12])
        return IngestError(f"it has no column {column}; it begins with: {found}", file=self.name)
