"""``=`` and ``IN`` in SQL."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlglot import exp

from connstore.cypher.clauses.bindings import Entity, NodeKey
from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.expressions.conversions import as_any, grouped_natively
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import all_named
from connstore.cypher.functions.model import Function, category
from connstore.cypher.functions.native import NUMBERS
from connstore.cypher.sqlkit import (
    NULL,
    all_of,
    as_sql,
    binary,
    call,
    case,
    double,
    integer,
    is_null,
    negated,
    not_null,
    raw,
    text,
    typed_as,
)
from connstore.cypher.types import (
    ListOf,
    NodeType,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.cypher.values import model as values
from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER

EQUALS = Function("equals", "left Any, right Any", "Boolean", "Equality", values.equal, None, False)
EQUIVALENT = Function(
    "equivalent",
    "left Any, right Any",
    "Boolean",
    "Equivalence",
    lambda left, right: values.order_key(left) == values.order_key(right),
    None,
    False,
)


def _contained(item: values.Value, items: values.Value) -> values.Logical:
    """``item IN items``; a single value is a list of it alone."""
    listed = items is None or type(items) is list
    return values.contained(item, items if listed else [items])


CONTAINED = Function(
    "contained", "item Any, items Any", "Boolean", "Membership", _contained, None, False
)

_PLAIN = {Scalar.BOOLEAN, Scalar.INTEGER, Scalar.STRING}
#: A longer list of integers is joined.
_MANY = 50
#: A longer list of texts is searched by the engine's own means.
_MAX_ALTERNATIVES = 1000
#: Beyond all integers of 64 bits, and still a whole number of 128.
_FAR = 1e30


def equals(left: Typed, right: Typed, context: Context) -> exp.Expr:
    """``left = right``: true, false or null."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        return constant(values.equal(left.value, right.value), context).sql
    if Scalar.NULL in {left.type, right.type}:
        return typed_as(NULL.copy(), Scalar.BOOLEAN)
    types = (left.type, right.type)
    if left.type in _PLAIN and left.type == right.type:
        return binary(exp.EQ, left.sql, right.sql)
    if types == (Scalar.FLOAT, Scalar.FLOAT):
        return _floats(left, right)
    if left.type in NUMBERS and right.type in NUMBERS:
        return compare_mixed(left, right, exp.EQ)
    match types:
        case NodeType(), NodeType():
            return _node_key(left).same(_node_key(right))
        case (RelationshipType(), RelationshipType()) | (Scalar.POINT, Scalar.POINT):
            return binary(exp.EQ, left.sql, right.sql)
    if Scalar.ANY not in types and _kind(left.type) != _kind(right.type):
        return never(left, right)
    return in_python(EQUALS, [left, right], context).sql


def equivalent(left: Typed, right: Typed, context: Context) -> exp.Expr:
    """Whether two values are one to DISTINCT, and to CASE: null is null, NaN is NaN."""
    if left.type == right.type and grouped_natively(left.type):
        return binary(exp.NullSafeEQ, left.sql, right.sql)
    if Scalar.NULL in {left.type, right.type} and Scalar.ANY not in {left.type, right.type}:
        return all_of(is_null(left.sql), is_null(right.sql))
    return in_python(EQUIVALENT, [left, right], context).sql


def never(left: Typed, right: Typed) -> exp.Expr:
    """False; null if either is null."""
    known = all_of(not_null(left.sql), not_null(right.sql))
    return case([(known, exp.false())], typed_as(NULL.copy(), Scalar.BOOLEAN))


def _kind(type_: Type) -> str:
    """The name of the types among which values may be equal."""
    return "Number" if type_ in NUMBERS else category(type_)


def _node_key(typed: Typed) -> NodeKey:
    if isinstance(typed, Entity) and isinstance(typed.binding.key, NodeKey):
        return typed.binding.key
    assert isinstance(typed.type, NodeType)
    return NodeKey.of_struct(typed.sql, typed.type)


def _floats(left: Typed, right: Typed) -> exp.Expr:
    same = binary(exp.EQ, left.sql, right.sql)
    if any(isinstance(each, Constant) and not math.isnan(each.value) for each in (left, right)):
        return same
    nans = all_of(call("isnan", left.sql.copy()), call("isnan", right.sql.copy()))
    return all_of(same, negated(nans))


def compare_mixed(left: Typed, right: Typed, operator: type[exp.Binary]) -> exp.Expr:
    """An integer and a float compared exactly; both sides numbers of different types."""
    if left.type is Scalar.FLOAT:
        left, right, operator = right, left, _MIRRORED[operator]
    if isinstance(right, Constant):
        return _with_constant(left, right.value, operator)
    return all_named([left.sql, right.sql], lambda whole, real: _exactly(whole, real, operator))


