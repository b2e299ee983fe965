"""Functions between types, and those that pick among values."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import common_type
from connstore.cypher.expressions.conversions import cast, listable
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import named
from connstore.cypher.functions.model import Function, table
from connstore.cypher.functions.native import Arguments
from connstore.cypher.sqlkit import as_sql, binary, call, case, coalesce, double, not_null, words
from connstore.cypher.types import Scalar, Typed
from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER, Value
from connstore.cypher.values.numbers import truncated
from connstore.cypher.values.texts import read_boolean, read_float, read_integer, text
from connstore.errors import CypherError


def to_integer(value: Value) -> int | None:
    """An integer from a number, a truth value or a text.

    Example:
        >>> to_integer("9007199254740993"), to_integer("-2.9"), to_integer(True), to_integer("x")
        (9007199254740993, -2, 1, None)
    """
    if type(value) is str:
        return read_integer(value)
    return truncated(value) if type(value) is float else int(value)


def to_float(value: Value) -> float | None:
    """A float from a number or a text."""
    return read_float(value) if type(value) is str else float(value)


def to_boolean(value: Value) -> bool | None:
    """A truth value from one, its name, or an integer."""
    return read_boolean(value) if type(value) is str else bool(value)


def _integer(arguments: Arguments, context: Context) -> Typed | None:
    (given,) = arguments
    match given.type:
        case Scalar.INTEGER:
            return given
        case Scalar.BOOLEAN:
            return Typed(as_sql(given.sql, "BIGINT"), Scalar.INTEGER)
        case Scalar.FLOAT:
            return Typed(named(given.sql, _truncated), Scalar.INTEGER)
        case Scalar.STRING:
            return _read(given, r"[+-]?[0-9]{1,18}", TO_INTEGER, context)
    return None


def _truncated(number: exp.Expr) -> exp.Expr:
    limits = [
        (call("isnan", number.copy()), as_sql(words("0"), "BIGINT")),
        (binary(exp.GTE, number.copy(), double(2.0**63)), _bound(GREATEST_INTEGER)),
        (binary(exp.LTE, number.copy(), double(-(2.0**63))), _bound(LEAST_INTEGER)),
    ]
    return case(limits, as_sql(call("trunc", number.copy()), "BIGINT"))


def _bound(number: int) -> exp.Expr:
    return as_sql(words(str(number)), "BIGINT")


def _float(arguments: Arguments, context: Context) -> Typed | None:
    (given,) = arguments
    match given.type:
        case Scalar.FLOAT:
            return given
        case Scalar.INTEGER:
            return Typed(as_sql(given.sql, "DOUBLE"), Scalar.FLOAT)
        case Scalar.STRING:
            return _read(given, r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", TO_FLOAT, context)
    return None


def _read(given: Typed, simple: str, function: Function, context: Context) -> Typed:
    """The engine reads what surely means the same to it; Python the rest."""
    type_ = function.result
    plain = call("regexp_full_match", given.sql.copy(), words(simple))
    fast = as_sql(given.sql, "BIGINT" if type_ is Scalar.INTEGER else "DOUBLE")
    return Typed(case([(plain, fast)], in_python(function, [given], context).sql), type_)


def _string(arguments: Arguments, context: Context) -> Typed | None:
    (given,) = arguments
    if given.type is Scalar.STRING:
        return given
    if given.type in {Scalar.INTEGER, Scalar.BOOLEAN}:
        return Typed(as_sql(given.sql, "VARCHAR"), Scalar.STRING)
    return None


def _boolean(arguments: Arguments, context: Context) -> Typed | None:
    (given,) = arguments
    if given.type is Scalar.BOOLEAN:
        return given
    if given.type is Scalar.INTEGER:
        zero = exp.Literal.number(0)
        return Typed(binary(exp.NEQ, given.sql, zero), Scalar.BOOLEAN)
    return None


_TYPES = {
    "Integer": ("Boolean|Number|String", "a number, truth value or text", to_integer, _integer),
    "Float": ("Number|String", "a number or text", to_float, _float),
    "Boolean": ("Boolean|Integer|String", "a truth value, integer or text", to_boolean, _boolean),
    "String": (
        "Boolean|Number|String|Point",
        "a number, truth value, text or point",
        text,
        _string,
    ),
}


def _strictly(name: str) -> Function:
    types, source, python, native = _TYPES[name]
    doc = f"{name} from {source}; null for a text that is none."
    return Function(f"to{name}", f"value {types}", name, doc, python, native)


def _or_null(name: str) -> Function:
    strict = _strictly(name)
    doc = f"The same as to{name}, but null where that raises an error."

    def lenient(value: Value) -> Value:
        try:
            return strict(value)
        except CypherError:
            return None

    return Function(f"to{name}OrNull", "value Any", name, doc, lenient)


def _list(name: str) -> Function:
    lenient = _or_null(name)

    def each(values: list[Value]) -> list[Value]:
        return list(map(lenient, values))

    return Function(f"to{name}List", "values List", "List", f"to{name}OrNull of each item.", each)


TO_INTEGER, TO_FLOAT = _strictly("Integer"), _strictly("Float")


def _first_known(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _coalesce(arguments: Arguments, context: Context) -> Typed | None:
    given = [listable(each, context) for each in arguments]
    type_ = common_type(each.type for each in given)
    values = (cast(each, type_, context).sql for each in given)
    return Typed(coalesce(*values), type_)


def _exists(arguments: Arguments, context: Context) -> Typed | None:
    return Typed(not_null(arguments[0].sql), Scalar.BOOLEAN)


_MAKERS: tuple[Callable[[str], Function], ...] = (_strictly, _or_null, _list)

CONVERSION = table(
    *(make(name) for name in _TYPES for make in _MAKERS),
    Function(
        "coalesce", "values Any...", "Any", "The first that is not null.", _first_known, _coalesce,
        strict=False,
    ),
    Function(
        "exists", "value Any", "Boolean", "Whether a property or pattern exists.",
        lambda value: value is not None, _exists, strict=False,
    ),
)  # fmt: skip
