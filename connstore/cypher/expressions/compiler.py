"""Expressions: from the syntax tree to SQL with static types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions import aggregation, lambdas
from connstore.cypher.expressions.access import compile_property, sliced, subscript
from connstore.cypher.expressions.application import apply
from connstore.cypher.expressions.constants import Constant, common_type, constant
from connstore.cypher.expressions.conversions import cast, listable
from connstore.cypher.expressions.entries import EntryMap, EntryNames
from connstore.cypher.expressions.equality import contained, equals, equivalent
from connstore.cypher.expressions.items import asked_of_all
from connstore.cypher.expressions.operators import BINARY, UNARY
from connstore.cypher.expressions.ordering import logical, truth
from connstore.cypher.expressions.projections import map_literal, map_projection
from connstore.cypher.expressions.snippets import first, fresh, is_large, is_volatile, may_fail
from connstore.cypher.functions.catalogue import FUNCTIONS, no_function
from connstore.cypher.functions.graph import HAS_LABELS
from connstore.cypher.sqlkit import (
    all_of,
    atom,
    binary,
    call,
    case,
    is_null,
    list_of,
    negated,
    typed_as,
)
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, NodeType, RelationshipType, Scalar, Typed
from connstore.cypher.values.model import Logical, conjunction, equal, inverse
from connstore.errors import CypherError

__all__ = ["aggregate", "compile_expression", "constant", "equals", "truth"]


def compile_expression(node: tree.Expression, context: Context) -> Typed:
    """The SQL and the static type of an expression.

    Raises:
        CypherError: Its types do not fit, or it calls an unknown function.
    """
    try:
        if context.in_lambda:
            node = asked_of_all(node, context, compile_expression) or node
        return _COMPILERS[type(node)](node, context)
    except CypherError as error:
        if error.line is not None:
            raise
        raise context.error(error.problem, node) from None


def aggregate(node: tree.Call | tree.CountStar, context: Context, order: exp.Expr | None) -> Typed:
    """One call of an aggregate function; see :func:`aggregation.aggregate`."""
    return aggregation.aggregate(node, context, order, compile_expression)


def _literal(node: tree.Literal, context: Context) -> Typed:
    value = node.value
    return constant(list(value) if isinstance(value, tuple) else value, context)


def _parameter(node: tree.Parameter, context: Context) -> Typed:
    return context.parameter(node)


def _variable(node: tree.Variable, context: Context) -> Typed:
    return context.variable(node)


def _property(node: tree.Property, context: Context) -> Typed:
    return compile_property(compile_expression(node.subject, context), node.key, context)


def _subscript(node: tree.Subscript, context: Context) -> Typed:
    subject, index = (compile_expression(each, context) for each in (node.subject, node.index))
    if isinstance(subject, EntryMap) and (entry := context.entry(subject, index)) is not None:
        return entry
    return subscript(subject, index, context)


def _slice(node: tree.Slice, context: Context) -> Typed:
    subject, start, stop = (
        None if each is None else compile_expression(each, context)
        for each in (node.subject, node.start, node.stop)
    )
    assert subject is not None
    return sliced(subject, start, stop, context)


def _label_test(node: tree.LabelTest, context: Context) -> Typed:
    subject = compile_expression(node.subject, context)
    if isinstance(subject.type, NodeType):
        return context.has_labels(subject, node.labels)
    if isinstance(subject.type, RelationshipType):
        type_ = context.relationship_type(subject)
        tests = (equals(type_, constant(label, context), context) for label in node.labels)
        return Typed(all_of(*tests), Scalar.BOOLEAN)
    return apply(HAS_LABELS, [subject, constant(list(node.labels), context)], context)


def _unary(node: tree.Unary, context: Context) -> Typed:
    operand = compile_expression(node.operand, context)
    if node.operator != "NOT":
        return apply(UNARY[node.operator], [operand], context)
    operand = logical(operand, context)
    if isinstance(operand, Constant):
        return constant(inverse(operand.value), context)
    return Typed(negated(operand.sql), Scalar.BOOLEAN)


def _binary(node: tree.Binary, context: Context) -> Typed:
    left, right = (compile_expression(each, context) for each in (node.left, node.right))
    match node.operator:
        case "AND" | "OR":
            sides = logical(left, context), logical(right, context)
            return _connected(node.operator, *sides, context)
        case "XOR":
            left, right = logical(left, context), logical(right, context)
        case "IN":
            return _membership(left, right, context)
    return apply(BINARY[node.operator.lower()], [left, right], context)


def _connected(operator: str, left: Typed, right: Typed, context: Context) -> Typed:
    """AND and OR; the right operand is not evaluated where the left one decides."""
    connect, decisive = (exp.And, exp.false()) if operator == "AND" else (exp.Or, exp.true())
    if isinstance(left, Constant):
        if left.value is (operator == "OR"):
            return left
        if isinstance(right, Constant):
            return constant(_LOGIC[operator](left.value, right.value), context)
    sql = right.sql
    if may_fail(sql) and not (is_large(left.sql) or is_volatile(left.sql)):
        open_ = exp.NullSafeNEQ(this=atom(left.sql.copy()), expression=decisive)
        sql = case([(open_, sql)])
    return Typed(binary(connect, left.sql, sql), Scalar.BOOLEAN)


_LOGIC: Mapping[str, Callable[[Logical, Logical], Logical]] = {
    "AND": lambda left, right: conjunction((left, right)),
    "OR": lambda left, right: inverse(conjunction((inverse(left), inverse(right)))),
}


def _membership(item: Typed, items: Typed, context: Context) -> Typed:
    if items.type not in (Scalar.ANY, Scalar.NULL):
        items = lambdas.items_of(items, context, "IN")
    return Typed(contained(item, items, context), Scalar.BOOLEAN)


def _comparison(node: tree.Comparison, context: Context) -> Typed:
    operands = [compile_expression(each, context) for each in node.operands]
    pairs = zip(node.operators, operands, operands[1:], strict=False)
    links = [_compared(operator, left, right, context) for operator, left, right in pairs]
    if all(isinstance(link, Constant) for link in links):
        return constant(conjunction(link.value for link in links), context)  # type: ignore[attr-defined]
    return Typed(all_of(*(link.sql for link in links)), Scalar.BOOLEAN)


def _compared(operator: str, left: Typed, right: Typed, context: Context) -> Typed:
    if operator not in {"=", "<>"}:
        return apply(BINARY[operator], [left, right], context)
    if isinstance(left, Constant) and isinstance(right, Constant):
        same = equal(left.value, right.value)
        return constant(same if operator == "=" else inverse(same), context)
    sql = equals(left, right, context)
    return Typed(sql if operator == "=" else negated(sql), Scalar.BOOLEAN)


def _is_null(node: tree.IsNull, context: Context) -> Typed:
    operand = compile_expression(node.operand, context)
    if isinstance(operand, Constant):
        return constant((operand.value is None) != node.negated, context)
    test = is_null(operand.sql)
    return Typed(negated(test) if node.negated else test, Scalar.BOOLEAN)


def _case(node: tree.Case, context: Context) -> Typed:
    """Null matches WHEN null, as in neuPrint's Neo4j."""
    if node.subject is None:
        return _choice(node, lambda test: truth(test, context), context)
    subject = compile_expression(node.subject, context)
    if not is_volatile(subject.sql):
        return _choice(node, lambda test: equivalent(subject, test, context), context)
    # Drawn once, whatever the number of branches.
    drawn = exp.column(fresh("l"))
    given = Typed(drawn, subject.type)
    chosen = _choice(node, lambda test: equivalent(given, test, context), context)
    body = exp.Lambda(this=chosen.sql, expressions=[drawn.this.copy()])
    return Typed(first(call("list_transform", list_of([subject.sql]), body)), chosen.type)