def _exactly(whole: exp.Expr, real: exp.Expr, operator: type[exp.Binary]) -> exp.Expr:
    """NaN is no number's equal; otherwise whole numbers of 128 bits are compared."""
    rounded = call(_ROUNDING.get(operator, "trunc"), real.copy())
    within = call("greatest", call("least", rounded, double(_FAR)), double(-_FAR))
    test = binary(operator, as_sql(whole, "HUGEINT"), as_sql(within, "HUGEINT"))
    never_holds = call("isnan", real.copy())
    if operator is exp.EQ:
        fraction = binary(exp.NEQ, call("trunc", real.copy()), real.copy())
        never_holds = binary(exp.Or, never_holds, fraction)
    unequal = all_of(never_holds, not_null(whole.copy()))
    return case([(unequal, exp.false())], case([(negated(call("isnan", real.copy())), test)]))


def _with_constant(typed: Typed, real: float, operator: type[exp.Binary]) -> exp.Expr:
    """An integer against a float known already: against the integer next to it."""
    if math.isnan(real) or (operator is exp.EQ and not real.is_integer()):
        return _if_known(typed, False)
    if math.isinf(real):
        return _if_known(typed, (real > 0) == (operator in {exp.LT, exp.LTE}))
    rounding = _ROUNDING.get(operator, "trunc")
    whole = math.ceil(real) if rounding == "ceil" else math.floor(real)
    if not LEAST_INTEGER <= whole <= GREATEST_INTEGER:
        return _if_known(typed, operator is not exp.EQ and (whole > 0) == (operator in _LESS))
    return binary(operator, typed.sql, integer(whole))


def _if_known(typed: Typed, answer: bool) -> exp.Expr:
    result = exp.true() if answer else exp.false()
    return case([(not_null(typed.sql), result)], typed_as(NULL.copy(), Scalar.BOOLEAN))


_LESS = (exp.LT, exp.LTE)
_MIRRORED: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.EQ: exp.EQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}
#: How a float is rounded so that an integer's comparison with it stays the same.
_ROUNDING: dict[type[exp.Binary], str] = {
    exp.LT: "ceil",
    exp.GTE: "ceil",
    exp.LTE: "floor",
    exp.GT: "floor",
}


def contained(item: Typed, items: Typed, context: Context) -> exp.Expr:
    """``item IN items``: true, false or null."""
    if items.type is Scalar.NULL:
        return typed_as(NULL.copy(), Scalar.BOOLEAN)
    if isinstance(items, Constant) and items.type == ListOf(item.type):
        return _among(item, items.value, context)
    if isinstance(items.type, ListOf):
        plain = item.type in _PLAIN and items.type.item == item.type
        if plain or (isinstance(item.type, NodeType) and isinstance(items.type.item, NodeType)):
            return _listed(item.sql, items.sql)
    return in_python(CONTAINED, [item, as_any(items, context)], context).sql


def _among(item: Typed, items: Sequence[values.Value], context: Context) -> exp.Expr:
    """Membership in a list known already."""
    if item.type not in _PLAIN:
        return in_python(CONTAINED, [item, constant(list(items), context)], context).sql
    known = list(dict.fromkeys(each for each in items if each is not None))
    if item.type is Scalar.INTEGER and len(known) > _MANY and not context.in_lambda:
        listed = constant(list(items), context).sql
        return exp.In(this=item.sql, expressions=[raw(f"SELECT unnest({text(listed)})")])
    if item.type is Scalar.INTEGER:
        literals = ", ".join(map(str, known)).replace(str(LEAST_INTEGER), f"({LEAST_INTEGER})")
        alternatives: list[exp.Expr] = [raw(literals)]
    elif len(known) <= _MAX_ALTERNATIVES:
        alternatives = [constant(each, context).sql for each in known]
    else:
        return _listed(item.sql, constant(list(items), context).sql)
    if not known:
        return exp.false() if not items else typed_as(NULL.copy(), Scalar.BOOLEAN)
    if len(known) < len(items) and None in items:
        alternatives.append(NULL.copy())
    return exp.In(this=item.sql, expressions=alternatives)


def _listed(item: exp.Expr, items: exp.Expr) -> exp.Expr:
    """Membership in a list of the same plain type."""

    def test(item: exp.Expr, within: exp.Expr) -> exp.Expr:
        found = call("list_contains", within.copy(), item.copy())
        empty = binary(exp.EQ, call("len", within.copy()), exp.Literal.number(0))
        holds_null = binary(exp.NEQ, call("list_count", within.copy()), call("len", within.copy()))
        return case(
            [
                (is_null(within.copy()), NULL.copy()),
                (empty, exp.false()),
                (is_null(item.copy()), NULL.copy()),
                (found, exp.true()),
                (holds_null, NULL.copy()),
            ],
            exp.false(),
        )

    return typed_as(all_named([item, items], test), Scalar.BOOLEAN)
