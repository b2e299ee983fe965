"""One SELECT under construction: what it reads, and what expressions in it may ask."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Self

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    ValueBinding,
    carried,
    columns_of,
    is_lazy,
    is_plain,
)
from connstore.cypher.clauses.entities import Entities
from connstore.cypher.clauses.narrowing import Within, narrowing
from connstore.cypher.clauses.script import ROW, UNIT, Relation, ScanKey, Script, Select
from connstore.cypher.expressions.constants import constant, unfit
from connstore.cypher.expressions.entries import Entry, EntryMap, EntryNames
from connstore.cypher.expressions.snippets import may_fail
from connstore.cypher.graph.schema import NodeKind, RelationshipKind, Table
from connstore.cypher.sqlkit import ZERO, all_of, column, raw, text, when
from connstore.cypher.syntax import tree
from connstore.cypher.types import Scalar, Typed
from connstore.errors import CypherError, did_you_mean


class Frame(Entities):
    """A SELECT over a relation of the script.

    Nodes and relationships are joined to the relation when an expression asks for what only
    their own rows tell; each is joined once.
    """

    def __init__(self, script: Script, relation: Relation) -> None:
        self.script = script
        self.relation = relation
        self.scope: dict[str, Binding] = dict(relation.scope)
        self.order = relation.order
        self.places = relation.places
        self._select = relation.select.copy() if relation.select else Select()
        self.where = self._select.where
        self._locals: dict[str, Typed] = {}
        if relation.name is not None:
            self.read_relation(relation)

    # What the SELECT reads

    def read(self, table: str | Table) -> str:
        """Read a relation; returns its alias."""
        alias = self.script.name("t")
        self._select.tables.append((table, alias))
        return alias

    def read_relation(self, relation: Relation) -> None:
        """Read another relation of the script, under its own name."""
        assert relation.name is not None
        self._select.tables.append((relation.name, relation.name))

    def left_join(self, table: str, alias: str, condition: exp.Expr) -> None:
        """Read a relation where a condition holds, else nulls."""
        self._select.joins.append(f"LEFT JOIN {table} AS {alias} ON {text(condition)}")

    def beforehand(self, value: exp.Expr) -> exp.Expr:
        """A value computed for each row first: lambdas of the engine hold no SELECTs."""
        alias = self.script.name("t")
        lateral = f"LATERAL (SELECT {text(value)} AS v)"
        self._select.joins.append(f"LEFT JOIN {lateral} AS {alias} ON true")
        return column(alias, "v")

    def known_scan(self, key: Sequence[exp.Expr], kind: NodeKind | RelationshipKind) -> str:
        """The alias of the rows that a key was read from, or an empty text."""
        return self._select.scans.get(_scan_key(key, kind), "")

    def note_scan(
        self, key: Sequence[exp.Expr], kind: NodeKind | RelationshipKind, alias: str
    ) -> None:
        """Remember where the rows of a key are read."""
        self._select.scans[_scan_key(key, kind)] = alias

    def read_entries(self, of: EntryMap) -> tuple[Typed, exp.Expr]:
        """Read the entries of a map, a row each; the name of an entry, and its place."""
        alias = self.read(of.entries.table)
        for name, part in zip(of.entries.key, of.owner, strict=True):
            self.where.append(exp.EQ(this=column(alias, name), expression=part.copy()))
        found = Typed(column(alias, of.entries.name), Scalar.STRING)
        self._select.entries[_entry_key(of, found)] = alias
        return found, column(alias, of.entries.place)

    def entry(self, of: EntryMap, name: Typed) -> Entry | None:
        """The entry of a map with a name, if its row is at hand."""
        alias = self._select.entries.get(_entry_key(of, name))
        return None if alias is None else Entry(of.entries, alias)

    @property
    def in_lambda(self) -> bool:
        """Whether the expression under compilation stands in a comprehension."""
        return bool(self._locals)

    # Variables

    def variable(self, node: tree.Variable) -> Typed:
        """The value of a variable."""
        if node.name in self._locals:
            return self._locals[node.name]
        if node.name not in self.scope:
            hint = did_you_mean(node.name, [n for n in self.scope if not n.startswith("\0")])
            raise self.error(f"Variable `{node.name}` not defined.{hint}", node)
        value = self.scope[node.name].typed()
        if self.in_lambda and isinstance(value, EntryMap | EntryNames):
            return Typed(self.beforehand(value.sql), value.type)
        return value

    def parameter(self, node: tree.Parameter) -> Typed:
        """The value of ``$name``."""
        if node.name not in self.script.parameters:
            hint = did_you_mean(node.name, map(str, self.script.parameters))
            raise self.error(
                f"Expected parameter ${node.name}: no value is given for it.{hint}", node
            )
        value = self.script.parameters[node.name]
        if problem := unfit(value):
            raise self.error(f"Parameter ${node.name}: {problem}", node)
        return constant(value, self)

    def local(self, name: str, value: Typed) -> Frame:
        """The frame with one more variable."""
        inner = copy.copy(self)
        inner._locals = {**self._locals, name: value}
        return inner

    def bind(self, value: object) -> exp.Expr:
        """A placeholder for a value."""
        return self.script.bind(value)

    def function(self, name: str) -> None:
        """Note that the statement calls a function of ``dynamic``."""
        self.script.functions.add(name)

    def error(
        self, problem: str, node: tree.Node, kind: type[CypherError] = CypherError
    ) -> CypherError:
        """The error to raise about a place in the query."""
        return kind(problem, self.script.text, node.at.start)

    def subquery(
        self, node: tree.PatternExpression | tree.PatternComprehension | tree.Exists
    ) -> Typed:
        """The value of a pattern or query inside an expression."""
        return self.script.subquery(self, node)

    def beside(self) -> Self:
        """An empty SELECT of the same statement."""
        return type(self)(self.script, UNIT)

    # The SELECT

    def guarded(self, value: Typed) -> Typed:
        """A value that, if it may fail, is computed only where the conditions so far hold."""
        if not (self.where and may_fail(value.sql)):
            return value
        return Typed(when(all_of(*(each.copy() for each in self.where)), value.sql), value.type)

    def source(self, within: Within = {}) -> str:
        """FROM and WHERE.

        Args:
            within: Alias and column -> SELECTs of the only values that matter.
        """
        parts = []
        tables, joins, where = self._select.tables, self._select.joins, self._select.where
        if tables:
            known = narrowing(tables, where)
            read = [_read(table, alias, known, within) for table, alias in tables]
            parts.append("FROM " + "\n  CROSS JOIN ".join(read))
        elif joins:
            parts.append("FROM (SELECT 1) AS one")
        parts += joins
        if where:
            parts.append("WHERE " + text(all_of(*where)))
        return "\n".join(parts)

    def is_set(self, bindings: Mapping[str, Binding]) -> bool:
        """Whether some variables tell the rows apart, so that DISTINCT would change nothing.

        That is certain where the SELECT reads nothing but rows of nodes, and the variables have
        the keys of these nodes, or of others whose rows have them.
        """
        if self._select.joins:
            return False
        given = {text(part) for binding in bindings.values() for part in columns_of(binding)}
        given.add(text(ZERO))
        told: set[str] = set()
        for _ in self._select.tables:
            told |= {
                alias
                for (key, of, _), alias in self._select.scans.items()
                if of is NodeKind and all(p in given or p.split(".")[0] in told for p in key)
            }
        return all(alias in told for _, alias in self._select.tables)

    def pass_on(self, bindings: Mapping[str, Binding], *, once: bool = False) -> Relation:
        """Leave the SELECT to the next clause, open if that can go on with it.

        Args:
            bindings: The variables that it passes on.
            once: Whether the next clause computes each variable once.
        """
        lazy = self.script.wanted.unwound_keys
        plain = all(is_plain(each) or (lazy and is_lazy(each)) for each in bindings.values())
        if not (plain or once):
            return self.close(bindings)
        select = self._select
        read = bool(select.tables or select.joins or select.where)
        return Relation(None, bindings, self.order, self.places, select if read else None)

    def close(
        self,
        bindings: Mapping[str, Binding],
        *,
        kept: bool = False,
        numbered: str | None = None,
        tail: str = "",
        grouped: bool = False,
    ) -> Relation:
        """Make the SELECT the next relation of the script.

        Args:
            bindings: The variables that it passes on.
            kept: Whether it is computed once.
            numbered: A variable to number the rows by.
            tail: What follows WHERE.
            grouped: Whether the rows are groups: then nothing but the bindings is at hand.
        """
        relation = self.script.name("q")
        columns: list[str] = []

        def carry(value: exp.Expr) -> exp.Expr:
            alias = self.script.name("c")
            columns.append(f"{text(value)} AS {alias}")
            return column(relation, alias)

        scope = {
            variable: carried(binding if grouped else self._with_wanted(variable, binding), carry)
            for variable, binding in bindings.items()
        }
        order = tuple(_reordered(key, carry(key.this)) for key in self.order)
        places = tuple(map(carry, self.places))
        if numbered is not None:
            value = carry(raw("row_number() OVER ()"))
            scope[numbered] = ValueBinding(Typed(value, Scalar.INTEGER))
        select = f"SELECT {', '.join(columns) or '1 AS one'}\n{self.source()}"
        self.script.define(relation, f"{select}\n{tail}".rstrip(), kept=kept)
        return Relation(relation, scope, order, places)

    def _with_wanted(self, variable: str, binding: Binding) -> Binding:
        """A node or relationship with those properties that are at hand and asked for later."""
        wanted = self.script.wanted.properties.get(variable)
        return self.carry_along(binding, wanted) if wanted else binding


def closed(script: Script, relation: Relation) -> Relation:
    """A relation whose SELECT is closed, so that it has a name."""
    return relation if relation.name else Frame(script, relation).close(relation.scope)


def with_row_numbers(script: Script, relation: Relation) -> tuple[Relation, str]:
    """A relation whose rows are numbered, and the variable that numbers them."""
    row = script.name(ROW)
    numbered = Frame(script, relation).close(relation.scope, kept=True, numbered=row)
    script.rows[row] = numbered
    return numbered, row


def _read(table: str | Table, alias: str, *known: Within) -> str:
    """One relation in FROM."""
    if isinstance(table, str):
        return table if table == alias else f"{table} AS {alias}"
    selects: dict[str, list[str]] = {}
    for within in known:
        for (of, column_), found in within.items():
            if of == alias:
                selects.setdefault(column_, []).extend(found)
    return f"{table.narrowed(selects)} AS {alias}"


def _reordered(key: exp.Ordered, value: exp.Expr) -> exp.Ordered:
    """A sort key over another relation."""
    return exp.Ordered(this=value, desc=key.args["desc"], nulls_first=key.args["nulls_first"])


def _entry_key(of: EntryMap, name: Typed) -> tuple[str, ...]:
    return of.entries.table, *map(text, of.owner), text(name.sql)


def _scan_key(key: Sequence[exp.Expr], kind: NodeKind | RelationshipKind) -> ScanKey:
    return tuple(map(text, key)), type(kind), kind.number
