"""Columns of any frame as plain Arrow columns, each of a type that statements know."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import ArgumentError
from connstore.node_sets.value_clauses import EMPTY
from connstore.select.neuron_criteria import shown
from connstore.sql.values import ELEMENTS

#: What nothing can be asked of.
OTHER = "other"

_ARROW = {
    "string": pa.string(),
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float64": pa.float64(),
}
_LISTS = {element: kind for kind, element in ELEMENTS.items()}
_GREATEST = 2**63 - 1


def named_columns(frame: Any) -> tuple[dict[str, Any], int]:
    """The columns of a frame by exact name, and how many rows it has.

    Raises:
        ArgumentError: It is no frame, or its columns have no names of their own.
    """
    if hasattr(type(frame), "collect"):  # a polars LazyFrame
        frame = frame.collect()
    if isinstance(frame, pd.DataFrame):
        columns = [frame.iloc[:, at] for at in range(frame.shape[1])]
        names, rows = list(frame.columns), len(frame)
    elif isinstance(frame, (pa.Table, pa.RecordBatch)) or hasattr(type(frame), "to_arrow"):
        table = frame if isinstance(frame, (pa.Table, pa.RecordBatch)) else frame.to_arrow()
        columns, names, rows = list(table.columns), table.schema.names, table.num_rows
    else:
        raise ArgumentError(f"Population: {shown(frame)} is no pandas, polars or Arrow frame")
    for name in names:
        if not isinstance(name, str) or names.count(name) > 1:
            raise ArgumentError(f"Population: the column name {name!r} is no text, or there twice")
    return dict(zip(names, columns, strict=True)), rows


def plain_column(values: Any) -> tuple[pa.Array, str]:
    """A column as Arrow has it, and its type: a key of ``schema.SQL_TYPES`` or near to one.

    Example:
        >>> plain_column(pd.Series([6, 1], dtype="int8"))[1], plain_column(pd.Series([[1.5]]))[1]
        ('int64', 'vector')
    """
    try:
        array = pa.array(values, from_pandas=True) if isinstance(values, pd.Series) else values
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([value is not None for value in values]), OTHER
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if _is_list(array.type):
        return _plain_list(array)
    kind = _kind(array)
    if kind in (OTHER, EMPTY):
        return _there(array), kind
    return array.cast(_ARROW[kind]), kind


def with_labels(array: pa.Array, kind: str, labels: list[Any], column: str) -> tuple[pa.Array, str]:
    """A column of numbers as the texts that they stand for.

    Raises:
        ArgumentError: A number is no place among the texts, or a text none of them.
    """
    if not all(isinstance(label, str) for label in labels):
        raise ArgumentError(f"Population: enumerations: {column}: {shown(labels)} should be texts")
    texts = pa.array(labels, pa.string())
    if kind == "string":
        known = pc.or_kleene(pc.is_in(array, value_set=texts), pc.is_null(array))
    elif kind == "int64":
        inside = pc.and_(pc.greater_equal(array, 0), pc.less(array, len(labels)))
        known = pc.or_kleene(inside, pc.is_null(array))
    else:
        raise ArgumentError(f"Population: enumerations: {column} has neither numbers nor texts")
    if not pc.all(known, min_count=0).as_py():
        row = pc.index(known, False).as_py()
        raise ArgumentError(
            f"Population: enumerations: {column}: {array[row].as_py()!r} in row {row} is none of "
            f"the {len(labels)}: {shown(labels)}"
        )
    return (array if kind == "string" else texts.take(array)), "string"


def _plain_list(array: pa.Array) -> tuple[pa.Array, str]:
    kind = _LISTS.get(_kind(pc.list_flatten(array)), OTHER)
    if kind == OTHER:
        return _there(array), OTHER
    return array.cast(pa.list_(_ARROW[ELEMENTS[kind]])), kind


def _there(array: pa.Array) -> pa.Array:
    """In the place of values that nothing can be asked of: whether there is one."""
    return pc.if_else(pc.is_valid(array), True, pa.scalar(None, pa.bool_()))


def _is_list(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _kind(array: pa.Array) -> str:
    types, kind = pa.types, array.type
    if types.is_null(kind):
        return EMPTY
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "string"
    if types.is_boolean(kind):
        return "bool"
    if types.is_floating(kind):
        return "float64"
    if types.is_uint64(kind) and (pc.max(array).as_py() or 0) > _GREATEST:
        return "uint64"
    return "int64" if types.is_integer(kind) else OTHER
