"""UNWIND: each row once for each item of a list."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import ValueBinding
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.preparing import prepared
from connstore.cypher.clauses.projection import numbered
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.expressions.conversions import cast
from connstore.cypher.expressions.entries import EntryNames
from connstore.cypher.expressions.lambdas import items_of
from connstore.cypher.sqlkit import call
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Scalar, Typed
from connstore.errors import CypherError

_LIST = "\0list"


def unwind(script: Script, relation: Relation, clause: tree.Unwind) -> Relation:
    """Each row once for each item of a list; not at all where the list is empty or null."""
    scope = relation.scope
    relation, (given,) = prepared(script, relation, [clause.source])
    frame, place = numbered(script, relation) if relation.order else (Frame(script, relation), None)
    if place is not None:
        frame.order = (exp.Ordered(this=place, desc=False, nulls_first=False),)
    source = compile_expression(given, frame)
    kept = {name: frame.scope[name] for name in scope}
    if isinstance(source, EntryNames) and script.wanted.unwound_keys:
        name, item_place = frame.read_entries(source.of)
        _in_order(frame, item_place)
        return frame.pass_on({**kept, clause.variable: ValueBinding(name)})
    items = _as_list(source, frame, clause)
    listed = frame.close({**kept, _LIST: ValueBinding(items)})
    column = listed.scope[_LIST].typed()
    rest = {name: binding for name, binding in listed.scope.items() if name != _LIST}
    rows = Relation(listed.name, rest, listed.order, listed.places)
    return _unwind_values(script, rows, column, clause.variable)


def _unwind_values(script: Script, relation: Relation, listed: Typed, variable: str) -> Relation:
    """Each row once for each item of a list in one of its columns."""
    assert isinstance(listed.type, ListOf)
    frame = Frame(script, relation)
    item = Typed(call("unnest", listed.sql), listed.type.item)
    place = call("generate_subscripts", listed.sql.copy(), exp.Literal.number(1))
    _in_order(frame, place)
    result = frame.close({**relation.scope, variable: ValueBinding(item)})
    value = Frame(script, result).binding(result.scope[variable].typed())
    return replace(result, scope={**result.scope, variable: value})


def _in_order(frame: Frame, place: exp.Expr) -> None:
    """Note the places of items in their list."""
    if frame.script.wanted.lists:
        frame.places = (*frame.places, place)
    if frame.order:
        last = exp.Ordered(this=place.copy(), desc=False, nulls_first=False)
        frame.order = (*frame.order, last)


def _as_list(source: Typed, frame: Frame, clause: tree.Unwind) -> Typed:
    """The list to unwind."""
    if source.type is Scalar.NULL:
        return cast(source, ListOf(Scalar.NULL), frame)
    try:
        return items_of(source, frame)
    except CypherError as error:
        raise frame.error(error.problem, clause.source) from None
