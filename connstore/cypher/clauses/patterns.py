"""The patterns of one MATCH: which kinds of nodes and relationships can stand where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from connstore.cypher.clauses.bindings import (
    Binding,
    NodeBinding,
    NodeKey,
    RelationshipBinding,
    ValueBinding,
)
from connstore.cypher.graph.schema import Graph, NodeKind
from connstore.cypher.syntax import tree
from connstore.cypher.types import Scalar
from connstore.errors import CypherError, CypherTableError

#: A kind of relationships and whether it is walked from source to target.
Step = tuple[int, bool]


@dataclass(eq=False)
class NodeSlot:
    """A node of the patterns; one slot for all places where its variable stands.

    Attributes:
        name: Its variable; one of our own where it has none.
        patterns: The places.
        labels: Labels that the places ask for, without the dataset's prefix.
        kinds: Kinds that it may be of.
        bound: What the variable is already, if it is.
        key: Which node it is, once the SELECT tells.
    """

    name: str
    patterns: list[tree.NodePattern] = field(default_factory=list)
    labels: frozenset[str] = frozenset()
    kinds: frozenset[int] = frozenset()
    bound: NodeBinding | None = None
    key: NodeKey | None = None


@dataclass(eq=False)
class RelationshipSlot:
    """A relationship of the patterns.

    Attributes:
        name: Its variable; one of our own where it has none.
        pattern: Its place.
        left: The node before it in the text.
        right: The node after it.
        steps: How it may lead from left to right.
        search: Whether the path that it stands in is searched for, and how.
    """

    name: str
    pattern: tree.RelationshipPattern
    left: NodeSlot
    right: NodeSlot
    steps: frozenset[Step]
    search: Literal["shortest", "all shortest"] | None

    @property
    def length(self) -> tuple[int, int | None]:
        """Least and greatest number of relationships."""
        given = self.pattern.length
        return (1, 1) if given is None else (1 if given.low is None else given.low, given.high)

    @property
    def long(self) -> bool:
        """Whether it may be a path of several relationships."""
        return self.pattern.length is not None or self.search is not None


@dataclass
class Patterns:
    """All slots of one MATCH.

    Attributes:
        nodes: In the order of the text.
        relationships: In the order of the text.
        paths: For each path its pattern, its nodes and its relationships.
    """

    nodes: list[NodeSlot]
    relationships: list[RelationshipSlot]
    paths: list[tuple[tree.PathPattern, list[NodeSlot], list[RelationshipSlot]]]

    @property
    def impossible(self) -> bool:
        """Whether the graph has nothing that could match."""
        return any(not slot.kinds for slot in self.nodes) or any(
            not slot.steps and not _may_be_empty(slot) for slot in self.relationships
        )


def arrange(
    paths: Sequence[tree.PathPattern],
    scope: Mapping[str, Binding],
    graph: Graph,
    fresh: Callable[[str], str],
    error: Callable[..., CypherError],
) -> Patterns:
    """The slots of some paths, each with the kinds that fit all others.

    Args:
        paths: The paths.
        scope: Variables that are known already.
        graph: The graph.
        fresh: Makes names for what has no variable.
        error: Makes errors about a place.
    """
    named: dict[str, NodeSlot] = {}
    nodes: list[NodeSlot] = []
    relationships: list[RelationshipSlot] = []
    chains = []

    def node(pattern: tree.NodePattern) -> NodeSlot:
        name = pattern.variable if pattern.variable is not None else fresh("\0n")
        slot = named.get(name)
        if slot is None:
            slot = named[name] = _new_slot(name, pattern, scope, graph, error)
            nodes.append(slot)
        slot.patterns.append(pattern)
        plain = [graph.plain_label(label) for label in pattern.labels]
        for label in [*plain, *_told_by_type(pattern, plain)]:
            if label is not None and label in graph.lacking:
                raise error(graph.lacking[label], pattern, CypherTableError)
        slot.labels |= {label for label in plain if label is not None}
        slot.kinds = frozenset(
            kind for kind in slot.kinds if _can_carry(graph.nodes[kind], slot.labels)
        )
        return slot

    for path in paths:
        slots = [node(pattern) for pattern in path.nodes]
        links = []
        for pattern, left, right in zip(path.relationships, slots, slots[1:], strict=False):
            name = pattern.variable if pattern.variable is not None else fresh("\0r")
            for type_ in pattern.types:
                if type_ in graph.lacking:
                    raise error(graph.lacking[type_], pattern, CypherTableError)
            steps = _steps(pattern, graph, scope.get(name))
            links.append(RelationshipSlot(name, pattern, left, right, steps, path.search))
            relationships.append(links[-1])
        chains.append((path, slots, links))
    _narrow(relationships, graph)
    return Patterns(nodes, relationships, chains)


def _told_by_type(pattern: tree.NodePattern, labels: Sequence[str | None]) -> tuple[str, ...]:
    """A label that is not named, but told by the type: ``(:Element {type: 'mitochondrion'})``."""
    if "Element" not in labels or not isinstance(pattern.properties, tree.MapLiteral):
        return ()
    match dict(pattern.properties.entries).get("type"):
        case tree.Literal(value="mitochondrion"):
            return ("Mito",)
    return ()


def _new_slot(
    name: str,
    pattern: tree.NodePattern,
    scope: Mapping[str, Binding],
    graph: Graph,
    error: Callable[..., CypherError],
) -> NodeSlot:
    everything = frozenset(range(len(graph.nodes)))
    bound = scope.get(name)
    if bound is None:
        return NodeSlot(name, kinds=everything)
    if isinstance(bound, ValueBinding) and bound.value.type is Scalar.NULL:
        return NodeSlot(name)  # null is no node: nothing matches
    if not isinstance(bound, NodeBinding):
        raise error(f"Type mismatch: `{name}` is not a node.", pattern)
    return NodeSlot(name, kinds=bound.key.kinds, bound=bound, key=bound.key)


def _can_carry(kind: NodeKind, labels: frozenset[str]) -> bool:
    return all(label in kind.labels or label in kind.subsets for label in labels)


def _steps(
    pattern: tree.RelationshipPattern, graph: Graph, bound: Binding | None
) -> frozenset[Step]:
    """All ways in which a pattern may be walked, given what its variable is already."""
    ways = {"out": (True,), "in": (False,), "both": (True, False)}[pattern.direction]
    known = bound.key.kinds if isinstance(bound, RelationshipBinding) else None
    return frozenset(
        (kind.number, forward)
        for kind in graph.relationships
        if kind.type and (not pattern.types or kind.type in pattern.types)
        if known is None or kind.number in known
        for forward in ways
    )


def ends(step: Step, graph: Graph) -> tuple[int, int]:
    """Kinds of the nodes on the left and on the right of a step."""
    kind, forward = graph.relationships[step[0]], step[1]
    return (kind.source, kind.target) if forward else (kind.target, kind.source)


def _may_be_empty(slot: RelationshipSlot) -> bool:
    return slot.length[0] == 0


def _narrow(relationships: Sequence[RelationshipSlot], graph: Graph) -> None:
    """Take away kinds and steps that fit nothing on one of their sides, until all fit."""
    changed = True
    while changed:
        changed = False
        for slot in relationships:
            if slot.long:
                changed |= _narrow_ends(slot, graph)
                continue
            pairs = {step: ends(step, graph) for step in slot.steps}
            steps = frozenset(
                step
                for step, (left, right) in pairs.items()
                if left in slot.left.kinds and right in slot.right.kinds
                if left == right or slot.left is not slot.right
            )
            lefts = frozenset(pairs[step][0] for step in steps)
            rights = frozenset(pairs[step][1] for step in steps)
            changed |= (slot.steps, slot.left.kinds, slot.right.kinds) != (steps, lefts, rights)
            slot.steps, slot.left.kinds, slot.right.kinds = steps, lefts, rights


def _narrow_ends(slot: RelationshipSlot, graph: Graph) -> bool:
    """The same for a path of any length, of which only the ends are known."""
    if _may_be_empty(slot):
        return False
    pairs = [ends(step, graph) for step in slot.steps]
    lefts = slot.left.kinds & {left for left, _ in pairs}
    rights = slot.right.kinds & {right for _, right in pairs}
    if slot.left is slot.right:
        lefts = rights = lefts & rights
    changed = (slot.left.kinds, slot.right.kinds) != (lefts, rights)
    slot.left.kinds, slot.right.kinds = lefts, rights
    return changed
