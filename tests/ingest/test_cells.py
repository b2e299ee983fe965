"""Cells survive as they are: names in headers, texts, numbers and points in rows."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import connstore.ingestion.export_file
from connstore.engine import Engine
from connstore.errors import IngestError
from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.header import TYPES, parse_header_cell
from connstore.ingestion.quoting import QuoteWatch
from connstore.ingestion.report import Report
from connstore.ingestion.workspace import Workspace

#: Anything that UTF-8 can say; names as ROIs have them are more likely than their letters.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["CRE(-ROB,-RUB)(R)", "a'L(L)", 'say "hi"', "a:b", ":ID", '🪰 ä,\n"', "None", "NaN", " x "]
)
NAMES = TEXTS.filter(bool)
IDS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([2**53 + 1, 2**63 - 1, -(2**63)])
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SUFFIXES = [*TYPES, "float[]", "string[]", "point{srid:9157}", "point{crs:WGS-84}"]


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def export_file(directory: Path, text: str, quoted_null: bool = False) -> ExportFile:
    """A file with some text in it."""
    path = directory / "cells.csv"
    path.write_bytes(text.encode())
    return ExportFile(path, path.name, quoted_null)


def as_csv(rows: list[list[str | None]]) -> str:
    """Rows as pandas writes them: quotes where needed, null as nothing, '' as quotes."""
    return "".join(",".join(map(_as_cell, row)) + "\n" for row in rows)


def _as_cell(cell: str | None) -> str:
    if cell is None:
        return ""
    if cell == "" or any(character in cell for character in '",\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def read(file: ExportFile, cells: dict[str, str]) -> list[dict[str, Any]]:
    return [row for batch in file.batches(cells) for row in batch.to_pylist()]


# Headers ----------------------------------------------------------------------------------


@given(NAMES, st.sampled_from(SUFFIXES))
@example("a:point{b", "string")
@example("x", "point{srid:9157}")
def test_header_cell_keeps_the_name(name: str, suffix: str) -> None:
    cell = parse_header_cell(f"{name}:{suffix}")
    assert (cell.name, cell.type) == (name, suffix.partition("{")[0])
    assert cell.role == ""


@given(
    st.sampled_from(["ID", "START_ID", "END_ID", "LABEL", "Label", "TYPE"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
)
def test_role_keeps_the_id_space(role: str, space: str) -> None:
    cell = parse_header_cell(f":{role}({space})")
    assert (cell.role, cell.name) == (role.upper(), space)
    assert parse_header_cell(f":{role}").role == role.upper()


@given(st.lists(NAMES, unique=True, max_size=8))
def test_header_of_a_file_keeps_every_name(directory: Path, names: list[str]) -> None:
    texts = [":ID(Body-ID)", *(f"{name}:boolean" for name in names)]
    file = export_file(directory, as_csv([list(texts)]))
    assert [cell.text for cell in file.header] == texts
    assert [cell.name for cell in file.header[1:]] == names
    for name, text in zip(names, texts[1:], strict=True):
        assert file.property_column(name) == text


@given(st.lists(NAMES, unique=True, min_size=1, max_size=6), st.data())
def test_columns_are_found_by_exact_name(directory: Path, names: list[str], data: Any) -> None:
    """Also where names differ in case only, and whatever characters they have."""
    cells = [[f"{number}" for number, _ in enumerate(names)]]
    file = export_file(directory, as_csv([[f"{name}:int" for name in names], *cells]))
    wanted = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    columns = {file.property_column(name): "int64" for name in wanted}
    assert read(file, columns) == [{f"{name}:int": names.index(name) for name in wanted}]


# Rows -------------------------------------------------------------------------------------

ROWS = st.lists(
    st.tuples(
        IDS,
        st.none() | TEXTS,
        st.none() | FLOATS,
        st.none() | st.booleans(),
        st.none() | TEXTS,
    ),
    max_size=30,
)
COLUMNS = {"id:long": "int64", "a:string": "string", "f:float": "float64", "b:boolean": "bool"}


@given(ROWS, st.booleans())
def test_cells_survive(
    directory: Path,
    rows: list[tuple[int, str | None, float | None, bool | None, str | None]],
    quoted_null: bool,
) -> None:
    text = as_csv(
        [[*COLUMNS, "z:string"]]
        + [
            [
                str(number),
                word,
                None if value is None else repr(value),
                None if switch is None else str(switch).lower(),
                last,
            ]
            for number, word, value, switch, last in rows
        ]
    )
    file = export_file(directory, text, quoted_null)
    found = read(file, COLUMNS | {"z:string": "string"})
    empty = None if quoted_null else ""
    assert [tuple(row.values()) for row in found] == [
        (number, empty if word == "" else word, value, switch, empty if last == "" else last)
        for number, word, value, switch, last in rows
    ]
    slow = [row for _, row in file.rows()]
    assert slow == list(csv.reader(io.StringIO(text, newline=""), strict=True))


@given(ROWS)
def test_blocks_make_no_difference_to_cells(directory: Path, rows: list[Any]) -> None:
    cells = [[str(row[0]), row[1]] for row in rows]
    file = export_file(directory, as_csv([["id:long", "a:string"], *cells]))
    columns = {"id:long": "int64", "a:string": "string"}
    whole = read(file, columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connstore.ingestion.export_file, "BLOCK_BYTES", 256)
        assert read(file, columns) == whole


@given(st.text('ab",\n', max_size=24))
@example('"a\n"b,a\n')
@example('a"b,a\n')
@example('a,"b\na,"b\n')
@example('"a"b,a\n')
def test_no_other_cells_than_pythons_own_reader(directory: Path, body: str) -> None:
    """Right or wrong quoting: the same cells as Python reads, strictly, or an error."""
    text = "a:string,b:string\n" + body
    file = export_file(directory, text)
    try:
        expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        expected = []
    sound = bool(expected) and all(len(row) == 2 for row in expected)
    try:
        found = read(file, {"a:string": "string", "b:string": "string"})
    except IngestError as error:
        assert not sound
        assert error.file == "cells.csv"
        assert error.line is not None
    else:
        assert sound
        assert [[cell or "" for cell in row.values()] for row in found] == expected[1:]


@given(st.text('a",\n', max_size=30), st.integers(1, 9))
def test_quote_watch_sees_what_is_wrong(text: str, size: int) -> None:
    watch = QuoteWatch(io.BytesIO(text.encode()))
    passed = b"".join(iter(lambda: watch.read(size), b""))
    assert passed == text.encode()
    try:
        list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        assert watch.stray or watch.quotes % 2


@given(st.data())
@settings(max_examples=50)
def test_a_broken_cell_is_found(directory: Path, data: Any) -> None:
    """Wherever a cell is broken, the error names its row and column."""
    rows = data.draw(st.lists(st.tuples(IDS, TEXTS, st.booleans()), min_size=1, max_size=12))
    cells: list[list[str | None]] = [[str(a), b, str(c).lower()] for a, b, c in rows]
    place = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from([0, 2]))
    cells[place][column] = data.draw(st.sampled_from(["x", "1.5", "99999999999999999999", "tru"]))
    columns = {"id:long": "int64", "a:string": "string", "b:boolean": "bool"}
    file = export_file(directory, as_csv([list(columns), *cells]))
    with pytest.raises(IngestError) as raised:
        read(file, columns)
    lines = as_csv([list(columns), *cells[: place + 1]])
    reader = csv.reader(io.StringIO(lines, newline=""))
    list(reader)
    assert raised.value.line == reader.line_num
    assert raised.value.column == list(columns)[column]


# Points -----------------------------------------------------------------------------------

WHOLE = st.integers(-(2**31), 2**31 - 1).map(str)
DECIMAL = st.floats(-1e9, 1e9, allow_nan=False).map(repr)
GAP = st.sampled_from(["", " ", "  "])
POINTS = st.builds(
    lambda x, y, z, a, b, c: (f"{{{a}x:{b}{x},{a}y:{c}{y}, z:{z}{b}}}", (x, y, z)),
    *[WHOLE | DECIMAL] * 3,
    *[GAP] * 3,
)


@given(st.lists(st.none() | POINTS, min_size=1, max_size=40))
@settings(max_examples=25)
def test_points_are_cut_exactly(directory: Path, points: list[Any]) -> None:
    cells = [[str(n), point and point[0]] for n, point in enumerate(points)]
    file = export_file(directory, as_csv([[":ID(x)", "location:point{srid:9157}"], *cells]))
    with TemporaryDirectory() as scratch:
        engine = Engine.workspace(Path(scratch), "500MB")
        try:
            found = load_points(engine, file)
        finally:
            engine.close()
    expected = [point and dict(zip("xyz", map(float, point[1]), strict=True)) for point in points]
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == other
        for axis in other or ():
            assert math.copysign(1, one[axis]) == math.copysign(1, other[axis])


def load_points(engine: Engine, file: ExportFile) -> list[dict[str, float] | None]:
    """The points of a file, through a working table."""
    workspace = Workspace(engine, file.path.parent, Report(), False)
    workspace.create("element", [], [file])
    types = {"element_id": "int64", "location": "point"}
    columns = {"element_id": ":ID(x)", "location": "location:point{srid:9157}"}
    workspace.load("element", types, workspace.stream(file, columns, types))
    rows = engine.rows("SELECT location FROM element ORDER BY element_id")
    return [point for (point,) in rows]


@pytest.mark.parametrize(
    "cell",
    ["{x:1, y:2}", "{x:1, y:2, z:3", "{x:1, y:2, z:a}", "{x:1.2.3, y:2, z:3}", "{x:-, y:2, z:3}",
     "{y:1, x:2, z:3}", "1 2 3", "{x:1, y:2, z:3} 4", "{x:nan, y:2, z:3}", "{x:1e999, y:2, z:.}"],
)  # fmt: skip
def test_what_is_no_point_is_found(cell: str, directory: Path) -> None:
    header: list[str | None] = [":ID(x)", "location:point{srid:9157}"]
    rows = [header, ["1", "{x:1,y:2,z:3}"], ["2", None], ["3", cell]]
    file = export_file(directory, as_csv(rows))
    with TemporaryDirectory() as scratch:
        engine = Engine.workspace(Path(scratch), "500MB")
        try:
            with pytest.raises(IngestError, match=r"is not a point") as raised:
                load_points(engine, file)
        finally:
            engine.close()
    assert (raised.value.line, raised.value.column) == (4, "location:point{srid:9157}")


def test_types_of_columns_are_those_asked_for(directory: Path) -> None:
    file = export_file(directory, "a:int,b:string,c:float\n1,1,1\n")
    (batch,) = file.batches({"c:float": "float32", "a:int": "int64", "b:string": "string"})
    assert batch.schema == pa.schema(
        {"c:float": pa.float32(), "a:int": pa.int64(), "b:string": pa.string()}
    )
