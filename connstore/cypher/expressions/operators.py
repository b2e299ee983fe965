"""The operators, one row each, with their SQL for static types."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant, common_type
from connstore.cypher.expressions.conversions import (
    cast,
    holds_entities,
    is_unsure,
    listable,
)
from connstore.cypher.expressions.equality import compare_mixed
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.model import Function, Native, category, table
from connstore.cypher.functions.native import Arguments, are_numbers, as_double, is_type
from connstore.cypher.sqlkit import (
    NULL,
    all_of,
    as_sql,
    binary,
    call,
    case,
    concat,
    list_of,
    negated,
    not_null,
    typed_as,
    words,
)
from connstore.cypher.types import ListOf, Record, Scalar, Typed
from connstore.cypher.values import model as values
from connstore.cypher.values import numbers
from connstore.cypher.values.model import Logical, Value, is_number, type_name
from connstore.cypher.values.texts import float_text, text
from connstore.errors import CypherError
from connstore.select.regex import RegexError, java_regex

# In Python ----------------------------------------------------------------------------------


def add(left: Value, right: Value) -> Value:
    """``left + right``: a sum, or texts or lists put together."""
    if is_number(left) and is_number(right):
        return numbers.add(left, right)
    if type(left) is list:
        return left + (right if type(right) is list else [right])
    if type(right) is list:
        return [left, *right]
    check_addable(type_name(left), type_name(right))
    return text(left) + text(right)


_NUMBER_NAMES = {"Integer", "Float"}
_WRITABLE = {*_NUMBER_NAMES, "String", "Boolean"}


def is_addable(left: str, right: str) -> bool:
    """Whether values of two types add up."""
    names = {left, right}
    unknown = names & {"Any", "Null", "List"}
    texts = "String" in names and names <= _WRITABLE
    return bool(unknown) or names <= _NUMBER_NAMES or texts


def check_addable(left: str, right: str) -> None:
    """Check the types of a sum.

    Raises:
        CypherError: They do not add up.
    """
    if not is_addable(left, right):
        raise CypherError(f"Type mismatch: {left} and {right} cannot be added.")


def on_texts(test: Callable[[str, str], bool]) -> Callable[[Value, Value], Logical]:
    """A test of two texts; null for other values."""

    def tested(left: Value, right: Value) -> Logical:
        if type(left) is not str or type(right) is not str:
            return None
        return test(left, right)

    return tested


def matches(value: str, pattern: str) -> bool:
    """``value =~ pattern``: Java's full match."""
    try:
        return java_regex(pattern).matches(value)
    except RegexError as error:
        raise CypherError(f"=~: {error}") from None


def exclusive_or(left: Logical, right: Logical) -> Logical:
    """``left XOR right``."""
    return left != right


# In SQL -------------------------------------------------------------------------------------


