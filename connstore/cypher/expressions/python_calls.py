"""Calls, in SQL, of the Python functions of ``dynamic``."""

from __future__ import annotations

from collections.abc import Sequence

from connstore.cypher.context import Context
from connstore.cypher.expressions.conversions import as_any
from connstore.cypher.functions.model import Function
from connstore.cypher.sqlkit import call
from connstore.cypher.types import ListOf, Scalar, Type, Typed

PREFIX = "cypher_"

#: Types whose values the engine hands over as they are; others as ANY.
_LETTERS: dict[Type, str] = {
    Scalar.BOOLEAN: "b",
    Scalar.INTEGER: "i",
    Scalar.FLOAT: "f",
    Scalar.STRING: "s",
    ListOf(Scalar.ANY): "l",
}


def in_python(function: Function, arguments: Sequence[Typed], context: Context) -> Typed:
    """A call of a Python function."""
    given = [_argument(typed, context) for typed in arguments]
    letters = "".join(_LETTERS.get(typed.type, "a") for typed in given)
    name = f"{PREFIX}{function.slug}_{letters}"
    context.function(name)
    return Typed(call(name, *(typed.sql for typed in given)), function.result)


def _argument(typed: Typed, context: Context) -> Typed:
    return typed if typed.type in _LETTERS else as_any(typed, context)
