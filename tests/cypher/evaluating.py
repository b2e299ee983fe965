"""Expressions of Cypher over a few variables, each of a chosen static type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.expressions.constants import constant
from connstore.cypher.expressions.conversions import as_any, cast
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.types import Type, Typed
from connstore.cypher.values.dynamic import engine_function, runtime_problem
from connstore.cypher.values.encoding import decode
from connstore.engine import Engine
from connstore.errors import CypherError, QueryError

ENGINE = Engine.alone()


class Variables:
    """A context without a graph."""

    ids_are_keys = True
    in_lambda = False  # nothing here needs rows of its own

    def __init__(
        self,
        variables: Mapping[str, Typed] = {},
        parameters: Mapping[str, Any] = {},
        bound: dict[str, Any] | None = None,
        functions: set[str] | None = None,
    ) -> None:
        self.variables = variables
        self.parameters = parameters
        self.bound = {} if bound is None else bound
        self.functions = set() if functions is None else functions

    def variable(self, node: tree.Variable) -> Typed:
        return self.variables[node.name]

    def parameter(self, node: tree.Parameter) -> Typed:
        return constant(self.parameters[node.name], self)

    def local(self, name: str, value: Typed) -> Variables:
        inner = {**self.variables, name: value}
        return Variables(inner, self.parameters, self.bound, self.functions)

    def bind(self, value: Any) -> exp.Expression:
        name = f"p{len(self.bound)}"
        self.bound[name] = value
        return exp.Placeholder(this=name)

    def function(self, name: str) -> None:
        self.functions.add(name)

    def error(self, problem: str, node: tree.Node) -> CypherError:
        return CypherError(problem)

    def parsed_json(self, node: tree.Expression) -> None:
        return None


def expression(text: str) -> tree.Expression:
    (part,) = parse(f"RETURN {text} AS x").parts
    (item,) = part.clauses[-1].items
    return item.expression


def rows(
    node: tree.Expression | str,
    names: Sequence[str],
    types: Sequence[Type],
    values: Sequence[Sequence[Any]],
) -> list[Any]:
    """The value of an expression for each row of values of its variables.

    Args:
        node: The expression.
        names: Names of the variables.
        types: Their static types.
        values: Rows of values.
    """
    if isinstance(node, str):
        node = expression(node)
    context = Variables()
    source = table_of(context, types, values)
    variables = {
        name: Typed(exp.column(f"v{i}"), type_)
        for i, (name, type_) in enumerate(zip(names, types, strict=True))
    }
    inner = Variables(variables, {}, context.bound, context.functions)
    compiled = compile_expression(node, inner)
    select = as_any(compiled, inner).sql.sql("duckdb")
    return run(f"SELECT {select} FROM {source} ORDER BY i", context)


def table_of(context: Variables, types: Sequence[Type], values: Sequence[Sequence[Any]]) -> str:
    """Rows as a table in SQL: their number ``i``, and their values ``v0``, ``v1`` and so on."""
    numbered = enumerate([[None] * len(types), *values], start=-1)
    lines = [
        f"({', '.join([str(i), *(_cast(v, t, context) for v, t in zip(row, types, strict=True))])})"
        for i, row in numbered
    ]
    columns = ", ".join(["i", *(f"v{i}" for i in range(len(types)))])
    return f"(SELECT * FROM (VALUES {', '.join(lines)}) t({columns}) WHERE i >= 0)"


def _cast(value: Any, type_: Type, context: Variables) -> str:
    return cast(constant(value, context), type_, context).sql.sql("duckdb")


def value(text: str, **parameters: Any) -> Any:
    """The value of an expression without variables."""
    context = Variables(parameters=parameters)
    compiled = as_any(compile_expression(expression(text), context), context).sql
    return run(f"SELECT {compiled.sql('duckdb')}", context)[0]


def run(sql: str, context: Variables) -> list[Any]:
    ENGINE.define(map(engine_function, context.functions))
    used = {name: each for name, each in context.bound.items() if f"${name}" in sql}
    try:
        column = ENGINE.table(sql, used).column(0)
    except QueryError as error:
        raise runtime_problem(str(error)) or error from None
    return [decode(text) for text in column.to_pylist()]
