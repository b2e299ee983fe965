"""SQL that rows of the tables share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.functions.model import Native
from connstore.cypher.sqlkit import as_sql, call, case, double, typed_as
from connstore.cypher.types import Scalar, Type, Typed

NUMBERS = {Scalar.INTEGER, Scalar.FLOAT}

Arguments = Sequence[Typed]


def is_type(type_: Type, arguments: Arguments) -> bool:
    """Whether all arguments have a type."""
    return all(each.type == type_ for each in arguments)


def are_numbers(arguments: Arguments) -> bool:
    """Whether all arguments are numbers."""
    return all(each.type in NUMBERS for each in arguments)


def as_double(typed: Typed) -> exp.Expr:
    """A number as a float."""
    if isinstance(typed, Constant) and typed.value is not None:
        return double(float(typed.value))
    return typed.sql if typed.type is Scalar.FLOAT else as_sql(typed.sql, "DOUBLE")


def on_strings(name: str, result: Scalar, *more: Type) -> Native:
    """A function of the engine for a text and arguments of some types."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        wanted = (Scalar.STRING, *more)
        if [each.type for each in arguments] != list(wanted):
            return None
        return Typed(typed_as(call(name, *(each.sql for each in arguments)), result), result)

    return native


def on_double(body: Callable[[exp.Expr], exp.Expr]) -> Native:
    """SQL over one number as a float."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if not are_numbers(arguments):
            return None
        return Typed(body(as_double(arguments[0])), Scalar.FLOAT)

    return native


def where_ascii(value: exp.Expr, simple: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """One piece of SQL for texts of ASCII, another for the others."""
    ascii_only = exp.EQ(this=call("strlen", value.copy()), expression=call("length", value.copy()))
    return case([(ascii_only, simple)], otherwise)
