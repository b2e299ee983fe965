"""Cypher queries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from textwrap import dedent
from typing import Any

import pandas as pd
import pyarrow as pa

from connstore.cypher.answer import as_they_are, rows, values_of
from connstore.cypher.compile import Compiled, compile_query
from connstore.cypher.graph.graphs import graph_of
from connstore.cypher.graph.schema import Graph
from connstore.cypher.places import place_of
from connstore.cypher.types import ListOf, Properties, Scalar, Type
from connstore.cypher.values.dynamic import engine_function, runtime_problem
from connstore.errors import ArgumentError, CypherError, QueryError, QueryTimeoutError
from connstore.queries.arguments import Answering, answered, checked_choice
from connstore.queries.frames import inferred, to_pandas
from connstore.select.neuron_criteria import shown
from connstore.settings import setting
from connstore.sql.statement import Statement

FORMATS = ("pandas", "json")

_POINT = pa.struct([(axis, pa.float64()) for axis in "xyz"])


@answered
def fetch_custom(
    cypher: str,
    dataset: str = "",
    format: str = "pandas",
    *,
    parameters: Mapping[str, Any] = {},
    client: Answering | None = None,
) -> Any:
    """The answer to a query in neuPrint's Cypher, read-only Neo4j 4.4 with APOC (docs/cypher.md).

    Args:
        cypher: The query.
        dataset: Ignored: the client's store answers. neuprint-python deprecates it.
        format: ``'pandas'``, or ``'json'`` for a dict ``{"columns": [...], "data": [[...], ...]}``
            as neuPrintHTTP answers, parsed.
        parameters: Values of ``$name`` in the query: None, bool, int, float, str, and lists and
            dicts of them.
        client: By default the default client.

    Returns:
        A frame with a column for each item of RETURN, named by its alias or by its text, with
        the dtypes that pandas infers from neuPrintHTTP's JSON. Nodes are dicts of their
        properties; a point is a dict with ``coordinates`` in voxels; floats without a fraction
        are integers. In polars and Arrow frames columns have the engine's types; nodes, maps and
        whatever else is no list of numbers or texts are JSON text, and points ``{x, y, z}``. A
        query that begins with ``EXPLAIN`` or ``PROFILE`` is not run: the answer
        is one row with ``sql``, its statement and values, and the engine's ``plan``.

    Raises:
        CypherError: The query is wrong, writes, or uses what is not supported; the message has
            line, column and what would work.
        CypherTableError: It asks for what the store has no table of.
        ArgumentError: ``format`` or ``parameters`` is of another kind.
        QueryTimeoutError: It took longer than ``CONNSTORE_CYPHER_TIMEOUT``.
        QueryError: It has more rows than ``CONNSTORE_CYPHER_ROWS``.

    Example:
        >>> fetch_custom("MATCH (n:Neuron {type: 'DNa02'}) RETURN n.instance ORDER BY n.bodyId")
          n.instance
        0    DNa02_R
        1    DNa02_L
    """
    assert client is not None
    checked_choice("fetch_custom", "format", format, FORMATS)
    if not isinstance(cypher, str):
        raise CypherError(f"fetch_custom: a query is a text, not {type(cypher).__name__}.")
    if not isinstance(parameters, Mapping):
        raise ArgumentError(
            f"fetch_custom: parameters={shown(parameters)} should be a dict of values by name"
        )
    graph = graph_of(client.store)
    text = dedent(cypher)
    query = compile_query(text, graph, parameters)
    if query.explain:
        query, table = _explained(client, query)
    else:
        table = _run(client, query, text)
    if format == "json":
        return {
            "columns": list(query.columns),
            "data": rows(table, query.types, graph),
            "debug": text,
        }
    if client.frames != "pandas":
        return client.frame(_arrow(table, query.types, graph), to_pandas)
    return client.frame(table, lambda answer: _pandas(answer, query.types, graph))


def _run(client: Answering, query: Compiled, text: str) -> pa.Table:
    """The engine's answer, its columns named as the query names them."""
    most = int(str(setting("CONNSTORE_CYPHER_ROWS")))
    allowed = float(str(setting("CONNSTORE_CYPHER_TIMEOUT"))) or None
    limits = [limit for limit in (allowed, query.time_limit) if limit is not None]
    statement = _statement(query)
    if most:
        statement = replace(statement, sql=f"SELECT * FROM (\n{query.sql}\n) LIMIT {most + 1}")
    try:
        table = client.run(statement, min(limits, default=None))
    except QueryTimeoutError:
        if query.time_limit is None or query.time_limit != min(limits):
            raise
        # apoc.cypher.runTimeboxed ends without rows, and without an error.
        return pa.table([pa.array([], pa.null())] * len(query.columns), names=query.columns)
    except QueryError as error:
        problem = runtime_problem(str(error))
        if problem is None:
            raise
        raise CypherError(problem.problem, text, place_of(problem.problem, text)) from None
    if most and table.num_rows > most:
        raise QueryError(
            f"The query has more than {most} rows, which is what CONNSTORE_CYPHER_ROWS allows."
        )
    return table.rename_columns(list(query.columns))


def _statement(query: Compiled) -> Statement:
    functions = tuple(engine_function(name) for name in sorted(query.functions))
    return Statement(query.sql, query.values, functions=functions, cypher=True)


def _explained(client: Answering, query: Compiled) -> tuple[Compiled, pa.Table]:
    """In the place of a query and its answer: the statement, and the engine's plan of it."""
    statement = _statement(query)
    (plan,) = client.run(statement.planning)["explain_value"].to_pylist()
    table = pa.table({"sql": [str(statement)], "plan": [plan]})
    names = tuple(table.column_names)
    return replace(query, columns=names, types=(Scalar.STRING,) * len(names)), table


def _pandas(table: pa.Table, types: tuple[Type | Properties, ...], graph: Graph) -> pd.DataFrame:
    """The answer with the dtypes of a frame made of JSON."""
    if table.num_rows == 0:
        return pd.DataFrame([], columns=table.column_names)
    columns: dict[int, Any] = {}
    for number, (type_, column) in enumerate(zip(types, table.columns, strict=True)):
        if as_they_are(type_):
            columns[number] = inferred(column)
        else:
            columns[number] = pd.Series(values_of(column, type_, graph)).array
    frame = pd.DataFrame(columns, copy=False)
    frame.columns = pd.Index(table.column_names)
    return frame


def _arrow(table: pa.Table, types: tuple[Type | Properties, ...], graph: Graph) -> pa.Table:
    """The answer for frames of typed columns."""
    columns = []
    for type_, column in zip(types, table.columns, strict=True):
        match type_:
            case Scalar.POINT:
                columns.append(column.cast(_POINT))
            case _ if as_they_are(type_) or (isinstance(type_, ListOf) and as_they_are(type_.item)):
                columns.append(column)
            case _:
                values = values_of(column, type_, graph)
                columns.append(pa.array([None if v is None else _json_text(v) for v in values]))
    return pa.table(columns, names=table.column_names)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
