"""Arrow answers -> the caller's frames.

pandas frames have the dtypes that neuprint-python's have: those that pandas infers from the
JSON of neuPrintHTTP, which writes floats without a fraction as integers. polars and Arrow
frames keep the store's own types.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Frames = Literal["pandas", "polars", "arrow", "batches"]
FRAMES: tuple[Frames, ...] = ("pandas", "polars", "arrow", "batches")

#: Integers up to here survive a float64.
_EXACT = 2**53

_TEXT = pd.Series(["text"]).dtype

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


def to_pandas(
    table: pa.Table, objects: Mapping[str, list[Any]] = {}, *, points: bool = False
) -> pd.DataFrame:
    """A pandas frame with the dtypes of neuprint-python's.

    Args:
        table: The answer.
        objects: Python values of columns that take the place of the table's of that name, or
            follow them.
        points: Whether points become neuPrint's JSON objects; else lists ``[x, y, z]``.

    Returns:
        A frame with a RangeIndex. Without rows every column has
        dtype object, as upstream's have. Whole numbers with missing ones are float64, as
        upstream's are, except beyond 2**53: then Int64, so that no id changes.
    """
    names = [*table.column_names, *(name for name in objects if name not in table.column_names)]
    if table.num_rows == 0:
        return pd.DataFrame([], columns=names)
    arrays = [
        _objects(objects[name]) if name in objects else inferred(column, points)
        for name, column in zip(table.column_names, table.columns, strict=True)
    ]
    arrays += [_objects(objects[name]) for name in names[len(arrays) :]]
    frame = pd.DataFrame(dict(enumerate(arrays)), copy=False)
    frame.columns = pd.Index(names)  # neuprint-python may name a column twice
    return frame


def to_caller(
    table: pa.Table,
    frames: Frames,
    pandas_frame: Callable[[pa.Table], pd.DataFrame],
    objects: Mapping[str, list[Any]] = {},
) -> Any:
    """The answer in the kind of frame that the caller asked for.

    Args:
        table: The answer.
        frames: The kind.
        pandas_frame: Makes the pandas frame, objects included.
        objects: Python values for further columns; JSON text or lists of texts in the others.
    """
    if frames == "pandas":
        return pandas_frame(table)
    for name, values in objects.items():
        column = _as_arrow(values)
        if name in table.column_names:
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table = table.append_column(name, column)
    if frames == "arrow":
        return table
    if frames == "batches":
        return table.to_reader()
    import polars

    return polars.from_arrow(table)


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


def inferred(column: pa.ChunkedArray, points: bool = False) -> Any:
    """The values of a column as pandas would infer them from JSON."""
    kind = column.type
    if column.null_count == len(column):
        return _objects([None] * len(column))
    if pa.types.is_struct(kind):
        return _objects(_points(column, points))
    if pa.types.is_list(kind) or (pa.types.is_boolean(kind) and column.null_count):
        return _objects(column.to_pylist())
    if pa.types.is_integer(kind) and column.null_count:
        extremes = pc.min_max(column).as_py()
        if max(-extremes["min"], extremes["max"]) > _EXACT:
            return column.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get).array
    if pa.types.is_floating(kind) and not column.null_count:
        values = column.cast(pa.float64()).to_numpy()
        whole = np.isfinite(values) & (values == np.trunc(values)) & (np.abs(values) < 2**63)
        return values.astype(np.int64) if whole.all() else values
    if pa.types.is_string(kind):
        return _texts(column)
    return column.to_numpy()


def _texts(column: pa.ChunkedArray) -> Any:
    """Texts with the dtype that pandas infers: its own since version 3, before that object."""
    if isinstance(_TEXT, pd.StringDtype):
        return _TEXT.__from_arrow__(column)  # type: ignore[attr-defined]
    return column.to_pandas().array


def _as_arrow(values: list[Any]) -> pa.Array:
    """Python values for Arrow: lists of texts stay lists, dicts become JSON text."""
    if any(isinstance(value, list) for value in values):
        return pa.array(values, pa.list_(pa.string()))
    texts = [
        None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for value in values
    ]
    return pa.array(texts, pa.string())


def _objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


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
