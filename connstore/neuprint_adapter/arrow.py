"""Answers as Arrow streams, by the rules of neuPrintHTTP's ``api/custom/arrow.go``.

A column of nodes or maps is a map of texts to texts; others are int64, float64, bool or text.
Where the server looks at the first row only, and so cuts fractions or loses values of later
rows, all rows are looked at here. What is neither number nor text is JSON here, where the
server has the texts that Go prints.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

_MAP = pa.map_(pa.string(), pa.string())

#: Types of Python whose values make up a column -> the type of the column.
_TYPES: tuple[tuple[set[type], pa.DataType], ...] = (
    ({bool}, pa.bool_()),
    ({int}, pa.int64()),
    ({int, float}, pa.float64()),
)


def stream(answer: Mapping[str, Any]) -> bytes:
    """An Arrow IPC stream of one batch.

    Args:
        answer: ``columns`` and ``data``, as :func:`connstore.fetch_custom` answers in JSON.
    """
    columns = [_column(list(values)) for values in zip(*answer["data"], strict=True)]
    batch = pa.RecordBatch.from_arrays(columns, names=answer["columns"])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _column(values: list[Any]) -> pa.Array:
    """A column of an answer.

    Example:
        >>> _column([None, 1, 2.5]).type, _column([None, ["EB"]]).to_pylist()
        (DataType(double), [None, '["EB"]'])
        >>> _column([{"bodyId": 1, "type": None}]).to_pylist()
        [[('bodyId', '1')]]
    """
    kinds = {type(value) for value in values if value is not None}
    if dict in kinds:
        return pa.array([_texts(v) if isinstance(v, dict) else None for v in values], _MAP)
    for known, arrow in _TYPES:
        if kinds and kinds <= known:
            return pa.array(values, arrow)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _texts(properties: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(key, _text(value)) for key, value in properties.items() if value is not None]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
