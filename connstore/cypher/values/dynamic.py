"""Python functions that the engine calls for values whose type is known only when it runs.

``cypher_<function>_<letters>`` is a row of the tables of functions and operators, one letter for
the SQL type of each argument. The engine hands over columns of some thousand rows at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pyarrow as pa

from connstore.cypher.expressions.python_calls import PREFIX
from connstore.cypher.functions.catalogue import BY_SLUG
from connstore.cypher.values.encoding import decode, encode
from connstore.cypher.values.model import Value
from connstore.engine import PythonFunction
from connstore.errors import CypherError


def _decode_list(texts: list[str] | None) -> Value:
    return None if texts is None else [decode(text) for text in texts]


def _encode_list(values: list[Value] | None) -> list[str | None] | None:
    return None if values is None else [encode(value) for value in values]


def _same(value: Value) -> Value:
    return value


#: Letter of an argument -> its SQL type, and its value from what the engine hands over.
_ARGUMENTS: dict[str, tuple[str, Callable[[Any], Value]]] = {
    "a": ("VARCHAR", decode),
    "b": ("BOOLEAN", _same),
    "i": ("BIGINT", _same),
    "f": ("DOUBLE", _same),
    "s": ("VARCHAR", _same),
    "l": ("VARCHAR[]", _decode_list),
}
#: Result of a function -> its SQL type, its Arrow type, and what the engine gets of a value.
_RESULTS: dict[str, tuple[str, pa.DataType, Callable[[Value], Any]]] = {
    "Any": ("VARCHAR", pa.string(), encode),
    "Boolean": ("BOOLEAN", pa.bool_(), _same),
    "Integer": ("BIGINT", pa.int64(), _same),
    "Float": ("DOUBLE", pa.float64(), _same),
    "String": ("VARCHAR", pa.string(), _same),
    "Bytes": ("BLOB", pa.binary(), _same),
    "Key": ("BIGINT[]", pa.list_(pa.int64()), _same),
    "Items": ("VARCHAR[]", pa.list_(pa.string()), _encode_list),
}


@cache
def engine_function(name: str) -> PythonFunction:
    """The function for the engine that :meth:`Context.function` was told the name of."""
    slug, letters = name.removeprefix(PREFIX).rsplit("_", 1)
    function = BY_SLUG[slug]
    parameters = tuple(_ARGUMENTS[letter][0] for letter in letters)
    readers = [_ARGUMENTS[letter][1] for letter in letters]
    returns, arrow, write = _RESULTS.get(function.returns, _RESULTS["Any"])

    def body(*columns: pa.Array) -> pa.Array:
        rows = zip(*map(_read, readers, columns), strict=True)
        return pa.array([write(function(*row)) for row in rows], type=arrow)

    return PythonFunction(name, body, parameters, returns)


def _read(reader: Callable[[Any], Value], column: pa.Array) -> list[Value]:
    """The values of a column; equal texts, which abound, are decoded once."""
    values: list[Value] = column.to_pylist()
    if reader is _same:
        return values
    if reader is decode:
        known = {text: decode(text) for text in set(values)}
        return [known[text] for text in values]
    return [reader(value) for value in values]


#: How the engine begins the message of an exception of Python.
_RAISED = "CypherError: "


def runtime_problem(message: str) -> CypherError | None:
    """The error of Cypher behind a message of the engine; None if it is another one.

    Example:
        >>> print(runtime_problem("Out of Range Error: Overflow in addition of INT64 (…)!"))
        The result is beyond the integers of 64 bits (long overflow).
    """
    if _RAISED in message:
        return CypherError(message.partition(_RAISED)[2])
    for sign, problem in _ENGINE_PROBLEMS:
        if sign in message:
            return CypherError(problem)
    return None


_ENGINE_PROBLEMS = (
    ("Division by zero", "/ by zero: an integer is divided by 0."),
    ("Overflow ", "The result is beyond the integers of 64 bits (long overflow)."),
    ("out of range for the destination type", "The result is beyond 64 bits (long overflow)."),
)
