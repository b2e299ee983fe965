"""How cells, CSV files and feather files are written, byte for byte and without timestamps."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import feather

# What the pandas metadata names as writer. Fixed, so that the bytes do not follow the installed
# version; it is a version that the layout was compared with.
_CREATOR = "26.0.1"
_PANDAS = "2.3.3"


def cell(value: object) -> object:
    """Returns the CSV form of a value: null is empty, booleans are lower case."""
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (np.floating, np.integer)):
        return str(value)  # shortest digits that round-trip in the value's own precision
    return value


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], compress: bool = False
) -> None:
    """Writes UTF-8 CSV with minimal quoting, doubled quotes and LF.

    Args:
        path: File to write; ``.gz`` is appended when compressed.
        header: Column names.
        rows: Values, encoded by ``cell``.
        compress: Whether to gzip, with a zero timestamp and no name inside.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    data = text.getvalue().encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not compress:
        path.write_bytes(data)
        return
    with (
        path.with_name(path.name + ".gz").open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed,
    ):
        packed.write(data)


def _pandas_column(field: pa.Field) -> dict[str, object]:
    kinds = {
        pa.string(): ("unicode", "object"),
        pa.float64(): ("float64", "float64"),
    }
    metadata = None
    if pa.types.is_dictionary(field.type):
        pandas_type, numpy_type = "categorical", "int8"
        metadata = {"num_categories": 30, "ordered": True}
    else:
        pandas_type, numpy_type = kinds.get(field.type, (str(field.type), str(field.type)))
    return {
        "name": field.name,
        "field_name": field.name,
        "pandas_type": pandas_type,
        "numpy_type": numpy_type,
        "metadata": metadata,
    }


def write_feather(path: Path, table: pa.Table) -> None:
    """Writes a feather file (lz4) with the metadata that pandas would add."""
    index = {"kind": "range", "name": None, "start": 0, "stop": table.num_rows, "step": 1}
    names = {
        "name": None,
        "field_name": None,
        "pandas_type": "unicode",
        "numpy_type": "object",
        "metadata": {"encoding": "UTF-8"},
    }
    metadata = {
        "index_columns": [index],
        "column_indexes": [names],
        "columns": [_pandas_column(field) for field in table.schema],
        "attributes": {},
        "creator": {"library": "pyarrow", "version": _CREATOR},
        "pandas_version": _PANDAS,
    }
    feather.write_feather(
        table.replace_schema_metadata({"pandas": json.dumps(metadata)}), path, compression="lz4"
    )
