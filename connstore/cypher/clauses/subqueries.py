"""Patterns and whole queries inside expressions.

The rows of the clause are numbered; the inner query runs once, from all rows, and carries their
numbers; its answers are joined back by them.
"""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.clauses.conjuncts import conjuncts
from connstore.cypher.clauses.frame import Frame, closed
from connstore.cypher.clauses.match import find
from connstore.cypher.clauses.preparing import prepared
from connstore.cypher.clauses.run import run_clauses
from connstore.cypher.clauses.script import Relation, newest_row
from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.expressions.conversions import listable
from connstore.cypher.sqlkit import text, typed_as
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Scalar, Typed

Subquery = tree.PatternExpression | tree.PatternComprehension | tree.Exists


def subquery(frame: Frame, node: Subquery) -> Typed:
    """The value of a pattern or query in an expression of a frame's clause."""
    if frame.in_lambda:
        raise frame.error(
            "A pattern cannot stand inside a list expression. UNWIND the list and use MATCH.", node
        )
    if newest_row(frame.scope) is None:
        raise frame.error("A pattern cannot stand here. Use MATCH, or WITH, before it.", node)
    match node:
        case tree.PatternExpression(_, path) if path.search is None:
            return _exists(frame, _matched(frame, path, None))
        case tree.PatternExpression(at, path):
            named = tree.PathPattern(path.at, "\0path", path.search, path.nodes, path.relationships)
            found = _matched(frame, named, None)
            inner = Frame(frame.script, found)
            value = compile_expression(tree.Variable(at, "\0path"), inner)
            joined = _joined(frame, inner, value, f"any_value({text(value.sql)})")
            return Typed(joined, value.type)
        case tree.Exists(_, query):
            return _exists(frame, _answered(frame, query))
        case tree.PatternComprehension(_, path, where, result):
            return _comprehension(frame, _matched(frame, path, where), result)


def _row(frame: Frame) -> str:
    """The variable that numbers the rows of the clause."""
    row = newest_row(frame.scope)
    assert row is not None
    return row


def _matched(frame: Frame, path: tree.PathPattern, where: tree.Expression | None) -> Relation:
    found = find(frame.script, frame.relation, [path], list(conjuncts(where)))
    return closed(frame.script, found)


def _answered(frame: Frame, query: tree.Query) -> Relation:
    if len(query.parts) > 1:
        raise frame.error("UNION cannot stand inside EXISTS { … }.", query)
    found = run_clauses(frame.script, frame.relation, query.parts[0].clauses)
    return closed(frame.script, found)


def _exists(frame: Frame, found: Relation) -> Typed:
    row = text(found.scope[_row(frame)].typed().sql)
    alias = frame.script.name("t")
    mine = frame.scope[_row(frame)].typed().sql
    frame.left_join(
        f"(SELECT DISTINCT {row} AS n FROM {found.name})",
        alias,
        exp.EQ(this=mine.copy(), expression=exp.column("n", table=alias)),
    )
    there = exp.column("n", table=alias).is_(exp.null()).not_()
    return Typed(exp.paren(there), Scalar.BOOLEAN)


def _comprehension(frame: Frame, found: Relation, result: tree.Expression) -> Typed:
    found, (result,) = prepared(frame.script, found, [result])
    inner = Frame(frame.script, found)
    value = listable(compile_expression(result, inner), inner)
    type_ = ListOf(value.type)
    listed = _joined(frame, inner, value, f"list({text(value.sql)})")
    empty = typed_as(exp.Array(expressions=[]), type_)
    return Typed(exp.func("coalesce", listed, empty), type_)


def _joined(frame: Frame, inner: Frame, value: Typed, aggregate: str) -> exp.Expr:
    """An aggregate over the inner rows of each row of the clause."""
    row = _row(frame)
    number = text(inner.scope[row].typed().sql)
    alias = frame.script.name("t")
    frame.left_join(
        f"(SELECT {number} AS n, {aggregate} AS v {inner.source()} GROUP BY ALL)",
        alias,
        exp.EQ(this=frame.scope[row].typed().sql, expression=exp.column("n", table=alias)),
    )
    return exp.column("v", table=alias)
