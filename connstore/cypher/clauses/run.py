"""Clauses, one after the other, each a relation made of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import Binding
from connstore.cypher.clauses.conjuncts import conjuncts
from connstore.cypher.clauses.filtering import filtered
from connstore.cypher.clauses.frame import Frame, closed, with_row_numbers
from connstore.cypher.clauses.hoisting import conditions_of
from connstore.cypher.clauses.match import match_patterns
from connstore.cypher.clauses.preparing import draws
from connstore.cypher.clauses.procedures import call_procedure
from connstore.cypher.clauses.projection import distinct, project
from connstore.cypher.clauses.script import ROW, UNIT, Relation, Script
from connstore.cypher.clauses.shortcuts import seen_once
from connstore.cypher.clauses.unwinding import unwind
from connstore.cypher.expressions.constants import common_type
from connstore.cypher.expressions.conversions import cast
from connstore.cypher.sqlkit import text
from connstore.cypher.syntax import tree
from connstore.cypher.types import Typed


def run_query(script: Script, relation: Relation, query: tree.Query) -> Relation:
    """The rows that a query returns, from each row of a relation."""
    found = [run_clauses(script, relation, part.clauses) for part in query.parts]
    whole = found[0]
    for keeps, other in zip(query.union_all, found[1:], strict=True):
        whole = _union(script, whole, other)
        if not keeps:
            whole = distinct(script, whole)
    return whole


def run_clauses(script: Script, relation: Relation, clauses: Sequence[tree.Clause]) -> Relation:
    """The rows after some clauses."""
    laters, conditions = (*clauses[1:], None), conditions_of(clauses)
    for clause, later, checked in zip(clauses, laters, conditions, strict=True):
        match clause:
            case tree.Match():
                relation = match_patterns(script, relation, clause, checked, seen_once(later))
            case tree.Projection():
                relation = project(script, relation, clause)
            case tree.Unwind():
                relation = unwind(script, relation, clause)
            case tree.CallSubquery(_, query):
                relation = _call_subquery(script, relation, query)
            case tree.CallProcedure():
                relation = call_procedure(script, relation, clause, run_query)
                if clause.where is not None:
                    relation = filtered(script, relation, list(conjuncts(clause.where)))
    return relation


def _union(script: Script, one: Relation, other: Relation) -> Relation:
    """The rows of two relations with the same variables."""
    sides: list[list[Typed]] = [[], []]
    frames = [Frame(script, relation) for relation in (one, other)]
    for name in one.scope:
        values = [relation.scope[name].typed() for relation in (one, other)]
        common = common_type(value.type for value in values)
        for side, frame, value in zip(sides, frames, values, strict=True):
            side.append(cast(value, common, frame))
    name = script.name("q")
    selects = []
    for side, frame in zip(sides, frames, strict=True):
        columns = ", ".join(f"{text(value.sql)} AS u{i}" for i, value in enumerate(side))
        selects.append(f"SELECT {columns}\n{frame.source()}")
    script.define(name, "\nUNION ALL\n".join(selects))
    frame = Frame(script, Relation(name, {}))
    scope: dict[str, Binding] = {
        variable: frame.binding(Typed(exp.column(f"u{i}", table=name), side.type))
        for i, (variable, side) in enumerate(zip(one.scope, sides[0], strict=True))
    }
    return Relation(name, scope)


def _call_subquery(script: Script, relation: Relation, query: tree.Query) -> Relation:
    """``CALL { … }``: each row with each row that the inner query returns for it."""
    imports = any(isinstance(part.clauses[0], tree.With) for part in query.parts)
    if not (imports or draws(query)):
        inner = closed(script, run_query(script, UNIT, query))
        frame = Frame(script, relation)
        frame.read_relation(inner)
        return frame.close({**relation.scope, **inner.scope})
    base, row = with_row_numbers(script, relation)
    seen = base if imports else replace(base, scope={row: base.scope[row]})
    inner = closed(script, run_query(script, seen, query))
    frame = Frame(script, base)
    frame.read_relation(inner)
    mine, theirs = base.scope[row].typed().sql, inner.scope[row].typed().sql
    frame.where.append(exp.EQ(this=mine, expression=theirs))
    kept = {name: b for name, b in base.scope.items() if name != row}
    new = {name: b for name, b in inner.scope.items() if not name.startswith(ROW)}
    return frame.close({**kept, **new})
