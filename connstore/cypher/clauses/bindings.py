"""What a variable is in SQL: columns of the relation that a clause has made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.entries import LAZY
from connstore.cypher.sqlkit import all_of, call, member, number, struct, when
from connstore.cypher.types import NodeType, RelationshipType, Type, Typed

#: Names an expression as a column and returns the column as later clauses see it.
Carry = Callable[[exp.Expr], exp.Expr]


@dataclass(frozen=True, slots=True)
class NodeKey:
    """Which node: its kind and its key, each a piece of SQL.

    Attributes:
        kinds: Kinds that it may be of.
        k: Number of its kind; a constant where there is one kind only.
        a: First part of its key; null where there is no node.
        b: Second part of its key; the constant 0 where no kind has one.
        nullable: Whether there may be no node.
        labels: Labels that it is known to carry, beside those of its kind.
        companions: Columns of its own relation and what they equal; they help to find it.
        at_hand: Columns of its own relation that need not be read there, as they stand here.
    """

    kinds: frozenset[int]
    k: exp.Expr
    a: exp.Expr
    b: exp.Expr
    nullable: bool = False
    labels: frozenset[str] = frozenset()
    companions: tuple[tuple[str, exp.Expr], ...] = ()
    at_hand: Mapping[str, exp.Expr] = field(default_factory=dict)

    def struct(self) -> exp.Expr:
        """The node as a value."""
        whole = struct(k=self.k.copy(), a=self.a.copy(), b=self.b.copy())
        return when(self.a.copy().is_(exp.null()).not_(), whole) if self.nullable else whole

    def same(self, other: NodeKey) -> exp.Expr:
        """Whether two keys are of one node; null where there is none."""
        pairs = [(self.a, other.a)]
        if not (is_constant(self.b) and is_constant(other.b)):
            pairs.append((self.b, other.b))
        if not (is_constant(self.k) and is_constant(other.k)):
            pairs.append((self.k, other.k))
        elif self.k != other.k:
            return exp.false()
        return all_of(*(exp.EQ(this=x.copy(), expression=y.copy()) for x, y in pairs))

    def parts(self) -> list[exp.Expr]:
        """Those parts that differ from node to node."""
        return [part for part in (self.k, self.a, self.b) if not is_constant(part)]

    def carried(self, carry: Carry) -> NodeKey:
        """The key in the relation that comes next."""
        k, a, b = (part if is_constant(part) else carry(part) for part in (self.k, self.a, self.b))
        companions = tuple((name, carry(value)) for name, value in self.companions)
        return replace(self, k=k, a=a, b=b, companions=companions, at_hand={})

    def in_groups(self) -> NodeKey:
        """The key where rows are grouped by its parts; companions follow from these."""
        companions = tuple((name, call("any_value", value)) for name, value in self.companions)
        return replace(self, companions=companions, at_hand={})

    def narrowed(self, kinds: frozenset[int], labels: frozenset[str]) -> NodeKey:
        """The key, where more is known of the node."""
        return replace(self, kinds=self.kinds & kinds, labels=self.labels | labels)

    @classmethod
    def of_struct(cls, value: exp.Expr, type_: NodeType) -> NodeKey:
        """The key within a value."""
        single = len(type_.kinds) == 1
        return cls(
            kinds=type_.kinds,
            k=number(min(type_.kinds)) if single else member(value.copy(), "k"),
            a=member(value.copy(), "a"),
            b=member(value.copy(), "b"),
            nullable=True,
        )


@dataclass(frozen=True, slots=True)
class NodeBinding:
    """A variable that is a node.

    Attributes:
        key: Which node.
        carried: Properties that the relation has as columns.
    """

    key: NodeKey
    carried: Mapping[str, Typed] = field(default_factory=dict)

    def typed(self) -> Entity:
        """The value of the variable."""
        return Entity(self, NodeType(self.key.kinds))


@dataclass(frozen=True, slots=True)
class RelationshipKey:
    """Which relationship: its kind, its number among those with equal ends, its ends."""

    kinds: frozenset[int]
    k: exp.Expr
    id: exp.Expr
    source: NodeKey
    target: NodeKey
    nullable: bool = False

    def struct(self) -> exp.Expr:
        """The relationship as a value."""
        whole = struct(
            k=self.k.copy(),
            id=self.id.copy(),
            s=replace(self.source, nullable=False).struct(),
            t=replace(self.target, nullable=False).struct(),
        )
        if not self.nullable:
            return whole
        return when(self.source.a.copy().is_(exp.null()).not_(), whole)

    def same(self, other: RelationshipKey) -> exp.Expr:
        """Whether two keys are of one relationship."""
        conditions = [self.source.same(other.source), self.target.same(other.target)]
        for mine, theirs in ((self.k, other.k), (self.id, other.id)):
            if not (is_constant(mine) and is_constant(theirs)):
                conditions.append(exp.EQ(this=mine.copy(), expression=theirs.copy()))
            elif mine != theirs:
                return exp.false()
        return all_of(*conditions)

    def parts(self) -> list[exp.Expr]:
        """Those parts that differ from relationship to relationship."""
        own = [part for part in (self.k, self.id) if not is_constant(part)]
        return [*own, *self.source.parts(), *self.target.parts()]

    def carried(self, carry: Carry) -> RelationshipKey:
        """The key in the relation that comes next."""
        k, id_ = (part if is_constant(part) else carry(part) for part in (self.k, self.id))
        return replace(
            self,
            k=k,
            id=id_,
            source=self.source.carried(carry),
            target=self.target.carried(carry),
        )

    def in_groups(self) -> RelationshipKey:
        """The key where rows are grouped by its parts."""
        return replace(self, source=self.source.in_groups(), target=self.target.in_groups())

    @classmethod
    def of_struct(
        cls, value: exp.Expr, type_: RelationshipType, source: NodeType, target: NodeType
    ) -> RelationshipKey:
        """The key within a value."""
        single = len(type_.kinds) == 1
        return cls(
            kinds=type_.kinds,
            k=number(min(type_.kinds)) if single else member(value.copy(), "k"),
            id=member(value.copy(), "id"),
            source=NodeKey.of_struct(member(value, "s"), source),
            target=NodeKey.of_struct(member(value, "t"), target),
            nullable=True,
        )


@dataclass(frozen=True, slots=True)
class RelationshipBinding:
    """A variable that is a relationship."""

    key: RelationshipKey
    carried: Mapping[str, Typed] = field(default_factory=dict)

    def typed(self) -> Entity:
        """The value of the variable."""
        return Entity(self, RelationshipType(self.key.kinds))


@dataclass(frozen=True, slots=True)
class ValueBinding:
    """A variable that is anything else."""

    value: Typed

    def typed(self) -> Typed:
        """The value of the variable."""
        return self.value


Binding = NodeBinding | RelationshipBinding | ValueBinding


class Entity(Typed):
    """A variable that is a node or relationship, as a value; its SQL is made if asked for.

    Attributes:
        binding: The variable, with the key at hand.
    """

    __slots__ = ("binding",)
    binding: NodeBinding | RelationshipBinding

    def __init__(self, binding: NodeBinding | RelationshipBinding, type_: Type) -> None:
        for name, given in (("binding", binding), ("type", type_)):
            object.__setattr__(self, name, given)

    @property
    def sql(self) -> exp.Expr:
        """The value in SQL."""
        return self.binding.key.struct()


def carried(binding: Binding, carry: Carry) -> Binding:
    """A binding in the relation that comes next; constants need no column."""
    match binding:
        case ValueBinding(Constant()):
            return binding
        case ValueBinding(value):
            return ValueBinding(Typed(carry(value.sql), value.type))
        case NodeBinding(key, properties) | RelationshipBinding(key, properties):
            kept = {name: Typed(carry(p.sql), p.type) for name, p in properties.items()}
            return type(binding)(key.carried(carry), kept)  # type: ignore[arg-type]


def columns_of(binding: Binding) -> list[exp.Expr]:
    """What is computed for a variable, constants aside."""
    match binding:
        case ValueBinding(value):
            return [] if isinstance(value, Constant) else [value.sql]
        case NodeBinding(key) | RelationshipBinding(key):
            return key.parts()


def is_plain(binding: Binding) -> bool:
    """Whether a variable is but columns and constants, to be read as often as one likes."""
    return all(isinstance(part, exp.Column) for part in columns_of(binding))


def is_lazy(binding: Binding) -> bool:
    """Whether a variable is a map, or of a map, that may never need to be made."""
    return isinstance(binding, ValueBinding) and isinstance(binding.value, LAZY)


def is_constant(part: exp.Expr) -> bool:
    """Whether a part of a key is one of our own numbers."""
    return isinstance(part, exp.Literal)
