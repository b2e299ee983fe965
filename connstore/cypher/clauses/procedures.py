"""Procedures that CALL may name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connstore.cypher.checks.check import checked
from connstore.cypher.clauses.bindings import Binding, ValueBinding
from connstore.cypher.clauses.frame import Frame, closed
from connstore.cypher.clauses.script import UNIT, Relation, Script
from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.sqlkit import call, struct
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, Record, Typed
from connstore.cypher.values.model import Value
from connstore.errors import CypherError, did_you_mean

Run = Callable[[Script, Relation, tree.Query], Relation]


#: The version of Neo4j that neuPrint's servers run, whose dialect this is.
_VERSION = "4.4.16"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure.

    Attributes:
        name: As written in documents; matched without regard to case.
        arguments: What it takes, for messages.
        fields: What it yields.
        doc: One line.
        rows: Gives its rows by the script, a value for each field; None for procedures that
            run a query.
    """

    name: str
    arguments: tuple[str, ...]
    fields: tuple[str, ...]
    doc: str
    rows: Callable[[Script], list[list[Value]]] | None


def _labels(script: Script) -> list[list[Value]]:
    names = {label for kind in script.graph.nodes for label in (*kind.labels, *kind.subsets)}
    return [[name] for name in sorted(names)]


def _types(script: Script) -> list[list[Value]]:
    return [[name] for name in sorted({kind.type for kind in script.graph.relationships} - {""})]


PROCEDURES = {
    procedure.name.lower(): procedure
    for procedure in (
        Procedure(
            "apoc.cypher.runTimeboxed",
            ("cypher String", "params Map", "timeout Integer"),
            ("value",),
            "The rows of a query, given as text; none if it takes longer than some milliseconds.",
            None,
        ),
        Procedure(
            "apoc.cypher.run",
            ("cypher String", "params Map"),
            ("value",),
            "The rows of a query, given as text.",
            None,
        ),
        Procedure("db.labels", (), ("label",), "The labels of all nodes.", _labels),
        Procedure(
            "db.relationshipTypes",
            (),
            ("relationshipType",),
            "The types of all relationships.",
            _types,
        ),
        Procedure(
            "dbms.components",
            (),
            ("name", "versions", "edition"),
            "The server whose dialect this is, by which clients choose their queries.",
            lambda script: [["Neo4j Kernel", [_VERSION], "community"]],
        ),
        Procedure(
            "db.indexes",
            (),
            (
                *("id", "name", "state", "populationPercent", "uniqueness", "type"),
                *("entityType", "labelsOrTypes", "properties", "provider"),
            ),
            "No rows: there are no indexes, so clients search without them.",
            lambda script: [],
        ),
    )
}


def call_procedure(
    script: Script, relation: Relation, clause: tree.CallProcedure, run: Run
) -> Relation:
    """Each row of a relation with each row that a procedure yields."""
    frame = Frame(script, relation)
    procedure = PROCEDURES.get(clause.name.lower())
    if procedure is None:
        known = [each.name for each in PROCEDURES.values()]
        raise frame.error(
            f"There is no procedure with the name `{clause.name}`"
            f"{' in connstore' if clause.name.startswith('db.') else ''}."
            f"{did_you_mean(clause.name, known)} Supported: {', '.join(known)}.",
            clause,
        )
    given = clause.arguments or ()
    if len(given) != len(procedure.arguments):
        wanted = ", ".join(procedure.arguments) or "none"
        raise frame.error(f"{procedure.name} takes these arguments: {wanted}.", clause)
    yields = clause.yields or tuple((field, field) for field in procedure.fields)
    for field, _ in yields:
        if field not in procedure.fields:
            raise frame.error(
                f"{procedure.name} yields {', '.join(procedure.fields)}, not `{field}`.", clause
            )
    if procedure.rows is not None:
        rows = procedure.rows(script)
        places = [(procedure.fields.index(field), alias) for field, alias in yields]
        columns = {alias: constant([row[place] for row in rows], frame) for place, alias in places}
        return frame.close({**relation.scope, **{n: _unnested(c) for n, c in columns.items()}})
    inner = _run_text(frame, procedure, clause, given, run)
    frame.read_relation(inner)
    value = _record({name: binding.typed() for name, binding in inner.scope.items()})
    bindings: dict[str, Binding] = {alias: ValueBinding(value) for _, alias in yields}
    return frame.close({**relation.scope, **bindings})


def _run_text(
    frame: Frame,
    procedure: Procedure,
    clause: tree.CallProcedure,
    given: tuple[tree.Expression, ...],
    run: Run,
) -> Relation:
    """The rows of a query that is given as text."""
    script = frame.script
    values = []
    for name, expression in zip(procedure.arguments, given, strict=True):
        value = compile_expression(expression, frame)
        if not isinstance(value, Constant):
            raise frame.error(f"{procedure.name}: {name} must be a constant.", expression)
        values.append(value.value)
    text, parameters, *timeout = values
    if not isinstance(text, str) or not isinstance(parameters or {}, dict):
        raise frame.error(f"{procedure.name} takes a text and a map.", clause)
    if timeout:
        if type(timeout[0]) is not int or timeout[0] < 0:
            raise frame.error(f"{procedure.name}: timeout is a number of milliseconds.", given[-1])
        script.limits.append(timeout[0] / 1000)
    try:
        query = checked(text)
        inner = script.within(text, parameters or {}, query)
        return closed(inner, run(inner, UNIT, query))
    except CypherError as error:
        where = f" (line {error.line}, column {error.column} of it)" if error.line else ""
        raise frame.error(f"In the inner query{where}: {error.problem}", given[0]) from None


def _unnested(column: Typed) -> ValueBinding:
    """The values of a list, a row each."""
    assert isinstance(column.type, ListOf)
    return ValueBinding(Typed(call("unnest", column.sql), column.type.item))


def _record(values: dict[str, Typed]) -> Typed:
    """A map of some values."""
    fields = {f"f{i}": value.sql for i, value in enumerate(values.values())}
    types = tuple((name, value.type) for name, value in values.items())
    return Typed(struct(**fields), Record(types))
