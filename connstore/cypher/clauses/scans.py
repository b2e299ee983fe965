"""The rows of nodes and relationships: where a SELECT reads what only they tell."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Self

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    Entity,
    NodeBinding,
    NodeKey,
    RelationshipBinding,
    RelationshipKey,
    ValueBinding,
    is_constant,
)
from connstore.cypher.clauses.script import Script
from connstore.cypher.expressions.conversions import as_any
from connstore.cypher.expressions.snippets import is_local
from connstore.cypher.graph.schema import (
    Distinct,
    NodeKind,
    PropertySource,
    RelationshipKind,
    Table,
)
from connstore.cypher.sqlkit import all_of, column, number, raw, text, when
from connstore.cypher.syntax import tree
from connstore.cypher.types import NodeType, RelationshipType, Scalar, Typed
from connstore.errors import CypherError

Kind = NodeKind | RelationshipKind
Key = NodeKey | RelationshipKey

NO_LISTS_INSIDE = (
    "Inside a list expression, properties can be read of the list's own nodes and relationships "
    "only. UNWIND the list instead."
)
_NULL = Typed(exp.null(), Scalar.NULL)


class Scans:
    """What a SELECT reads of the nodes and relationships that expressions name."""

    script: Script

    @abstractmethod
    def variable(self, node: tree.Variable) -> Typed:
        """The value of a variable."""

    @abstractmethod
    def beside(self) -> Self:
        """An empty SELECT of the same statement, to stand inside this one."""

    @abstractmethod
    def source(self) -> str:
        """FROM and WHERE."""

    @abstractmethod
    def read(self, table: str | Table) -> str:
        """Read a relation; returns its alias."""

    @abstractmethod
    def left_join(self, table: str, alias: str, condition: exp.Expr) -> None:
        """Read a relation where a condition holds, else nulls."""

    @abstractmethod
    def beforehand(self, value: exp.Expr) -> exp.Expr:
        """A value computed for each row before what is selected of it."""

    @abstractmethod
    def known_scan(self, key: Sequence[exp.Expr], kind: Kind) -> str:
        """The alias of the rows that a key was read from, or an empty text."""

    @abstractmethod
    def note_scan(self, key: Sequence[exp.Expr], kind: Kind, alias: str) -> None:
        """Remember where the rows of a key are read."""

    where: list[exp.Expr]

    @property
    @abstractmethod
    def in_lambda(self) -> bool:
        """Whether the expression under compilation stands in a comprehension."""

    # Keys and scans

    def key(self, entity: Typed) -> Key:
        """The key of a node or relationship."""
        if isinstance(entity, Entity):
            return entity.binding.key
        if isinstance(entity.type, NodeType):
            return NodeKey.of_struct(entity.sql, entity.type)
        assert isinstance(entity.type, RelationshipType)
        source, target = self.ends(entity.type.kinds)
        return RelationshipKey.of_struct(entity.sql, entity.type, source, target)

    def binding(self, value: Typed) -> Binding:
        """What a variable of a value is: of nodes and relationships, their keys."""
        match value.type:
            case NodeType():
                key = self.key(value)
                assert isinstance(key, NodeKey)
                return NodeBinding(key)
            case RelationshipType():
                key = self.key(value)
                assert isinstance(key, RelationshipKey)
                return RelationshipBinding(key)
            case _:
                return ValueBinding(value)

    def ends(self, kinds: Iterable[int]) -> tuple[NodeType, NodeType]:
        """Kinds of the nodes that relationships of some kinds begin and end at."""
        found = [self.script.graph.relationships[kind] for kind in kinds]
        return (
            NodeType(frozenset(kind.source for kind in found)),
            NodeType(frozenset(kind.target for kind in found)),
        )

    def kinds(self, key: Key) -> list[Kind]:
        """The kinds that a key may be of."""
        graph = self.script.graph
        table: Sequence[Kind] = graph.nodes if isinstance(key, NodeKey) else graph.relationships
        return [table[kind] for kind in sorted(key.kinds)]

    def scan(self, key: Key, kind: Kind) -> str:
        """The alias of the rows of a node or relationship; joined if they are not yet."""
        parts = key_parts(key)
        alias = self.known_scan(parts, kind)
        if alias:
            return alias
        if self.in_lambda and is_local(parts[0]):
            raise CypherError(NO_LISTS_INSIDE)
        table = _table(key, kind)
        certain = len(key.kinds) == 1 and not key.nullable
        alias = self.read(table) if certain else self.script.name("t")
        conditions = [
            exp.EQ(this=column(alias, name), expression=part.copy())
            for name, part in _lookups(key, kind)
        ]
        if certain and isinstance(key, NodeKey):
            conditions += [
                exp.EQ(this=column(alias, name), expression=value.copy())
                for name, value in key.companions
            ]
        if not is_constant(key.k):
            conditions.append(exp.EQ(this=key.k.copy(), expression=number(kind.number)))
        if certain:
            self.where += conditions
        else:
            found = table if isinstance(table, str) else table.narrowed({})
            self.left_join(found, alias, all_of(*conditions))
        self.note_scan(parts, kind, alias)
        return alias

    def of_kinds(self, key: Key, sources: Sequence[tuple[Kind, PropertySource]]) -> Typed:
        """A value that each kind has in its own way."""
        values = []
        for kind, source in sources:
            if source.needs == "key":
                assert isinstance(key, NodeKey)
                value: exp.Expr = key.a.copy()
            elif source.needs == "nothing":
                value = source.sql("", self.script.bind)
            elif (there := self.at_hand(key, kind, source)) is not None:
                value = there
            else:
                alias = self.scan(key, kind)
                value = source.sql(alias, self.script.bind)
                if source.needs == "search":
                    value = self._narrowed(value, alias)
            if source.needs != "scan":
                value = _guarded(value, key, kind, always=source.needs != "key")
            if self.in_lambda and source.needs == "search":
                value = self.beforehand(value)
            values.append(Typed(value, source.type))
        if not values:
            return _NULL
        if len({value.type for value in values}) > 1:
            values = [as_any(value, self) for value in values]  # type: ignore[arg-type]
        type_ = values[0].type
        if len(values) == 1:
            return values[0]
        return Typed(exp.func("coalesce", *(value.sql for value in values)), type_)

    def at_hand(self, key: Key, kind: Kind, source: PropertySource) -> exp.Expr | None:
        """A property made of what is at hand; None if it takes the row of its own."""
        if isinstance(key, RelationshipKey) or not key.at_hand:
            return None
        if self.known_scan(key_parts(key), kind):
            return None
        value = source.sql(_ROW, self.script.bind)
        parts = [part for part in value.find_all(exp.Column) if part.table == _ROW]
        plain = not any(_ROW in written.name for written in value.find_all(exp.Var))
        if not (plain and parts and all(part.name in key.at_hand for part in parts)):
            return None
        return value.transform(
            lambda node: key.at_hand[node.name].copy() if node in parts else node, copy=False
        )

    def _narrowed(self, search: exp.Expr, alias: str) -> exp.Expr:
        """A search for what belongs to a row; where its key is known, that spares a join."""
        if not isinstance(search, exp.Var):
            return search
        sql = search.name
        for condition in self.where:
            match condition:
                case exp.EQ(this=exp.Column(table=of) as part, expression=known) if (
                    of == alias and not known.find(exp.Column, exp.Var)
                ):
                    sql = sql.replace(text(part), text(known))
        return raw(sql)


#: Alias of the row that a value would be read from.
_ROW = "row_of_its_own"


def key_parts(key: Key) -> list[exp.Expr]:
    """What tells the rows of a key apart within a kind."""
    if isinstance(key, NodeKey):
        return [key.a, key.b]
    return [key.source.a, key.source.b, key.target.a, key.target.b, key.id]


def _table(key: Key, kind: Kind) -> str | Distinct:
    """The relation to look a key up in."""
    if isinstance(kind, NodeKind):
        assert isinstance(key, NodeKey)
        narrow = [kind.subsets[label].table for label in key.labels if label in kind.subsets]
        return next(filter(None, narrow), kind.table)
    assert isinstance(key, RelationshipKey)
    labels = key.source.labels & key.target.labels
    return next(a.table for a in kind.arrangements if a.ends is None or a.ends in labels)


def _lookups(key: Key, kind: Kind) -> list[tuple[str, exp.Expr]]:
    """Columns of the relation of a kind, each with the part of a key that it must equal."""
    if isinstance(key, NodeKey):
        assert isinstance(kind, NodeKind)
        return list(zip(kind.key, (key.a, key.b), strict=False))
    assert isinstance(kind, RelationshipKind)
    source = zip(kind.source_key, (key.source.a, key.source.b), strict=False)
    target = zip(kind.target_key, (key.target.a, key.target.b), strict=False)
    return [*source, *target, *([(kind.id, key.id)] if kind.id else [])]


def _guarded(value: exp.Expr, key: Key, kind: Kind, *, always: bool) -> exp.Expr:
    """A value that is null where the entity is none, or of another kind."""
    if is_constant(key.k) and not (key.nullable and always):
        return value
    return when(is_kind(key, kind), value)


def is_kind(key: Key, kind: Kind) -> exp.Expr:
    """Whether an entity is there and of a kind."""
    there = (key.a if isinstance(key, NodeKey) else key.source.a).copy()
    if is_constant(key.k):
        return there.is_(exp.null()).not_()
    of_kind = exp.EQ(this=key.k.copy(), expression=number(kind.number))
    return exp.and_(of_kind, there.is_(exp.null()).not_(), copy=False)
