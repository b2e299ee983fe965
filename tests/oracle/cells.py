"""CSV cells and header columns of neo4j import files, read by rules written here and nowhere else.

pandas and the csv module cannot tell an empty cell (null) from a quoted empty cell (an empty
string), so the cells are split by one regular expression that keeps the difference.
"""

import bz2
import gzip
import re
from pathlib import Path
from typing import Any, NamedTuple

Cell = str | None

_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^,"\r\n][^,\r\n]*|))(,|\r?\n|\Z)')
_NUMBER = r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*"
_POINT = re.compile(rf"\{{\s*x:{_NUMBER},\s*y:{_NUMBER},\s*z:{_NUMBER}\}}")


class Column(NamedTuple):
    """One header cell: a property with its type, or a role such as ``:LABEL``."""

    name: str
    type: str
    role: str


def read_text(path: Path) -> str:
    """The whole file as text; ``.gz`` and ``.bz2`` are decompressed."""
    opener = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix, open)
    with opener(path, "rb") as file:
        return file.read().decode("utf-8")


def read_rows(path: Path) -> tuple[list[Column], list[list[Cell]]]:
    """Header columns and rows of one file. A cell is None if empty, '' if quoted and empty."""
    text = read_text(path)
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    position = 0
    while position < len(text):
        match = _CELL.match(text, position)
        if match is None:
            raise ValueError(f"{path.name}: cannot split the cell at offset {position}")
        quoted, plain, end = match.groups()
        row.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        position = match.end()
        if end != ",":
            rows.append(row)
            row = []
        elif position == len(text):  # a comma is the very last character: one more empty cell
            rows.append([*row, None])
    header = [parse_column(cell or "") for cell in rows[0]]
    wrong = [i for i, cells in enumerate(rows) if len(cells) != len(header)]
    if wrong:
        raise ValueError(f"{path.name}: row {wrong[0]} has {len(rows[wrong[0]])} cells")
    return header, rows[1:]


def parse_column(text: str) -> Column:
    """Split a header cell at its last colon, except that ``point{srid:9157}`` is one type."""
    if text.startswith(":"):
        role = text[1:].split("(")[0].upper()
        return Column("", "", role)
    if ":point{" in text:
        return Column(text[: text.index(":point{")], "point", "")
    name, colon, kind = text.rpartition(":")
    return Column(name, kind, "") if colon else Column(text, "string", "")


def parse_value(text: str, kind: str) -> Any:
    """The value as a neuPrint server sends it in JSON: integral floats arrive as integers."""
    if kind.endswith("[]"):
        return [parse_value(part, kind[:-2]) for part in text.split(";")] if text else None
    if kind in ("int", "long"):
        return int(text)
    if kind in ("float", "double"):
        return json_number(float(text))
    if kind == "boolean":
        return text == "true"
    if kind == "point":
        match = _POINT.fullmatch(text)
        if match is None:
            raise ValueError(f"not a point: {text!r}")
        coordinates = [json_number(float(v)) for v in match.groups()]
        return {"coordinates": coordinates, "crs": _CRS, "type": "Point"}
    return text


#: How neuPrintHTTP writes the reference system of a point.
_CRS = {
    "name": "cartesian-3d",
    "properties": {
        "href": "http://spatialreference.org/ref/sr-org/9157/ogcwkt/",
        "type": "ogcwkt",
    },
    "srid": 9157,
    "type": "link",
}


def json_number(value: float) -> int | float:
    """Go's JSON encoder writes 5.0 as 5."""
    return int(value) if value.is_integer() else value
