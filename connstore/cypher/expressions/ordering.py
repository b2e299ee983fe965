"""How values are sorted, grouped and filtered."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.clauses.bindings import Entity
from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.conversions import grouped_natively, untyped
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.functions.model import Function, category
from connstore.cypher.sqlkit import NULL, typed_as
from connstore.cypher.types import (
    Dictionary,
    ListOf,
    NodeType,
    PathType,
    Record,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.cypher.values import model as values
from connstore.errors import CypherError

ORDER_KEY = Function(
    "order key", "value Any", "Bytes", "", values.order_key, strict=True, engine_name="order_key"
)


def truth_value(value: values.Value) -> values.Logical:
    """A value where a condition is asked for.

    Raises:
        CypherError: It is neither true, false nor null.
    """
    if value is None or type(value) is bool:
        return value
    raise CypherError(_no_condition(values.type_name(value)))


def _no_condition(given: str) -> str:
    return f"Type mismatch: expected Boolean but was {given}."


TRUTH = Function("truth", "value Any", "Boolean", "", truth_value)


def truth(typed: Typed, context: Context) -> exp.Expr:
    """A condition: true, false or null.

    Raises:
        CypherError: The type is not Boolean.
    """
    return logical(typed, context).sql


def logical(typed: Typed, context: Context) -> Typed:
    """A value as a truth value."""
    match typed.type:
        case Scalar.BOOLEAN:
            return typed
        case Scalar.NULL:
            return Constant(None, Scalar.BOOLEAN, context)
        case Scalar.ANY:
            return in_python(TRUTH, [typed], context)
    if (loose := untyped(typed, context)) is not None:
        return in_python(TRUTH, [loose], context)
    raise CypherError(_no_condition(category(typed.type)))


def group_key(typed: Typed, context: Context) -> exp.Expr:
    """What to GROUP BY, or take DISTINCT, so that equivalent values are one."""
    if isinstance(typed, Entity) and len(parts := typed.binding.key.parts()) == 1:
        return parts[0].copy()
    return typed.sql if grouped_natively(typed.type) else _order_key(typed, context)


def order_keys(typed: Typed, descending: bool, context: Context) -> list[exp.Ordered]:
    """Keys for ORDER BY: null is greater than all values."""
    if typed.type is Scalar.NULL:
        key: exp.Expr = typed_as(NULL.copy(), Scalar.NULL)
    else:
        key = order_key(typed, context)
    return [exp.Ordered(this=key, desc=descending, nulls_first=descending)]


def order_key(typed: Typed, context: Context) -> exp.Expr:
    """What to sort by."""
    return typed.sql if _sorted_natively(typed.type) else _order_key(typed, context)


def _sorted_natively(type_: Type) -> bool:
    match type_:
        case ListOf(item):
            return _sorted_natively(item)
        case Record() | Dictionary() | PathType():
            return False
        case NodeType() | RelationshipType():
            return True
    return type_ not in {Scalar.ANY, Scalar.POINT}


def _order_key(typed: Typed, context: Context) -> exp.Expr:
    return in_python(ORDER_KEY, [typed], context).sql
