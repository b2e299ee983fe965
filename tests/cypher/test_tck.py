"""Conformance with the openCypher TCK: its scenarios that read.

``CONNSTORE_TCK`` names the directory ``features`` of the TCK, which is not part of the repository
(https://github.com/opencypher/openCypher/tree/master/tck). Left out are scenarios that write,
define procedures, use dates, times or durations, or begin on a named graph.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from connstore import Client
from connstore.cypher.answer import reader
from connstore.cypher.compile import compile_query
from connstore.cypher.graph.graphs import graph_of
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.values import model
from connstore.cypher.values.dynamic import engine_function, runtime_problem
from connstore.errors import CypherError, QueryError
from connstore.registry import clear_default_client
from connstore.sql.statement import Statement
from connstore.testing import graph_store
from cypher import tck, tck_values
from cypher.evaluator import Evaluator, Graph, Node, Relationship
from cypher.evaluator.expressions import Row

DIRECTORY = os.environ.get("CONNSTORE_TCK", "")
if not DIRECTORY:
    pytest.skip("CONNSTORE_TCK names no directory of features", allow_module_level=True)


# Documented differences ---------------------------------------------------------------------

_GROUPING = "Neo4j 4.4 groups by what stands beside an aggregate in an item"

#: Scenario that expects an error -> why Neo4j 4.4, and so connstore, answers it.
ANSWERED = {
    "clauses/return/Return6 [20]": _GROUPING,
    "clauses/return/Return6 [21]": _GROUPING,
    "clauses/return-orderby/ReturnOrderBy6 [5]": _GROUPING,
    "clauses/with/With6 [8]": _GROUPING,
    "clauses/with/With6 [9]": _GROUPING,
    "expressions/list/List6 [6]": "In Neo4j 4.4, size() of a pattern counts its matches",
}

#: Scenario that expects an answer -> why connstore refuses it.
REFUSED = {
    "expressions/pattern/Pattern2 [7]": "A pattern cannot stand inside a list expression",
}


# Scope --------------------------------------------------------------------------------------

_QUOTED = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL
)
_WRITES = re.compile(r"\b(?:CREATE|MERGE|SET|DELETE|REMOVE)\b", re.IGNORECASE)
_DELETES = re.compile(r"\b(?:MERGE|SET|DELETE|REMOVE)\b", re.IGNORECASE)
_TEMPORAL = re.compile(
    r"\b(?:date|time|datetime|localtime|localdatetime|duration)(?:\.\w+)?\(", re.IGNORECASE
)


def out_of_scope(scenario: tck.Scenario) -> str | None:
    """Why a scenario is left out; None if it is not."""
    query = _QUOTED.sub("''", scenario.query)
    if "/temporal/" in scenario.file or _TEMPORAL.search(" ".join([query, *scenario.setup])):
        return "temporal values"
    if scenario.procedures:
        return "procedures"
    if _WRITES.search(query):
        return "writes"
    if scenario.graph not in ("any", "an empty"):
        return "named graph"
    if any(_DELETES.search(_QUOTED.sub("''", text)) for text in scenario.setup):
        return "graph made by other clauses than CREATE"
    return None


SCENARIOS = [each for each in tck.scenarios(Path(DIRECTORY)) if out_of_scope(each) is None]


# Graphs -------------------------------------------------------------------------------------


class Creator(Evaluator):
    """Runs queries that make a graph; CREATE is read as if it were MATCH."""

    def __init__(self) -> None:
        super().__init__(Graph(), parse)

    def run(self, cypher: str) -> None:
        """Run one query."""
        text = re.sub(r"\bCREATE\b", "MATCH ", cypher)
        self.creates = {match.start() for match in re.finditer(r"\bCREATE\b", cypher)}
        list(self.rows(parse(text), {}))

    def _clause(self, clause: tree.Clause, rows: list[Row], names: list[str]) -> Iterator[Row]:
        if isinstance(clause, tree.Match) and clause.at.start in self.creates:
            for row in rows:
                yield self._created(clause, row)
        else:
            yield from super()._clause(clause, rows, names)

    def _created(self, clause: tree.Match, row: Row) -> Row:
        """A row with what the patterns of a CREATE name."""
        known = dict(row)
        for path in clause.paths:
            nodes = [self._node(pattern, known) for pattern in path.nodes]
            for pattern, start, end in zip(path.relationships, nodes, nodes[1:], strict=False):
                ends = (end, start) if pattern.direction == "in" else (start, end)
                self._add_relationship(pattern, *ends, known)
        return known

    def _node(self, pattern: tree.NodePattern, known: Row) -> Node:
        """The node of a pattern, which is a new one if its name is not known."""
        if pattern.variable in known:
            found: Node = known[pattern.variable]
            return found
        number = len(self.graph.nodes)
        node = Node(number, list(pattern.labels), self._properties(pattern, known))
        self.graph.nodes.append(node)
        if pattern.variable is not None:
            known[pattern.variable] = node
        return node

    def _add_relationship(
        self, pattern: tree.RelationshipPattern, start: Node, end: Node, known: Row
    ) -> None:
        number, (type_,) = len(self.graph.relationships), pattern.types
        relationship = Relationship(number, type_, start, end, self._properties(pattern, known))
        self.graph.relationships.append(relationship)
        for node in {start.id: start, end.id: end}.values():
            self.graph.touching[node].append(relationship)
        if pattern.variable is not None:
            known[pattern.variable] = relationship

    def _properties(
        self, pattern: tree.NodePattern | tree.RelationshipPattern, known: Row
    ) -> dict[str, Any]:
        if pattern.properties is None:
            return {}
        values = self.value(pattern.properties, known)
        return {name: value for name, value in values.items() if value is not None}


def write_graph(setup: tuple[str, ...], path: Path) -> None:
    """Make a store of the graph that some queries make."""
    creator = Creator()
    for cypher in setup:
        creator.run(cypher)
    nodes = [{"id": n.id, "labels": n.labels, "props": n.props} for n in creator.graph.nodes]
    relationships = [
        {"id": r.id, "type": r.type, "src": r.start.id, "dst": r.end.id, "props": r.props}
        for r in creator.graph.relationships
    ]
    graph_store(nodes, relationships, path)


@pytest.fixture(scope="module")
def client_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Client]]:
    """Gives a client of the graph that some queries make."""

    @cache
    def client(setup: tuple[str, ...]) -> Client:
        path = tmp_path_factory.mktemp("tck") / "store"
        write_graph(setup, path)
        return Client(path)

    yield client
    clear_default_client()


# Answers ------------------------------------------------------------------------------------


def answer(
    client: Client, cypher: str, parameters: Mapping[str, Any]
) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of an answer, the values with their types."""
    query = compile_query(cypher, graph_of(client.store), parameters)
    functions = tuple(engine_function(name) for name in sorted(query.functions))
    try:
        table = client.run(Statement(query.sql, query.values, functions=functions, cypher=True))
    except QueryError as error:
        raise runtime_problem(str(error)) or error from None
    columns = [
        [unidentified(read(value)) for value in column.to_pylist()]
        for read, column in zip(map(reader, query.types), table.columns, strict=True)
    ]
    return list(query.columns), [list(row) for row in zip(*columns, strict=True)]


