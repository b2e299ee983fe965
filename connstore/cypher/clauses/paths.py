"""Paths of patterns as values, and that no relationship is met twice."""

from __future__ import annotations

from itertools import combinations

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    NodeBinding,
    NodeKey,
    RelationshipBinding,
    RelationshipKey,
    ValueBinding,
)
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.patterns import Patterns, RelationshipSlot
from connstore.cypher.sqlkit import ZERO, as_sql, call, struct, typed_as
from connstore.cypher.types import (
    ListOf,
    NodeType,
    PathType,
    RelationshipType,
    Typed,
)


def nodes_of(link: RelationshipSlot) -> str:
    """The variable of the nodes that a path of any length passes, its ends included."""
    return f"{link.name}\0nodes"


def path_values(frame: Frame, patterns: Patterns) -> dict[str, Binding]:
    """The scope of a frame with the variables of paths."""
    scope = dict(frame.scope)
    for pattern, nodes, links in patterns.paths:
        if pattern.variable is None:
            continue
        passing = [_node_kinds(frame, slot.name) for slot in nodes]
        passing += [_list_kinds(frame, link) for link in links]
        node = NodeType(frozenset().union(*passing))
        kinds = frozenset(kind for link in links for kind, _ in link.steps)
        type_ = PathType(node, RelationshipType(kinds))
        passed: list[exp.Expr] = [exp.Array(expressions=[_struct(frame, nodes[0].name)])]
        walked: list[exp.Expr] = []
        for link, right in zip(links, nodes[1:], strict=True):
            if link.long:
                # The first node of the walk is there already.
                listed = frame.scope[nodes_of(link)].typed().sql
                passed.append(exp.Bracket(
                    this=listed, expressions=[exp.Slice(this=exp.Literal.number(2))]
                ))  # fmt: skip
                walked.append(frame.scope[link.name].typed().sql)
            else:
                passed.append(exp.Array(expressions=[_struct(frame, right.name)]))
                walked.append(exp.Array(expressions=[_struct(frame, link.name)]))
        relationships = _joined(walked) if walked else exp.Array(expressions=[])
        value = struct(
            nodes=_joined(passed),
            relationships=typed_as(relationships, ListOf(type_.relationship)),
        )
        scope[pattern.variable] = ValueBinding(Typed(value, type_))
    return scope


def unlike(frame: Frame, patterns: Patterns, *, long: bool = False) -> None:
    """That no relationship stands in two places of one MATCH.

    Args:
        frame: The SELECT.
        patterns: The patterns.
        long: Whether to compare paths of any length with all others, rather than single
            relationships with each other.
    """
    for one, other in combinations(patterns.relationships, 2):
        kinds = {kind for kind, _ in one.steps} & {kind for kind, _ in other.steps}
        # A shortcut, which has no type, stands for others that can always be told apart.
        kinds = {kind for kind in kinds if frame.script.graph.relationships[kind].type}
        if not kinds or (one.long or other.long) != long:
            continue
        if not long:
            same = _key(frame, one).same(_key(frame, other))
            if same != exp.false():
                frame.where.append(exp.not_(exp.paren(same)))
            continue
        first, second = (frame.scope[link.name].typed().sql for link in (one, other))
        if one.long and other.long:
            shared = call("list_has_any", first, second)
        else:
            listed, single = (first, second) if one.long else (second, first)
            shared = call("list_contains", listed, single)
        frame.where.append(exp.not_(shared))


def no_matches(patterns: Patterns) -> dict[str, Binding]:
    """Bindings of all variables that the patterns bring, for when nothing matches."""
    null = as_sql(exp.null(), "BIGINT")
    bindings: dict[str, Binding] = {}
    for slot in patterns.nodes:
        if slot.bound is None and not slot.name.startswith("\0"):
            key = NodeKey(slot.kinds, ZERO, null.copy(), ZERO, nullable=True)
            bindings[slot.name] = NodeBinding(key)
    for link in patterns.relationships:
        if link.name.startswith("\0"):
            continue
        kinds = frozenset(kind for kind, _ in link.steps)
        if link.long:
            type_ = ListOf(RelationshipType(kinds))
            bindings[link.name] = ValueBinding(Typed(typed_as(exp.null(), type_), type_))
            continue
        left, right = (
            NodeKey(slot.kinds, ZERO, null.copy(), ZERO, nullable=True)
            for slot in (link.left, link.right)
        )
        key_ = RelationshipKey(kinds, ZERO, null.copy(), left, right, nullable=True)
        bindings[link.name] = RelationshipBinding(key_)
    for pattern, nodes, links in patterns.paths:
        if pattern.variable is not None:
            passed = frozenset[int]().union(*(slot.kinds for slot in nodes))
            kinds = frozenset(kind for link in links for kind, _ in link.steps)
            path = PathType(NodeType(passed), RelationshipType(kinds))
            bindings[pattern.variable] = ValueBinding(Typed(typed_as(exp.null(), path), path))
    return bindings


def _key(frame: Frame, link: RelationshipSlot) -> RelationshipKey:
    binding = frame.scope[link.name]
    assert isinstance(binding, RelationshipBinding)
    return binding.key


def _struct(frame: Frame, name: str) -> exp.Expr:
    return frame.scope[name].typed().sql


def _node_kinds(frame: Frame, name: str) -> frozenset[int]:
    binding = frame.scope[name]
    assert isinstance(binding, NodeBinding)
    return binding.key.kinds


def _list_kinds(frame: Frame, link: RelationshipSlot) -> frozenset[int]:
    if not link.long:
        return frozenset()
    type_ = frame.scope[nodes_of(link)].typed().type
    assert isinstance(type_, ListOf) and isinstance(type_.item, NodeType)
    return type_.item.kinds


def _joined(lists: list[exp.Expr]) -> exp.Expr:
    result = lists[0]
    for each in lists[1:]:
        result = call("list_concat", result, each)
    return result
