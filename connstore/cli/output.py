"""Rows for people (a table) and for programs (CSV, JSON, Parquet)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import typer

import connstore
from connstore.cli.table import show
from connstore.client import Client
from connstore.errors import OutputError

#: Columns that hold JSON as text.
_JSON_TEXTS = ("roiInfo", "roiInfo_pre", "roiInfo_post")
#: Rows turned into text at a time.
_BATCH = 1 << 14
_TABLE_ROWS = 20


@dataclass(frozen=True)
class Form:
    """The form that was asked for.

    Attributes:
        name: ``table``, ``csv``, ``json`` or ``parquet``.
        file: Where to write Parquet.
    """

    name: str
    file: Path | None = None

    @classmethod
    def chosen(cls, csv: bool, json: bool, parquet: Path | None) -> Form:
        """The form from the options.

        Raises:
            typer.BadParameter: There are several.
        """
        if csv + json + (parquet is not None) > 1:
            raise typer.BadParameter("choose one of them", param_hint="--csv, --json, --parquet")
        name = "csv" if csv else "json" if json else "table" if parquet is None else "parquet"
        return cls(name, parquet)

    @property
    def whole(self) -> bool:
        """Whether all rows and columns are wanted by default."""
        return self.name != "table"


def write(table: pa.Table, form: Form, limit: int | None, client: Client, *, columns: int) -> None:
    """Write rows in the form that was asked for; rows left out are always told of.

    Args:
        table: The rows.
        form: The form.
        limit: Most rows to write; None for the form's default.
        client: Where the rows come from.
        columns: How many columns there are, shown or not.
    """
    total = table.num_rows
    if form.name == "table":
        kept = table.slice(0, _TABLE_ROWS if limit is None else limit)
        show(kept.column_names, _texts(kept), total_rows=total, total_columns=columns)
        return
    if limit is not None and limit < total:
        table = table.slice(0, limit)
        typer.echo(f"connstore: {limit} of {total:,} rows (--limit)", err=True)
    if form.file is not None:
        _write_parquet(table, form.file, client)
        typer.echo(f"{form.file}: {table.num_rows:,} rows, {table.num_columns} columns")
        return
    lines = _csv(table) if form.name == "csv" else _json(table)
    for part in lines:
        sys.stdout.buffer.write(part)


def write_objects(names: list[str], rows: list[list[Any]], limit: int | None) -> None:
    """Write rows of what JSON can hold as one JSON array.

    Args:
        names: Names of their values.
        rows: The rows.
        limit: Most rows to write; None for all.
    """
    if limit is not None and limit < len(rows):
        typer.echo(f"connstore: {limit} of {len(rows):,} rows (--limit)", err=True)
    for part in _objects(names, rows[:limit]):
        sys.stdout.buffer.write(part)


def joined(neurons: pa.Table, edges: pa.Table, properties: list[str]) -> pa.Table:
    """Connections with properties of both ends.

    Arrow types all the way: numpy's would turn whole numbers into floats beside missing ones.
    """
    for name in properties:
        if name not in neurons.column_names:  # as where there are no connections at all
            neurons = neurons.append_column(name, pa.nulls(neurons.num_rows, pa.string()))
    frames = [t.to_pandas(types_mapper=pd.ArrowDtype) for t in (neurons, edges)]
    merged = connstore.merge_neuron_properties(*frames, properties)
    return pa.Table.from_pandas(merged, preserve_index=False).replace_schema_metadata()


def _csv(table: pa.Table) -> Iterator[bytes]:
    """CSV: texts are quoted, so that a missing value (nothing) differs from an empty text."""
    plain = table
    for index, (name, kind) in enumerate(zip(table.column_names, table.schema.types, strict=True)):
        if pa.types.is_nested(kind):
            texts = [None if v is None else _dumps(v) for v in _values(table[name])]
            plain = plain.set_column(index, name, pa.array(texts, pa.string()))
    for start in range(0, max(plain.num_rows, 1), _BATCH):
        part = BytesIO()
        options = pyarrow.csv.WriteOptions(include_header=start == 0)
        pyarrow.csv.write_csv(plain.slice(start, _BATCH), part, options)
        yield part.getvalue()


def _json(table: pa.Table) -> Iterator[bytes]:
    """One JSON array, an object a line."""
    names = table.column_names

    def rows() -> Iterator[tuple[Any, ...]]:
        for start in range(0, table.num_rows, _BATCH):
            part = table.slice(start, _BATCH)
            yield from zip(*(_readers(n)(_values(part[n])) for n in names), strict=True)

    return _objects(names, rows())


def _objects(names: list[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    before = "[\n"
    for row in rows:
        yield f"{before}{_dumps(dict(zip(names, map(_finite, row), strict=True)))}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _readers(name: str) -> Callable[[list[Any]], list[Any]]:
    if name not in _JSON_TEXTS:
        return lambda values: values
    return lambda values: [None if value is None else json.loads(value) for value in values]


def _write_parquet(table: pa.Table, file: Path, client: Client) -> None:
    """Write a Parquet file, whole or not at all; its metadata say where the rows come from."""
    origin = {
        "connstore.dataset": client.dataset,
        "connstore.fingerprint": client.store.fingerprint,
    }
    place = _place(file)
    staged = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        with staged.open("wb") as sink:
            pq.write_table(table.replace_schema_metadata(origin), sink, compression="zstd")
        staged.replace(place)
    except OSError as error:
        raise OutputError(f"--parquet: cannot write {file}: {error.strerror}") from None
    finally:
        with suppress(OSError):
            staged.unlink()


def _place(file: Path) -> Path:
    """Where a file will lie: what a link names is written, not the link."""
    try:
        place = file.resolve()
        regular = place.is_file() or not place.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise OutputError(f"--parquet: cannot write {file}: {error}") from None
    if not regular:
        raise OutputError(
            f"--parquet: cannot write {file}: something else than a regular file is there. "
            "Name a new file."
        )
    return place


def _texts(table: pa.Table) -> list[list[str | int | float | bool | None]]:
    """The values of a few rows, column by column, as a table shows them."""
    return [
        [_dumps(v) if isinstance(v, (list, dict)) else v for v in _values(column)]
        for column in table.columns
    ]


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Python values: points as ``[x, y, z]``, numbers that are none as None."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_struct(column.type):
        return [None if v is None else [_whole(n) for n in v.values()] for v in values]
    if pa.types.is_floating(column.type):
        return list(map(_finite, values))
    return values


def _finite(value: Any) -> Any:
    """A value; None in the place of a number that is none."""
    return None if isinstance(value, float) and value - value != 0 else value


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number.is_integer() else number


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
