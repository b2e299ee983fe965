"""The statement under construction: a chain of named relations and the values bound in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlglot import exp

from connstore.cypher.clauses.bindings import Binding
from connstore.cypher.clauses.wanted import Wanted, wanted_by
from connstore.cypher.graph.schema import Graph, Table
from connstore.cypher.syntax import tree
from connstore.cypher.types import Typed

#: Parts of a key, and the class and number of a kind.
ScanKey = tuple[tuple[str, ...], type, int]


@dataclass(frozen=True, slots=True)
class Select:
    """What a SELECT reads.

    Attributes:
        tables: Relations and their aliases.
        joins: LEFT JOINs, as text.
        where: Conditions.
        scans: Key and kind of nodes and relationships -> alias of their own rows.
        entries: Relation, owner and name of an entry of a map -> alias of its row.
    """

    tables: list[tuple[str | Table, str]] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    where: list[exp.Expr] = field(default_factory=list)
    scans: dict[ScanKey, str] = field(default_factory=dict)
    entries: dict[tuple[str, ...], str] = field(default_factory=dict)

    def copy(self) -> Select:
        """One to go on with; this one stays as it is."""
        tables, joins, where = [*self.tables], [*self.joins], [*self.where]
        return Select(tables, joins, where, {**self.scans}, {**self.entries})


@dataclass(frozen=True, slots=True)
class Relation:
    """What the clauses so far have made: a relation, and the variables in its columns.

    Attributes:
        name: Its name in the statement; None for the one empty row that a query begins with,
            and for a SELECT that is still open.
        scope: Variables. Names that begin with a NUL character are connstore's own.
        order: What ORDER BY of the clause before sorted the rows by, if it did.
        places: Places in the lists that UNWIND took apart, by which collect puts together
            again; kept only for queries that collect.
        select: The SELECT that the next clause goes on with, if it is still open.
    """

    name: str | None
    scope: Mapping[str, Binding]
    order: tuple[exp.Ordered, ...] = ()
    places: tuple[exp.Expr, ...] = ()
    select: Select | None = None


#: A placeholder, or a quoted text or name, in which there are none.
_PLACEHOLDER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(p\d+)""")

#: What every query begins with.
UNIT = Relation(None, {})

#: How variables begin that number the rows of a relation.
ROW = "\0row"


def newest_row(scope: Iterable[str]) -> str | None:
    """The variable that numbers rows, of several the newest; None where they have no numbers."""
    rows = [name for name in scope if name.startswith(ROW)]
    return max(rows, key=lambda name: int(name.removeprefix(ROW)), default=None)


@dataclass
class Script:
    """One statement under construction.

    Attributes:
        graph: What the store shows.
        text: The query.
        parameters: Values of ``$name``.
        wanted: What the query asks for.
        subquery: Gives the value of a pattern or query inside an expression of a SELECT.
        values: Bound values by placeholder.
        functions: Names of the functions of ``dynamic`` that the statement calls.
        limits: Seconds that queries within the query give themselves.
        rows: Variable that numbers rows -> the relation whose rows it numbers.
    """

    graph: Graph
    text: str
    parameters: Mapping[str, object]
    wanted: Wanted
    subquery: Callable[[Any, Any], Typed]
    values: dict[str, object] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    limits: list[float] = field(default_factory=list)
    rows: dict[str, Relation] = field(default_factory=dict)
    _relations: list[tuple[str, str]] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=count)

    def within(self, text: str, parameters: Mapping[str, object], query: tree.Query) -> Script:
        """The same statement, while a query inside the query is compiled."""
        wanted = wanted_by(query, lists=self.wanted.lists)
        return replace(self, text=text, parameters=parameters, wanted=wanted)

    def name(self, prefix: str) -> str:
        """A name that the statement does not have yet."""
        return f"{prefix}{next(self._names)}"

    def bind(self, value: object) -> exp.Expr:
        """A placeholder for a value."""
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def define(self, name: str, sql: str, *, kept: bool = False, head: str = "") -> None:
        """Add a relation to the chain.

        Args:
            name: Its name.
            sql: Its SELECT.
            kept: Whether it is computed once and kept, as its rows are numbered.
            head: What follows its name, such as column names of a recursion.
        """
        self._relations.append((f"{name}{head} AS {'MATERIALIZED ' if kept else ''}", sql))

    def statement(self, select: str) -> tuple[str, dict[str, object]]:
        """The whole statement, given its last SELECT, and the values that it reads."""
        if self._relations:
            chain = ",\n".join(f"{head}(\n{sql}\n)" for head, sql in self._relations)
            select = f"WITH RECURSIVE {chain}\n{select}"
        used = {found[1] for found in _PLACEHOLDER.finditer(select) if found[1]}
        return select, {name: value for name, value in self.values.items() if name in used}