def _choice(node: tree.Case, met: Callable[[Typed], exp.Expr], context: Context) -> Typed:
    """The value of the first branch whose condition is met."""
    tests = [met(compile_expression(when, context)) for when, _ in node.branches]
    values = [compile_expression(each, context) for _, each in node.branches]
    if node.otherwise is None:
        values.append(constant(None, context))
    else:
        values.append(compile_expression(node.otherwise, context))
    values = [listable(each, context) for each in values]
    type_ = common_type(each.type for each in values)
    results = [cast(each, type_, context).sql for each in values]
    branches = list(zip(tests, results[:-1], strict=True))
    return Typed(case(branches, results[-1]), type_)


def _list(node: tree.ListLiteral, context: Context) -> Typed:
    items = [listable(compile_expression(each, context), context) for each in node.items]
    if all(isinstance(each, Constant) for each in items):
        return constant([each.value for each in items], context)  # type: ignore[attr-defined]
    type_ = common_type(each.type for each in items)
    sql = list_of([cast(each, type_, context).sql for each in items])
    return Typed(typed_as(sql, ListOf(type_)), ListOf(type_))


def _map(node: tree.MapLiteral, context: Context) -> Typed:
    entries = {key: compile_expression(value, context) for key, value in node.entries}
    return map_literal(entries, context)


