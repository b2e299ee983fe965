"""A function or operator applied: checked, reckoned at once, in SQL, or in Python per row."""

from __future__ import annotations

from collections.abc import Sequence

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.expressions.conversions import untyped
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.model import Function, category
from connstore.cypher.types import Scalar, Typed
from connstore.errors import CypherError


def apply(function: Function, arguments: Sequence[Typed], context: Context) -> Typed:
    """The result of a function.

    Raises:
        CypherError: The number or the static types of the arguments are wrong.
    """
    function.check_count(len(arguments))
    arguments = [fitting(function, index, typed, context) for index, typed in enumerate(arguments)]
    if function.strict and any(typed.type is Scalar.NULL for typed in arguments):
        return constant(None, context)
    known = [typed.value for typed in arguments if isinstance(typed, Constant)]
    if function.pure and arguments and len(known) == len(arguments):
        try:
            return constant(function(*known), context)
        except CypherError:
            # An error only if the row that asks for it is reached.
            return in_python(function, arguments, context)
    native = function.native(arguments, context) if function.native else None
    return native or in_python(function, arguments, context)


def fitting(function: Function, index: int, typed: Typed, context: Context) -> Typed:
    """An argument of a type that the function takes, as far as that can be told.

    Raises:
        CypherError: It is of another type, for certain.
    """
    fits = function.parameter(index).takes(category(typed.type))
    if not fits and (loose := untyped(typed, context)) is not None:
        return loose
    function.check_type(index, category(typed.type))
    return typed