def arithmetic(operator: type[exp.Binary], whole: type[exp.Binary] | None = None) -> Native:
    """SQL of an operator on two numbers, ``whole`` for two integers."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if is_type(Scalar.INTEGER, arguments):
            sql = binary(whole or operator, *(each.sql for each in arguments))
            return Typed(sql, Scalar.INTEGER)
        if are_numbers(arguments):
            return Typed(binary(operator, *map(as_double, arguments)), Scalar.FLOAT)
        return None

    return native


def _add(arguments: Arguments, context: Context) -> Typed | None:
    left, right = arguments
    names = category(left.type), category(right.type)
    if not is_addable(*names):
        if any(map(is_unsure, arguments)):
            return None
        check_addable(*names)
    if are_numbers(arguments):
        return arithmetic(exp.Add)(arguments, context)
    if Scalar.ANY in {left.type, right.type}:
        return None
    if isinstance(left.type, ListOf) or isinstance(right.type, ListOf):
        return _concatenated(left, right, context)
    parts = (_written(left, context), _written(right, context))
    return Typed(concat(parts), Scalar.STRING)


def _written(typed: Typed, context: Context) -> exp.Expr:
    if typed.type is Scalar.FLOAT:
        return in_python(FLOAT_TEXT, [typed], context).sql
    return as_sql(typed.sql, "VARCHAR")


def _concatenated(left: Typed, right: Typed, context: Context) -> Typed:
    """Two lists, or a list and an item, as one list; null if either is."""
    sides = [
        each if isinstance(each.type, ListOf) else listable(each, context) for each in (left, right)
    ]
    items = [each.type.item if isinstance(each.type, ListOf) else each.type for each in sides]
    item = common_type(items)
    if items[0] != items[1] and any(isinstance(i, Record) and holds_entities(i) for i in items):
        item = Scalar.ANY  # maps that differ in where they have nodes
    lists = []
    missing: list[exp.Expr] = []
    for side in sides:
        if isinstance(side.type, ListOf):
            lists.append(cast(side, ListOf(item), context).sql)
        else:
            lists.append(list_of([cast(side, item, context).sql]))
            missing.append(exp.Is(this=side.sql.copy(), expression=exp.Null()))
    result: exp.Expr = binary(exp.DPipe, *lists)
    if missing:
        result = case([(each, NULL.copy()) for each in missing], result)
    return Typed(typed_as(result, ListOf(item)), ListOf(item))


def _modulo(arguments: Arguments, context: Context) -> Typed | None:
    """The engine refuses the remainder of the least integer by -1, which is 0 as any by -1."""
    left, right = arguments
    if not is_type(Scalar.INTEGER, arguments) or isinstance(right, Constant):
        return arithmetic(exp.Mod)(arguments, context)
    one = exp.Literal.number(1)
    minus_one = binary(exp.EQ, right.sql.copy(), exp.Neg(this=one.copy()))
    divisor = case([(minus_one, as_sql(one, "BIGINT"))], right.sql)
    return Typed(binary(exp.Mod, left.sql, divisor), Scalar.INTEGER)


def _power(arguments: Arguments, context: Context) -> Typed | None:
    """In SQL for a known exponent; elsewhere C and Java differ about NaN and infinity."""
    base, exponent = arguments
    if not (are_numbers(arguments) and isinstance(exponent, Constant)):
        return None
    if not abs(float(exponent.value)) < float("inf"):
        return None
    return Typed(call("pow", as_double(base), as_double(exponent)), Scalar.FLOAT)


def _negate(arguments: Arguments, context: Context) -> Typed | None:
    (operand,) = arguments
    if operand.type is Scalar.INTEGER:
        zero = as_sql(exp.Literal.number(0), "BIGINT")
        return Typed(binary(exp.Sub, zero, operand.sql), Scalar.INTEGER)
    if operand.type is Scalar.FLOAT:
        return Typed(binary(exp.Mul, operand.sql, as_double_one()), Scalar.FLOAT)
    return None


def as_double_one() -> exp.Expr:
    """-1.0, by which a float is multiplied to change its sign, zero's too."""
    return as_sql(words("-1"), "DOUBLE")


def _itself(arguments: Arguments, context: Context) -> Typed | None:
    return arguments[0] if are_numbers(arguments) else None


