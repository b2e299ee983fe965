"""Clauses and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connstore.cypher.syntax import tree
from cypher.evaluator.expressions import Row, truth
from cypher.evaluator.graph import Graph
from cypher.evaluator.projecting import Projected, Projecting
from cypher.evaluator.values import EvaluationError, group_key

Parse = Callable[[str], tree.Query]


@dataclass
class Answer:
    """What a query answers, and how far the order of its rows is settled.

    Attributes:
        columns: Names of the columns.
        ties: All rows before SKIP and LIMIT, in runs; within a run any order will do.
        kept: Which of them SKIP and LIMIT leave.
    """

    columns: list[str]
    ties: list[list[list[Any]]]
    kept: slice

    @property
    def rows(self) -> list[list[Any]]:
        """The rows, in one of the orders that will do."""
        return [row for run in self.ties for row in run][self.kept]


class Evaluator(Projecting):
    """Answers queries on a graph.

    Args:
        graph: The graph.
        parse: Parser for queries inside queries.
        parameters: Values of ``$name``.
        effort: How many nodes may be tried before giving up with TooMuchWorkError.
    """

    def __init__(
        self,
        graph: Graph,
        parse: Parse,
        parameters: dict[str, Any] | None = None,
        effort: int = 10_000_000,
    ) -> None:
        self.effort = effort
        self.graph = graph
        self.parse = parse
        self.parameters = parameters or {}

    def answer(self, query: tree.Query) -> Answer:
        """The answer of a whole query."""
        if len(query.parts) == 1:
            return self._answer_single(query.parts[0], {})
        rows = list(self.rows(query, {}))
        columns = self._columns(query)
        return Answer(columns, [[[row[c] for c in columns] for row in rows]], slice(None))

    def rows(self, query: tree.Query, row: Row) -> Iterator[Row]:
        """The rows of a query, UNION done, that begins on a row."""
        found: list[Row] = []
        for number, part in enumerate(query.parts):
            found += self._run(part, row)
            if number and not query.union_all[number - 1]:
                found = list({group_key(each): each for each in reversed(found)}.values())[::-1]
        columns = self._columns(query)
        if columns:
            found = [{name: each[name] for name in columns} for each in found]
        yield from found

    def _columns(self, query: tree.Query) -> list[str]:
        """Names of the columns; none of a query without RETURN, as inside EXISTS."""
        all_columns = []
        for part in query.parts:
            last = part.clauses[-1]
            if not isinstance(last, tree.Return):
                return []
            all_columns.append([item.name for item in self.items(last, scope(part))])
        if any(columns != all_columns[0] for columns in all_columns):
            raise EvaluationError(f"columns of UNION differ: {all_columns}")
        return all_columns[0]

    def _run(self, query: tree.SingleQuery, row: Row) -> list[Row]:
        """The rows of a single query."""
        rows = [row]
        names = list(row)
        for number, clause in enumerate(query.clauses):
            rows = list(self._clause(clause, rows, names))
            names = scope(tree.SingleQuery(query.at, query.clauses[: number + 1]), list(row))
        return rows

    def _answer_single(self, query: tree.SingleQuery, row: Row) -> Answer:
        *before, last = query.clauses
        assert isinstance(last, tree.Return)
        rows = self._run(tree.SingleQuery(query.at, tuple(before)), row)
        names = scope(tree.SingleQuery(query.at, tuple(before)), list(row))
        projected = self.project(last, rows, names)
        columns = [item.name for item in self.items(last, names)]
        ties: dict[Any, list[list[Any]]] = {}
        for each in projected:
            ties.setdefault(group_key(each.keys), []).append([each.row[c] for c in columns])
        return Answer(columns, list(ties.values()), self.cut(last, len(projected)))

    def _clause(self, clause: tree.Clause, rows: list[Row], names: list[str]) -> Iterator[Row]:
        """The rows after a clause."""
        match clause:
            case tree.Projection():
                projected = self.project(clause, rows, names)
                projected = projected[self.cut(clause, len(projected))]
                if isinstance(clause, tree.With) and clause.where is not None:
                    projected = [each for each in projected if self._passes(clause.where, each)]
                yield from (each.row for each in projected)
            case tree.Match():
                for row in rows:
                    found = list(self.matches(clause.paths, clause.where, row))
                    if clause.optional and not found:
                        new = {name for path in clause.paths for name in named_in(path)}
                        found = [dict.fromkeys(new - set(row)) | row]
                    yield from found
            case tree.Unwind(_, source, name):
                for row in rows:
                    items = self.value(source, row)
                    items = [] if items is None else items
                    for item in items if isinstance(items, list) else [items]:
                        yield row | {name: item}
            case tree.CallSubquery(_, query):
                for row in rows:
                    for found in self.rows(query, row if imports(query) else {}):
                        yield row | found
            case tree.CallProcedure():
                for row in rows:
                    yield from self._procedure(clause, row)
            case _:
                raise EvaluationError(f"no such clause: {clause}")

    def _passes(self, where: tree.Expression, each: Projected) -> bool:
        return truth(self.value_behind(each, where)) is True

    def _procedure(self, clause: tree.CallProcedure, row: Row) -> Iterator[Row]:
        if clause.name.lower() != "apoc.cypher.runtimeboxed":
            raise EvaluationError(f"no procedure {clause.name}")
        text, parameters, _ = (self.value(each, row) for each in clause.arguments or ())
        inner = Evaluator(self.graph, self.parse, parameters, self.effort).answer(self.parse(text))
        for values in inner.rows:
            fields = {"value": dict(zip(inner.columns, values, strict=True))}
            found = row | {name: fields[field] for field, name in clause.yields or [("value",) * 2]}
            if clause.where is None or truth(self.value(clause.where, found)) is True:
                yield found


def imports(query: tree.Query) -> bool:
    """Whether a subquery begins with WITH, and so sees the variables outside."""
    return isinstance(query.parts[0].clauses[0], tree.With)


def scope(query: tree.SingleQuery, names: list[str] | None = None) -> list[str]:
    """Variables in scope after the clauses of a query."""
    found = dict.fromkeys(names or [])
    for clause in query.clauses:
        match clause:
            case tree.Projection():
                kept = list(found) if clause.star else []
                found = dict.fromkeys([*kept, *(item.name for item in clause.items)])
            case tree.Match():
                found |= dict.fromkeys(name for path in clause.paths for name in named_in(path))
            case tree.Unwind():
                found[clause.variable] = None
            case tree.CallSubquery(_, inner):
                last = inner.parts[0].clauses[-1]
                before = tree.SingleQuery(query.at, inner.parts[0].clauses[:-1])
                if isinstance(last, tree.Return):
                    kept = scope(before) if last.star else []
                    found |= dict.fromkeys([*kept, *(item.name for item in last.items)])
            case tree.CallProcedure():
                found |= dict.fromkeys(name for _, name in clause.yields or [("value", "value")])
    return list(found)


def named_in(path: tree.PathPattern) -> list[str]:
    """Variables of a pattern."""
    parts = [path, *path.nodes, *path.relationships]
    return [part.variable for part in parts if part.variable is not None]