def _map_projection(node: tree.MapProjection, context: Context) -> Typed:
    subject = context.variable(node.variable)
    entries = {key: compile_expression(value, context) for key, value in node.entries}
    return map_projection(subject, node.everything, entries, context)


def _comprehension(node: tree.ListComprehension, context: Context) -> Typed:
    return lambdas.comprehension(node, context, compile_expression)


def _quantifier(node: tree.Quantifier, context: Context) -> Typed:
    return lambdas.quantifier(node, context, compile_expression)


def _reduce(node: tree.Reduce, context: Context) -> Typed:
    return lambdas.reduction(node, context, compile_expression)


def _call(node: tree.Call, context: Context) -> Typed:
    name = node.name.lower()
    if (function := FUNCTIONS.get(name)) is None:
        raise CypherError(no_function(node.name))
    arguments = node.arguments
    if name == "size" and arguments and isinstance(arguments[0], tree.PatternExpression):
        # In Neo4j 4.4 the size of a pattern is the number of its matches.
        path = arguments[0].path
        one = tree.Literal(node.at, 1)
        arguments = (tree.PatternComprehension(node.at, path, None, one),)
    if name == "apoc.convert.fromjsonmap" and len(arguments) == 1:
        parsed = context.parsed_json(arguments[0])
        if parsed is not None:
            return parsed
    values = [compile_expression(each, context) for each in arguments]
    result = apply(function, values, context)
    if name == "keys" and isinstance(values[0], EntryMap):
        return EntryNames(result, values[0])
    return result


def _subquery(node: Any, context: Context) -> Typed:
    return context.subquery(node)


_COMPILERS: Mapping[type, Callable[[Any, Context], Typed]] = {
    tree.Literal: _literal,
    tree.Parameter: _parameter,
    tree.Variable: _variable,
    tree.Property: _property,
    tree.Subscript: _subscript,
    tree.Slice: _slice,
    tree.LabelTest: _label_test,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Comparison: _comparison,
    tree.IsNull: _is_null,
    tree.Case: _case,
    tree.ListLiteral: _list,
    tree.MapLiteral: _map,
    tree.MapProjection: _map_projection,
    tree.ListComprehension: _comprehension,
    tree.Quantifier: _quantifier,
    tree.Reduce: _reduce,
    tree.Call: _call,
    tree.PatternExpression: _subquery,
    tree.PatternComprehension: _subquery,
    tree.Exists: _subquery,
}