def ordering(operator: type[exp.Binary]) -> Native:
    """SQL of ``<``, ``<=``, ``>`` or ``>=``."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        left, right = arguments
        types = {left.type, right.type}
        if types == {Scalar.INTEGER, Scalar.FLOAT}:
            return _boolean(compare_mixed(left, right, operator))
        if types == {Scalar.FLOAT}:
            return _boolean(_ordered_floats(left, right, operator))
        if types <= {Scalar.INTEGER} or types <= {Scalar.STRING} or types <= {Scalar.BOOLEAN}:
            return _boolean(binary(operator, left.sql, right.sql))
        names = {category(each.type) for each in arguments}
        if "Any" not in names and len(names) > 1:
            return _boolean(typed_as(NULL.copy(), Scalar.BOOLEAN))
        return None

    return native


def _ordered_floats(left: Typed, right: Typed, operator: type[exp.Binary]) -> exp.Expr:
    """To the engine NaN is the greatest number, here it is neither less nor greater."""
    result = binary(operator, left.sql, right.sql)
    for side, other in ((left, right), (right, left)):
        if not (isinstance(side, Constant) and side.value == side.value):
            nan = all_of(call("isnan", side.sql.copy()), not_null(other.sql.copy()))
            result = all_of(result, negated(nan))
    return result


def _boolean(sql: exp.Expr) -> Typed:
    return Typed(sql, Scalar.BOOLEAN)


def text_test(function: str) -> Native:
    """SQL of a test of two texts; null for other types."""

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if is_type(Scalar.STRING, arguments):
            return _boolean(call(function, *(each.sql for each in arguments)))
        return _null_unless_texts(arguments)

    return native


def _null_unless_texts(arguments: Arguments) -> Typed | None:
    if all(each.type in {Scalar.STRING, Scalar.ANY} for each in arguments):
        return None
    return _boolean(typed_as(NULL.copy(), Scalar.BOOLEAN))


def _matches(arguments: Arguments, context: Context) -> Typed | None:
    value, pattern = arguments
    if not (value.type is Scalar.STRING and isinstance(pattern, Constant)):
        return _null_unless_texts(arguments)
    if type(pattern.value) is not str:
        return _null_unless_texts(arguments)
    try:
        regex = java_regex(pattern.value)
    except RegexError as error:
        raise CypherError(f"=~: {error}") from None
    if regex.re2 is None:
        return None
    return _boolean(call("regexp_full_match", value.sql, context.bind(regex.re2)))


def _exclusive_or(arguments: Arguments, context: Context) -> Typed | None:
    return _boolean(binary(exp.NEQ, *(each.sql for each in arguments)))


def _row(
    engine_name: str,
    name: str,
    parameters: str,
    returns: str,
    python: Callable[..., Value],
    native: Native | None,
) -> Function:
    return Function(name, parameters, returns, "", python, native, engine_name=engine_name)


_NUMBERS = "left Number, right Number"
_ANYTHING = "left Any, right Any"
_TRUTHS = "left Boolean, right Boolean"
_STARTS, _ENDS, _CONTAINS = map(on_texts, (str.startswith, str.endswith, str.__contains__))

#: The operators that evaluate both operands first.
BINARY = table(
    _row("op_add", "+", _ANYTHING, "Any", add, _add),
    _row("op_subtract", "-", _NUMBERS, "Number", numbers.subtract, arithmetic(exp.Sub)),
    _row("op_multiply", "*", _NUMBERS, "Number", numbers.multiply, arithmetic(exp.Mul)),
    _row("op_divide", "/", _NUMBERS, "Number", numbers.divide, arithmetic(exp.Div, exp.IntDiv)),
    _row("op_modulo", "%", _NUMBERS, "Number", numbers.modulo, _modulo),
    _row("op_power", "^", _NUMBERS, "Float", numbers.power, _power),
    _row("op_lt", "<", _ANYTHING, "Boolean", values.less, ordering(exp.LT)),
    _row("op_lte", "<=", _ANYTHING, "Boolean", values.less_or_equal, ordering(exp.LTE)),
    _row("op_gt", ">", _ANYTHING, "Boolean", values.greater, ordering(exp.GT)),
    _row("op_gte", ">=", _ANYTHING, "Boolean", values.greater_or_equal, ordering(exp.GTE)),
    _row("op_starts", "STARTS WITH", _ANYTHING, "Boolean", _STARTS, text_test("starts_with")),
    _row("op_ends", "ENDS WITH", _ANYTHING, "Boolean", _ENDS, text_test("ends_with")),
    _row("op_contains", "CONTAINS", _ANYTHING, "Boolean", _CONTAINS, text_test("contains")),
    _row("op_matches", "=~", _ANYTHING, "Boolean", on_texts(matches), _matches),
    _row("op_xor", "XOR", _TRUTHS, "Boolean", exclusive_or, _exclusive_or),
)
UNARY = table(
    _row("op_negate", "-", "operand Number", "Number", numbers.negate, _negate),
    _row("op_plus", "+", "operand Number", "Number", lambda operand: operand, _itself),
)

FLOAT_TEXT = _row("op_float_text", "toString", "number Float", "String", float_text, None)
