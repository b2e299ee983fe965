"""Calls of aggregate functions in SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from connstore.cypher.clauses.bindings import Entity
from connstore.cypher.context import Context
from connstore.cypher.expressions.application import fitting
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.conversions import as_any, cast, collectable, listable
from connstore.cypher.expressions.ordering import group_key, order_key
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import named
from connstore.cypher.functions.aggregates import AGGREGATES, DISTINCT_ITEMS, GROUPED, fraction
from connstore.cypher.functions.model import Function
from connstore.cypher.functions.native import NUMBERS, as_double
from connstore.cypher.sqlkit import (
    as_sql,
    binary,
    call,
    case,
    coalesce,
    double,
    list_of,
    not_null,
    typed_as,
)
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Scalar, Type, Typed

Compile = Callable[[tree.Expression, Context], Typed]

#: The engine's aggregate and what it gives for nothing, over one number.
_NUMERIC = {
    "avg": ("avg", None),
    "stdev": ("stddev_samp", 0.0),
    "stdevp": ("stddev_pop", 0.0),
}
_COMPARABLE = {Scalar.BOOLEAN, Scalar.INTEGER, Scalar.FLOAT, Scalar.STRING}


def aggregate(
    node: tree.Call | tree.CountStar,
    context: Context,
    order: exp.Expr | None,
    compile_: Compile,
) -> Typed:
    """One call of an aggregate function over the rows of a group.

    Args:
        node: The call.
        context: Where its arguments stand.
        order: What ``collect`` sorts by; None where any order will do.
        compile_: Compiles an argument.

    Raises:
        CypherError: The number or the types of the arguments are wrong.
    """
    if isinstance(node, tree.CountStar):
        return Typed(call("count", exp.Star()), Scalar.INTEGER)
    function = AGGREGATES[node.name.lower()]
    arguments = [compile_(each, context) for each in node.arguments]
    function.check_count(len(arguments))
    arguments = [fitting(function, index, typed, context) for index, typed in enumerate(arguments)]
    first, *more = arguments
    if first.type is not Scalar.NULL:
        return _Aggregate(function, first, more, node.distinct, order, context).compile()
    first = cast(first, Scalar.INTEGER, context)
    found = _Aggregate(function, first, more, node.distinct, order, context).compile()
    return Typed(found.sql, _OF_NULLS.get(node.name.lower(), found.type))


#: Aggregates whose type is that of their argument: what nulls alone make of it.
_OF_NULLS: dict[str, Type] = {
    "min": Scalar.NULL,
    "max": Scalar.NULL,
    "collect": ListOf(Scalar.NULL),
    "percentiledisc": Scalar.NULL,
}


class _Aggregate:
    def __init__(
        self,
        function: Function,
        argument: Typed,
        more: Sequence[Typed],
        distinct: bool,
        order: exp.Expr | None,
        context: Context,
    ) -> None:
        self.function = function
        self.argument = argument
        self.more = more
        self.distinct = distinct
        self.order = order
        self.context = context

    def compile(self) -> Typed:
        name = self.function.name.lower()
        numeric = self.argument.type in NUMBERS
        match name:
            case "count":
                by_key = self.distinct or isinstance(self.argument, Entity)
                key = group_key(self.argument, self.context) if by_key else self.argument.sql
                return Typed(call("count", self._given(key)), Scalar.INTEGER)
            case "collect":
                return self._collected()
            case "min" | "max":
                return self._extreme(name)
            case "sum" if numeric:
                return self._sum()
            case "avg" | "stdev" | "stdevp" if numeric:
                engine_name, nothing = _NUMERIC[name]
                value = call(engine_name, self._given(self.argument.sql))
                if nothing is not None:
                    value = coalesce(value, double(nothing))
                return Typed(value, Scalar.FLOAT)
            case "percentiledisc" | "percentilecont" if numeric and self._known_percentile():
                return self._percentile(name)
        return self._in_python()

    def _given(self, value: exp.Expr) -> exp.Expr:
        return exp.Distinct(expressions=[value]) if self.distinct else value

    def _sum(self) -> Typed:
        type_ = self.argument.type
        value = call("sum", self._given(self.argument.sql))
        zero = double(0.0) if type_ is Scalar.FLOAT else exp.Literal.number(0)
        result = coalesce(value, zero)
        return Typed(typed_as(result, type_), type_)

    def _extreme(self, name: str) -> Typed:
        if self.argument.type in _COMPARABLE:
            return Typed(call(name, self.argument.sql), self.argument.type)
        value = listable(self.argument, self.context)
        key = order_key(value, self.context)
        return Typed(call(f"arg_{name}", value.sql.copy(), key), value.type)

    def _collected(self) -> Typed:
        value = collectable(self.argument, self.context)
        empty = typed_as(list_of([]), ListOf(value.type))
        if not self.distinct:
            return Typed(coalesce(self._list(value), empty), ListOf(value.type))
        key = group_key(Typed(value.sql, value.type), self.context)
        if self.order is None and key == value.sql:
            found = call("list_sort", self._filtered(value, exp.Distinct(expressions=[value.sql])))
            return Typed(coalesce(found, empty), ListOf(value.type))
        listed = self._any_list()
        return Typed(in_python(DISTINCT_ITEMS, [listed], self.context).sql, ListOf(Scalar.ANY))

    def _list(self, value: Typed) -> exp.Expr:
        listed: exp.Expr = value.sql
        if self.order is not None:
            key = exp.Ordered(this=self.order.copy(), desc=False, nulls_first=False)
            listed = exp.Order(this=listed, expressions=[key])
        return self._filtered(value, listed)

    def _filtered(self, value: Typed, listed: exp.Expr) -> exp.Expr:
        condition = exp.Where(this=not_null(value.sql.copy()))
        return exp.Filter(this=call("list", listed), expression=condition)

    def _any_list(self) -> Typed:
        value = as_any(self.argument, self.context)
        empty = typed_as(list_of([]), ListOf(Scalar.ANY))
        return Typed(coalesce(self._list(value), empty), ListOf(Scalar.ANY))

    def _known_percentile(self) -> bool:
        return isinstance(self.more[0], Constant)

    def _percentile(self, name: str) -> Typed:
        part = fraction(self.function.name, self.more[0].value)  # type: ignore[attr-defined]
        type_ = self.argument.type if name == "percentiledisc" else Scalar.FLOAT
        value = self.argument if name == "percentiledisc" else _as_float(self.argument)
        listed = self._filtered(value, self._given(value.sql))
        at = _disc if name == "percentiledisc" else _cont
        return Typed(named(call("list_sort", listed), lambda each: at(each, part)), type_)

    def _in_python(self) -> Typed:
        listed = self._any_list()
        if self.distinct:
            items = in_python(DISTINCT_ITEMS, [listed], self.context).sql
            listed = Typed(items, ListOf(Scalar.ANY))
        more = [Typed(call("any_value", each.sql), each.type) for each in self.more]
        return in_python(GROUPED[self.function.name.lower()], [listed, *more], self.context)


def _as_float(typed: Typed) -> Typed:
    """A number as a float."""
    return Typed(as_double(typed), Scalar.FLOAT)


def _disc(items: exp.Expr, part: float) -> exp.Expr:
    """The item that ``functions.aggregates.disc_index`` tells."""
    length = call("len", items.copy())
    if part == 1:
        return call("list_extract", items.copy(), length)
    place = binary(exp.Mul, double(part), as_sql(length, "DOUBLE"))
    whole = as_sql(call("ceil", place), "BIGINT")
    return call("list_extract", items.copy(), call("greatest", whole, exp.Literal.number(1)))


def _cont(items: exp.Expr, part: float) -> exp.Expr:
    last = binary(exp.Sub, as_sql(call("len", items.copy()), "DOUBLE"), exp.Literal.number(1))
    place = binary(exp.Mul, double(part), last)
    below, above = call("floor", place.copy()), call("ceil", place.copy())

    def item(at: exp.Expr) -> exp.Expr:
        return call(
            "list_extract",
            items.copy(),
            as_sql(binary(exp.Add, at.copy(), exp.Literal.number(1)), "BIGINT"),
        )

    between = binary(
        exp.Add,
        binary(exp.Mul, item(below), binary(exp.Sub, above.copy(), place.copy())),
        binary(exp.Mul, item(above), binary(exp.Sub, place.copy(), below.copy())),
    )
    return case([(binary(exp.EQ, below.copy(), above.copy()), item(below))], between)
