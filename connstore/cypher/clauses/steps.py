"""The steps that a path of any length may take: a relation of edges, already tested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    NodeBinding,
    NodeKey,
    RelationshipBinding,
    ValueBinding,
)
from connstore.cypher.clauses.conjuncts import has_subquery
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.links import Side, read
from connstore.cypher.clauses.patterns import RelationshipSlot, Step, ends
from connstore.cypher.clauses.reading import match_properties
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.expressions.compiler import compile_expression, truth
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.sqlkit import ZERO, column, number, raw, struct, text, typed_as
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import free_variables
from connstore.cypher.types import RELATIONSHIP_SQL, NodeType, RelationshipType, Typed


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that every node, or every relationship, of a path must meet."""

    on: Literal["nodes", "relationships"]
    variable: str
    condition: tree.Expression
    negated: bool


@dataclass(frozen=True)
class Walk:
    """A search for paths of any length.

    Attributes:
        script: The statement.
        relation: The rows from which it starts.
        start: The node it starts at, in each row.
        end: The node it must reach, in each row, where that is known.
        steps: The steps it may take.
        least: Least number of relationships.
        most: Greatest number, or None.
        tests: What each step must meet.
        pattern: The pattern that it follows.
        told: The relationships that it takes, in each row, where those are known.
    """

    script: Script
    relation: Relation
    start: NodeKey
    end: NodeKey | None
    steps: frozenset[Step]
    least: int
    most: int | None
    tests: Sequence[Test]
    pattern: tree.RelationshipPattern
    told: Typed | None

    @property
    def node_type(self) -> NodeType:
        """Kinds of the nodes that it may pass."""
        graph = self.script.graph
        passed = {kind for step in self.steps for kind in ends(step, graph)}
        return NodeType(frozenset(passed) | self.start.kinds)

    @property
    def relationship_type(self) -> RelationshipType:
        """Kinds of the relationships that it may take."""
        return RelationshipType(frozenset(kind for kind, _ in self.steps))

    def node(self, alias: str, prefix: str) -> NodeKey:
        """The node in the columns ``{prefix}k``, ``{prefix}a`` and ``{prefix}b`` of a relation."""
        kinds = self.node_type.kinds
        graph = self.script.graph
        paired = any(len(graph.nodes[kind].key) > 1 for kind in kinds)
        return NodeKey(
            kinds,
            number(min(kinds)) if len(kinds) == 1 else column(alias, f"{prefix}k"),
            column(alias, f"{prefix}a"),
            column(alias, f"{prefix}b") if paired else ZERO,
        )

    def edges(self, find_by: Side) -> str:
        """A relation with a row for each step: ``lk``, ``la``, ``lb``; ``rk``, …; ``e``.

        Args:
            find_by: The side by which steps are looked up.
        """
        name = self.script.name("e")
        if not self.steps:
            parts = ", ".join(f"0 AS {side}{part}" for side in "lr" for part in "kab")
            none = f"SELECT {parts}, NULL::{RELATIONSHIP_SQL} AS e WHERE false"
            self.script.define(name, none)
            return name
        frame = Frame(self.script, Relation(None, self._constants()))
        variables = [test.variable for test in self.tests if test.on == "relationships"]
        wanted = {name for v in variables for name in self.script.wanted.properties.get(v, ())}
        walked = read(frame, self.steps, find_by=find_by, wanted=sorted(wanted))
        taken = RelationshipBinding(walked.key, walked.carried)
        reached = NodeBinding(walked.right)
        for test in self.tests:
            frame.scope[test.variable] = taken if test.on == "relationships" else reached
            met = compile_expression(test.condition, frame)
            condition = truth(met, frame)
            frame.where.append(exp.not_(exp.paren(condition)) if test.negated else condition)
            del frame.scope[test.variable]
        match_properties(frame, taken, [self.pattern])
        if self.told is not None:
            rows = raw(f"SELECT unnest({text(self.told.sql)}) FROM {self.relation.name}")
            one = typed_as(walked.key.struct(), self.relationship_type)
            frame.where.append(one.isin(query=exp.Subquery(this=rows)))
        columns = {
            **{f"l{part}": getattr(walked.left, part) for part in "kab"},
            **{f"r{part}": getattr(walked.right, part) for part in "kab"},
            "e": walked.key.struct(),
        }
        listed = ", ".join(f"{text(value)} AS {name}" for name, value in columns.items())
        self.script.define(name, f"SELECT {listed}\n{frame.source()}")
        return name

    def _constants(self) -> dict[str, ValueBinding]:
        return {
            name: binding
            for name, binding in self.relation.scope.items()
            if isinstance(binding, ValueBinding) and isinstance(binding.value, Constant)
        }


def step_tests(
    conditions: Sequence[tree.Expression], link: RelationshipSlot, path: str | None, scope: Relation
) -> Iterator[Test]:
    """Those conditions that can be checked at each step of a path."""
    constant = {
        name
        for name, binding in scope.scope.items()
        if isinstance(binding, ValueBinding) and isinstance(binding.value, Constant)
    }
    for condition in conditions:
        match condition:
            case tree.Quantifier(_, ("all" | "none") as kind, variable, source, where):
                on = _tested(source, link, path)
                free = free_variables(where) - {variable}
                if on is not None and free <= constant and not has_subquery(where):
                    yield Test(on, variable, where, kind == "none")


def _tested(
    source: tree.Expression, link: RelationshipSlot, path: str | None
) -> Literal["nodes", "relationships"] | None:
    """Whether a list is the nodes or the relationships of a path."""
    match source:
        case tree.Variable(_, name) if name == link.name:
            return "relationships"
        case tree.Call(_, function, (tree.Variable(_, name),), _) if name == path:
            names: dict[str, Literal["nodes", "relationships"]] = {
                "nodes": "nodes",
                "relationships": "relationships",
                "rels": "relationships",
            }
            return names.get(function.lower())
        case _:
            return None


def node_value(key: NodeKey) -> str:
    """A node as a value, in SQL text."""
    return text(struct(k=key.k.copy(), a=key.a.copy(), b=key.b.copy()))


def key_columns(key: NodeKey, prefix: str) -> str:
    """The columns that :meth:`Walk.node` reads, from a key."""
    # A recursive SELECT has the types of its first rows, where a part may be a small constant.
    parts = {"k": key.k, "a": key.a, "b": key.b}
    return ", ".join(f"{text(part)}::BIGINT AS {prefix}{name}" for name, part in parts.items())


def same(one: NodeKey, other: NodeKey) -> str:
    """Whether two keys are of one node, in SQL text."""
    return text(one.same(other))
