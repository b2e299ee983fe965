"""What expressions may ask of nodes and relationships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    Entity,
    NodeBinding,
    NodeKey,
    ValueBinding,
)
from connstore.cypher.clauses.ids import node_id_sql, relationship_id_sql
from connstore.cypher.clauses.scans import (
    NO_LISTS_INSIDE,
    Key,
    Kind,
    Scans,
    is_kind,
    key_parts,
)
from connstore.cypher.expressions.conversions import as_any
from connstore.cypher.expressions.entries import EntryMap
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import is_local, named
from connstore.cypher.functions.keys import (
    NODE_KEY,
    RELATIONSHIP_KEY,
    node_of,
    relationship_of,
)
from connstore.cypher.graph.schema import (
    Needs,
    NodeKind,
    OverScan,
    PropertySource,
    RelationshipKind,
)
from connstore.cypher.sqlkit import (
    all_of,
    as_sql,
    call,
    column,
    concat,
    member,
    raw,
    struct,
    struct_of,
    text,
    when,
    words,
)
from connstore.cypher.syntax import tree
from connstore.cypher.types import (
    ListOf,
    NodeType,
    Properties,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.errors import CypherError


class Entities(Scans):
    """The part of a context that knows the graph."""

    # What contexts offer

    @property
    def ids_are_keys(self) -> bool:
        """Whether ``id()`` is a number that the source gave."""
        return self.script.graph.ids_are_keys

    def property(self, entity: Typed, key: str) -> Typed:
        """A property of a node or relationship."""
        if isinstance(entity, Entity) and key in entity.binding.carried:
            found = entity.binding.carried[key]
            return Typed(found.sql.copy(), found.type)
        of = self.key(entity)
        sources = [(kind, source) for kind in self.kinds(of) if (source := kind.property(key))]
        return self.of_kinds(of, sources)

    def parsed_json(self, node: tree.Expression) -> Typed | None:
        """A property that holds JSON, parsed, where the store has it as columns."""
        match node:
            case tree.Property(_, tree.Variable() as variable, key):
                entity = self.variable(variable)
            case _:
                return None
        if not isinstance(entity, Entity):
            return None
        of = self.key(entity)
        kinds = [kind for kind in self.kinds(of) if kind.property(key) is not None]
        if not kinds or any(key not in kind.parsed for kind in kinds):
            return None
        found = self.of_kinds(of, [(kind, kind.parsed[key]) for kind in kinds])
        if len(of.kinds) > 1 or key not in kinds[0].entries or self.in_lambda:
            return found
        owner = (of.a,) if isinstance(of, NodeKey) else (of.source.a, of.target.a)
        return EntryMap(found.sql, found.type, kinds[0].entries[key], owner)

    def properties(self, entity: Typed) -> Typed:
        """All properties as a map of type ANY."""
        of = self.key(entity)
        return self.of_kinds(
            of,
            [
                (kind, PropertySource(Scalar.ANY, kind.properties, _needs(kind)))
                for kind in self.kinds(of)
            ],
        )

    def shown(self, binding: Binding) -> tuple[exp.Expr, Properties] | None:
        """A node as an answer shows it; None where it is a text of type ANY."""
        if not isinstance(binding, NodeBinding) or len(binding.key.kinds) != 1:
            return None
        (kind,) = self.kinds(binding.key)
        assert isinstance(kind, NodeKind)
        if not kind.columns:
            return None
        found = [self.property(binding.typed(), name) for name in kind.columns]
        types = tuple(zip(kind.columns, (each.type for each in found), strict=True))
        if kind.roi_set is not None:
            found.append(self.of_kinds(binding.key, [(kind, kind.roi_set)]))
        whole = struct_of([each.sql for each in found])
        if binding.key.nullable:
            whole = when(is_kind(binding.key, kind), whole)
        return whole, Properties(types, kind.roi_set is not None)

    def labels(self, node: Typed) -> Typed:
        """Labels of a node."""
        of = self.key(node)
        kinds = [kind for kind in self.kinds(of) if isinstance(kind, NodeKind)]
        return self.of_kinds(of, [(kind, kind.all_labels) for kind in kinds])

    def has_labels(self, node: Typed, labels: Sequence[str]) -> Typed:
        """Whether a node has all these labels."""
        of = self.key(node)
        assert isinstance(of, NodeKey)
        branches = []
        for kind in self.kinds(of):
            assert isinstance(kind, NodeKind)
            branches.append((kind, all_of(*self._label_tests(of, kind, labels))))
        value = exp.Case(
            ifs=[
                exp.If(this=is_kind(of, kind), true=test) for kind, test in branches
            ]
        )  # fmt: skip
        return Typed(value if branches else exp.null(), Scalar.BOOLEAN)

    def _label_tests(self, key: NodeKey, kind: NodeKind, labels: Sequence[str]) -> list[exp.Expr]:
        """Conditions under which a node of a kind carries some labels."""
        tests: list[exp.Expr] = []
        for label in labels:
            plain = self.script.graph.plain_label(label)
            if plain is None or plain in kind.labels or plain in key.labels:
                continue
            if plain not in kind.subsets:
                return [exp.false()]
            tests.append(kind.subsets[plain].test(self.scan(key, kind), self.script.bind))
        return tests

    def relationship_type(self, relationship: Typed) -> Typed:
        """The type of a relationship."""
        of = self.key(relationship)
        names = [
            (kind, PropertySource(Scalar.STRING, _text(kind.type), "nothing"))
            for kind in self.kinds(of)
            if isinstance(kind, RelationshipKind)
        ]
        return self.of_kinds(of, names)

    def identity(self, entity: Typed) -> Typed:
        """``id()`` of a node or relationship."""
        of = self.key(entity)
        graph = self.script.graph
        if isinstance(of, NodeKey):
            return Typed(node_id_sql(graph, of), Scalar.INTEGER)
        return Typed(relationship_id_sql(graph, of), Scalar.INTEGER)

    def entity(self, value: Typed, kind: type[NodeType] | type[RelationshipType]) -> Typed:
        """The node or relationship that a value of type ANY is."""
        graph = self.script.graph
        function = NODE_KEY if kind is NodeType else RELATIONSHIP_KEY
        kinds = range(len(graph.nodes if kind is NodeType else graph.relationships))
        numbers = in_python(function, [value], self).sql  # type: ignore[arg-type]
        whole = node_of if kind is NodeType else relationship_of
        return Typed(named(numbers, whole), kind(frozenset(kinds)))

    def encoded(self, entity: Typed) -> exp.Expr:
        """A node or relationship as a value of type ANY, with its properties."""
        of = self.key(entity)
        properties = self.properties(entity).sql
        if isinstance(of, NodeKey):
            labels = as_sql(call("to_json", self.labels(entity).sql), "VARCHAR")
            parts: list[str | exp.Expr] = [
                '{"$node":[', _numbers(of), ",", labels, ",", properties, "]}",
            ]  # fmt: skip
        else:
            type_ = as_sql(call("to_json", self.relationship_type(entity).sql), "VARCHAR")
            ends = [_numbers(replace(end, nullable=False)) for end in (of.source, of.target)]
            parts = ['{"$relationship":[', _numbers(of), ",", type_, ","]
            parts += [ends[0], ",", ends[1], ",", properties, "]}"]
        return concat([_piece(part) for part in parts])

    def encoded_list(self, entities: Typed) -> Typed:
        """A list of what holds nodes or relationships as a list of values of type ANY."""
        assert isinstance(entities.type, ListOf)

        def encode(frame: Entities, item: Typed) -> exp.Expr:
            return as_any(item, frame).sql  # type: ignore[arg-type]

        return Typed(self._mapped(entities, encode), ListOf(Scalar.ANY))

    def with_properties(
        self, items: Typed, asked: Sequence[tuple[str, str]]
    ) -> tuple[Typed, list[Typed]]:
        """A list of nodes or relationships, each with some properties beside it."""
        types: list[Type] = []

        def enrich(frame: Entities, item: Typed) -> exp.Expr:
            of = {"": item}
            if isinstance(item.type, RelationshipType):
                ends = zip("st", self.ends(item.type.kinds), strict=True)
                of |= {end: Typed(member(item.sql.copy(), end), type_) for end, type_ in ends}
            found = [frame.property(of[end], key) for end, key in asked]
            types.extend(each.type for each in found)
            fields = {"e": item.sql} | {f"p{i}": each.sql for i, each in enumerate(found)}
            return struct(**fields)

        listed = Typed(self._mapped(items, enrich), items.type)
        return listed, [Typed(exp.to_identifier(f"p{i}"), t) for i, t in enumerate(types)]

    def _mapped(self, items: Typed, make: Callable[[Self, Typed], exp.Expr]) -> exp.Expr:
        """A list with each item made into something that may need the item's own rows."""
        assert isinstance(items.type, ListOf)
        if self.in_lambda and is_local(items.sql):
            raise CypherError(NO_LISTS_INSIDE)
        frame = self.beside()
        listed = text(items.sql)
        alias = frame.read(f"(SELECT unnest({listed}) AS e, generate_subscripts({listed}, 1) AS i)")
        item = Typed(column(alias, "e"), items.type.item)
        made = text(make(frame, item))
        select = f"(SELECT list({made} ORDER BY {alias}.i) {frame.source()})"
        there = items.sql.copy().is_(exp.null()).not_()
        mapped = when(there, raw(f"coalesce({select}, [])"))
        return self.beforehand(mapped) if self.in_lambda else mapped

    def carry_along(self, binding: Binding, wanted: frozenset[str]) -> Binding:
        """A binding with those wanted properties that are at hand."""
        if isinstance(binding, ValueBinding):
            return binding
        at_hand = dict(binding.carried)
        for kind in self.kinds(binding.key) if len(binding.key.kinds) == 1 else []:
            alias = self.known_scan(key_parts(binding.key), kind)
            for name in sorted(wanted.difference(at_hand)):
                source = kind.property(name)
                if source is None or source.needs != "scan":
                    continue
                if alias:
                    at_hand[name] = Typed(source.sql(alias, self.script.bind), source.type)
                elif (value := self.at_hand(binding.key, kind, source)) is not None:
                    at_hand[name] = Typed(value, source.type)
        return replace(binding, carried=at_hand)


def _needs(kind: Kind) -> Needs:
    return "nothing" if isinstance(kind, RelationshipKind) and kind.implied else "search"


def _text(value: str) -> OverScan:
    return lambda scan, bind: words(value)


def _numbers(key: Key) -> exp.Expr:
    """The text ``[k,a,b]`` of a node, ``[k,id]`` of a relationship."""
    parts = [key.k, key.a, key.b] if isinstance(key, NodeKey) else [key.k, key.id]
    pieces: list[exp.Expr] = [words("[")]
    for i, part in enumerate(parts):
        pieces += [words(",")] if i else []
        pieces.append(as_sql(part.copy(), "VARCHAR"))
    return concat([*pieces, words("]")])


def _piece(part: str | exp.Expr) -> exp.Expr:
    return words(part) if isinstance(part, str) else part
