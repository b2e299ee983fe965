"""A query, compiled: one SQL statement, the values bound in it, and how to read its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from connstore.cypher.checks.check import checked
from connstore.cypher.clauses.bindings import Binding, is_plain
from connstore.cypher.clauses.frame import Frame, closed
from connstore.cypher.clauses.run import run_query
from connstore.cypher.clauses.script import UNIT, Script
from connstore.cypher.clauses.subqueries import subquery
from connstore.cypher.clauses.wanted import wanted_by
from connstore.cypher.expressions.conversions import as_any, holds_entities
from connstore.cypher.graph.schema import Graph
from connstore.cypher.sqlkit import text
from connstore.cypher.syntax import tree
from connstore.cypher.types import Properties, Type
from connstore.errors import CypherError


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query, ready to run.

    Attributes:
        sql: One SELECT statement with ``$name`` placeholders.
        values: A value for each placeholder.
        functions: Names of the functions of ``dynamic`` that it calls.
        columns: Names of the columns of the answer, which has them in this order.
        types: Their types.
        time_limit: Seconds after which the query wants to be without answer, or None.
        explain: Whether the query begins with EXPLAIN or PROFILE.
    """

    sql: str
    values: Mapping[str, object]
    functions: frozenset[str]
    columns: tuple[str, ...]
    types: tuple[Type | Properties, ...]
    time_limit: float | None
    explain: bool


def compile_query(
    cypher: str, graph: Graph, parameters: Mapping[str, object] | None = None
) -> Compiled:
    """Compile a query.

    Args:
        cypher: The query.
        graph: The graph of a store.
        parameters: Values of ``$name``: None, bool, int, float, str, and lists and dicts of them.

    Raises:
        CypherError: The query is wrong, or uses what connstore does not support.

    Example:
        >>> from connstore.cypher.graph.graphs import graph_of
        >>> from connstore.testing import sample_store
        >>> query = "MATCH (n:Neuron) WHERE n.pre > 9 RETURN n.type, count(*) AS cells"
        >>> compiled = compile_query(query, graph_of(sample_store()))
        >>> compiled.columns, [type_.value for type_ in compiled.types]
        (('n.type', 'cells'), ['String', 'Integer'])
    """
    query = checked(cypher)
    script = Script(graph, cypher, parameters or {}, wanted_by(query), subquery)
    try:
        return _compile(script, query)
    except RecursionError:
        raise CypherError("The query is nested too deeply.", cypher, 0) from None
    except CypherError as error:
        if error.line is not None:
            raise
        # Errors of values know no place; the best that is known is the whole query.
        raise CypherError(error.problem, cypher, 0) from None


def _value(binding: Binding, frame: Frame) -> tuple[exp.Expr, Type]:
    """A variable as an answer has it."""
    value = binding.typed()
    value = as_any(value, frame) if holds_entities(value.type) else value
    return value.sql, value.type


def _compile(script: Script, query: tree.Query) -> Compiled:
    relation = run_query(script, UNIT, query)
    if any(holds_entities(b.typed().type) and not is_plain(b) for b in relation.scope.values()):
        relation = closed(script, relation)
    frame = Frame(script, relation)
    columns: list[str] = []
    types: list[Type | Properties] = []
    for binding in relation.scope.values():
        sql, type_ = frame.shown(binding) or _value(binding, frame)
        columns.append(f"{text(sql)} AS r{len(columns)}")
        types.append(type_)
    tail = f"\nORDER BY {', '.join(map(text, relation.order))}" if relation.order else ""
    whole, values = script.statement(f"SELECT {', '.join(columns)}\n{frame.source()}{tail}")
    return Compiled(
        sql=whole,
        values=values,
        functions=frozenset(script.functions),
        columns=tuple(relation.scope),
        types=tuple(types),
        time_limit=min(script.limits, default=None),
        explain=query.explain,
    )
