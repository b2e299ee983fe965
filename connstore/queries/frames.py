"""Arrow answers -> the caller's frames.

pandas frames have the dtypes that neuprint-python's have: those that pandas infers from the
JSON of neuPrintHTTP, which writes floats without a fraction as integers. polars and Arrow
frames keep the store's own types.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Frames = Literal["pandas", "polars", "arrow"]
FRAMES: tuple[Frames, ...] = ("pandas", "polars", "arrow")

#: Integers up to here survive a float64.
_EXACT = 2**53

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


def to_pandas(table: pa.Table, json_columns: tuple[str, ...] = (), *, points: bool = False) -> pd.DataFrame:
    """A pandas frame with the dtypes of neuprint-python's.

    Args:
        table: The answer.
        json_columns: Columns of JSON text to turn into Python values.
        points: Whether points become neuPrint's JSON objects; else lists ``[x, y, z]``.

    Returns:
        A frame with the columns of the table and a RangeIndex. Without rows every column has
        dtype object, as upstream's have. Whole numbers with missing ones are float64, as
        upstream's are, except beyond 2**53: then Int64, so that no id changes.
    """
    if table.num_rows == 0:
        return pd.DataFrame([], columns=table.column_names)
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name in json_columns:
            columns[name] = _objects(parse_json(column))
        else:
            columns[name] = _series(column, points)
    return pd.DataFrame(columns, columns=table.column_names)


def to_caller(
    table: pa.Table, frames: Frames, pandas_frame: Callable[[pa.Table], pd.DataFrame]
) -> Any:
    """The answer in the kind of frame that the caller asked for."""
    if frames == "arrow":
        return table
    if frames == "polars":
        import polars

        return polars.from_arrow(table)
    return pandas_frame(table)


def parse_json(column: pa.ChunkedArray) -> list[Any]:
    """The Python values of JSON texts; parsed in one go, which is far faster than one by one.

    Example:
        >>> parse_json(pa.chunked_array([['{"EB":{"post":1}}', None]]))
        [{'EB': {'post': 1}}, None]
    """
    texts = pc.fill_null(column, "null").to_pylist()
    return list(json.loads(f"[{','.join(texts)}]"))


def json_like(value: Any) -> Any:
    """A value as it comes out of neuPrintHTTP's JSON: floats without a fraction are integers.

    Example:
        >>> json_like([8.0, 0.5])
        [8, 0.5]
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [json_like(item) for item in value]
    return value


def _series(column: pa.ChunkedArray, points: bool) -> pd.Series:
    kind = column.type
    if column.null_count == len(column):
        return _objects([None] * len(column))
    if pa.types.is_struct(kind):
        return _objects(_points(column, points))
    if pa.types.is_list(kind):
        return _objects(column.to_pylist())
    if pa.types.is_string(kind):
        return pd.Series(column.to_pandas())
    if pa.types.is_boolean(kind) and column.null_count:
        return _objects(column.to_pylist())
    if pa.types.is_integer(kind) and column.null_count:
        extremes = pc.min_max(column).as_py()
        if max(-extremes["min"], extremes["max"]) > _EXACT:
            return pd.Series(column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
    if pa.types.is_floating(kind) and not column.null_count:
        values = column.cast(pa.float64()).to_numpy()
        whole = np.isfinite(values) & (values == np.trunc(values)) & (np.abs(values) < 2**63)
        return pd.Series(values.astype(np.int64) if whole.all() else values)
    return pd.Series(column.to_pandas())


def _objects(values: list[Any]) -> pd.Series:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return pd.Series(array, dtype=object)


def _points(column: pa.ChunkedArray, as_objects: bool) -> list[Any]:
    """Points as lists of numbers, whole ones as int; or as neuPrint's JSON objects."""
    array = column.combine_chunks()
    axes = [pc.struct_field(array, axis).to_numpy(zero_copy_only=False) for axis in "xyz"]
    table = np.column_stack(axes)
    present = array.is_valid().to_numpy(zero_copy_only=False)
    if np.all(table[present] == np.trunc(table[present])):
        table = np.where(present[:, None], table, 0).astype(np.int64)
        rows = table.tolist()
    else:
        rows = [json_like(row) for row in table.tolist()]
    if as_objects:
        rows = [{"coordinates": row, "crs": _CRS, "type": "Point"} for row in rows]
    return [row if there else None for row, there in zip(rows, present, strict=True)]