def unidentified(value: Any) -> Any:
    """A value of an answer without the identities of nodes and relationships."""
    match value:
        case list():
            return [unidentified(item) for item in value]
        case dict():
            return {key: unidentified(item) for key, item in value.items()}
        case model.Node():
            return tck_values.Node(frozenset(value.labels), dict(value.properties))
        case model.Relationship():
            return tck_values.Relationship(value.type, dict(value.properties))
        case model.Path(nodes, relationships):
            forward = [r.start == n.identity for n, r in zip(nodes, relationships, strict=False)]
            return tck_values.Path(
                tuple(map(unidentified, nodes)),
                tuple(map(unidentified, relationships)),
                tuple(forward),
            )
    return value


def difference(columns: list[str], rows: list[list[Any]], expected: tck.Expected) -> str | None:
    """How an answer differs from what is expected; None if it does not."""
    if columns != expected.columns:
        return f"columns {columns} for {expected.columns}"
    found, wanted = (
        [tuple(tck_values.exact(cell, expected.any_list_order) for cell in row) for row in each]
        for each in (rows, expected.rows)
    )
    same = found == wanted if expected.ordered else Counter(found) == Counter(wanted)
    return None if same else f"rows {rows}\nfor  {expected.rows}"


def fails(scenario: tck.Scenario) -> bool:
    """Whether the query of a scenario should be refused."""
    wrong = scenario.expected.error is not None and scenario.place not in ANSWERED
    return wrong or scenario.place in REFUSED


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(scenario: tck.Scenario, client_of: Callable[..., Client]) -> None:
    client = client_of(scenario.setup)
    if fails(scenario):
        with pytest.raises(CypherError):
            answer(client, scenario.query, scenario.parameters)
        return
    columns, rows = answer(client, scenario.query, scenario.parameters)
    if scenario.place not in ANSWERED:
        problem = difference(columns, rows, scenario.expected)
        assert problem is None, f"{scenario.name}\n{scenario.query}\n{problem}"


def test_documented_differences_are_of_scenarios() -> None:
    assert {*ANSWERED, *REFUSED} <= {scenario.place for scenario in SCENARIOS}
