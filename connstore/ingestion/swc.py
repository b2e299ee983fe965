"""Skeletons in SWC text: a node a line, of seven numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from connstore.errors import IngestError
from connstore.store.schema import TABLES

_TYPES = {"int32": pa.int32(), "float64": pa.float64()}

#: Columns of an SWC file, in its order, as the store types them.
_STORED = {column.name: _TYPES.get(column.type) for column in TABLES["skeleton"].columns}
NODE = pa.schema(
    [(name, _STORED[name]) for name in ("rowId", "node_type", *"xyz", "radius", "link")]
)

#: Blank lines and comments before the first node.
_HEAD = re.compile(rb"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_ENCODING_MARK = b"\xef\xbb\xbf"


def read_swc(data: bytes, name: str) -> pa.Table:
    r"""The nodes of a skeleton, in the file's order.

    Numbers are kept exactly. Between them there may be any number of blanks or tabs; what follows
    a ``#`` is a comment.

    Args:
        data: Content of the file.
        name: Of the file, for messages.

    Returns:
        A table with the columns of :data:`NODE`.

    Raises:
        IngestError: A line has not seven numbers, an id occurs twice, or there is no node.

    Example:
        >>> read_swc(b"# a comment\n1 1 5 6 7.25 2 -1\n2 0 5 6 8 1 1\n", "1.swc")["z"].to_pylist()
        [7.25, 8.0]
    """
    nodes = _fast(data)
    if nodes is None:
        nodes = _slowly(data, name)
    if nodes.num_rows == 0:
        raise IngestError("the skeleton has no nodes", file=name)
    if pc.count_distinct(nodes["rowId"]).as_py() < nodes.num_rows:
        raise _repeated(data, name)
    return nodes


def _fast(data: bytes) -> pa.Table | None:
    """The nodes of a file as most are: single blanks, comments at the top only; else None."""
    head = _HEAD.match(data.removeprefix(_ENCODING_MARK))
    assert head is not None
    try:
        nodes = pa.csv.read_csv(
            pa.BufferReader(head.string[head.end() :]),
            pa.csv.ReadOptions(column_names=NODE.names, use_threads=False),
            pa.csv.ParseOptions(delimiter=" ", quote_char=False),
            pa.csv.ConvertOptions(column_types=NODE, null_values=[]),
        )
    except pa.ArrowInvalid:
        return None
    finite = (pc.all(pc.is_finite(nodes[name])).as_py() for name in (*"xyz", "radius"))
    return nodes if all(finite) else None


def _slowly(data: bytes, name: str) -> pa.Table:
    """The nodes, line by line; the first line that is none is an error."""
    rows = []
    for line, cells in _lines(data):
        if len(cells) != len(NODE):
            raise IngestError(
                f"a node has {len(NODE)} numbers ({', '.join(NODE.names)}), not {len(cells)}",
                file=name,
                line=line,
            )
        row = []
        for field, cell in zip(NODE, cells, strict=True):
            read, expected = _CELLS[field.type]
            try:
                row.append(read(cell))
            except ValueError:
                text = cell.decode(errors="replace")
                raise IngestError(
                    f"{text!r} is not {expected}", file=name, line=line, column=field.name
                ) from None
        rows.append(row)
    columns = zip(*rows, strict=True) if rows else [()] * len(NODE)
    return pa.table([list(column) for column in columns], schema=NODE)


def _lines(data: bytes) -> list[tuple[int, list[bytes]]]:
    """Number and cells of each line that has some."""
    lines = data.removeprefix(_ENCODING_MARK).split(b"\n")
    cells = ((number, line.partition(b"#")[0].split()) for number, line in enumerate(lines, 1))
    return [(number, found) for number, found in cells if found]


def _repeated(data: bytes, name: str) -> IngestError:
    """The error about the first node whose id was there before."""
    seen: dict[int, int] = {}
    for line, cells in _lines(data):
        if (first := seen.setdefault(int(cells[0]), line)) != line:
            return IngestError(
                f"node {int(cells[0])} is on line {first} already",
                file=name,
                line=line,
                column="rowId",
            )
    raise AssertionError("no id is repeated")


def _whole(cell: bytes) -> int:
    if b"_" in cell or not -(2**31) <= (value := int(cell)) < 2**31:
        raise ValueError  # Python takes 1_000 for a number
    return value


def _real(cell: bytes) -> float:
    if b"_" in cell or not math.isfinite(value := float(cell)):
        raise ValueError
    return value


_CELLS: dict[pa.DataType, tuple[Callable[[bytes], float], str]] = {
    pa.int32(): (_whole, "a whole number of 32 bits"),
    pa.float64(): (_real, "a finite number"),
}
