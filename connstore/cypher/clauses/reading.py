"""The relations that the single relationships and the known nodes of patterns are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    NodeBinding,
    NodeKey,
    RelationshipBinding,
    RelationshipKey,
)
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.links import implied_source, implied_target, read, require_source
from connstore.cypher.clauses.patterns import NodeSlot, Patterns, RelationshipSlot
from connstore.cypher.expressions.compiler import compile_expression, truth
from connstore.cypher.expressions.equality import equals
from connstore.cypher.graph.schema import RelationshipKind
from connstore.cypher.sqlkit import ZERO, call, column, member, number
from connstore.cypher.syntax import tree
from connstore.cypher.types import ListOf, RelationshipType
from connstore.sqltext import quote_name


def read_patterns(
    frame: Frame, patterns: Patterns, anchored: frozenset[str]
) -> dict[str, RelationshipBinding]:
    """Read all single relationships of some patterns, and their nodes.

    Nodes that only paths of any length lead to are left without a key, unless a condition
    selects them.

    Args:
        frame: The SELECT.
        patterns: The patterns; their nodes get their keys.
        anchored: Nodes that some condition selects.
    """
    found: dict[str, RelationshipBinding] = {}
    for slot in patterns.nodes:
        if slot.bound is not None:
            _take_bound(frame, slot)
    for link in patterns.relationships:
        if link.long and link.name in frame.scope:
            _begin_at(frame, link)
    single = [link for link in patterns.relationships if not link.long]
    implied: list[RelationshipSlot] = []
    told: list[RelationshipSlot] = []
    others: list[RelationshipSlot] = []
    for link in single:
        bound = frame.scope.get(link.name)
        if bound is not None:
            found[link.name] = _again(frame, link, bound)
        elif all(frame.script.graph.relationships[kind].implied for kind, _ in link.steps):
            implied.append(link)
        else:
            (told if _told_by(frame, link) else others).append(link)
    near = anchored | {link.right.name for link in told if link.left.name in anchored}
    for link in others:
        found[link.name] = _read_link(frame, link, near)
    for link in told:
        found[link.name] = _read_told(frame, link, anchored)
    for link in _by_what_is_known(implied):
        found[link.name] = _read_implied(frame, link, anchored)
    for slot in _to_read(patterns, anchored):
        _read_node(frame, slot)
    for slot in patterns.nodes:
        if slot.key is not None:
            _check_labels(frame, slot)
    return found


def _to_read(patterns: Patterns, anchored: frozenset[str]) -> list[NodeSlot]:
    """Nodes without a key that are to be read by themselves."""
    ends = {s for link in patterns.relationships if link.long for s in (link.left, link.right)}
    searched = {
        s for link in patterns.relationships if link.search for s in (link.left, link.right)
    }
    chosen = [
        slot
        for slot in patterns.nodes
        if slot.key is None and (slot not in ends or slot in searched or slot.name in anchored)
    ]
    reached = {slot for slot in patterns.nodes if slot.key is not None}.union(chosen)
    for link in patterns.relationships:
        # A path needs an end to begin at; the other end is then reached by it.
        if link.long:
            if link.left not in reached and link.right not in reached:
                chosen.append(link.left)
            reached |= {link.left, link.right}
    return chosen


def _take_bound(frame: Frame, slot: NodeSlot) -> None:
    """A node that is known already: it must be there, and of a kind that fits."""
    assert slot.bound is not None
    key = slot.bound.key
    if key.nullable:
        frame.where.append(key.a.copy().is_(exp.null()).not_())
    if slot.kinds < key.kinds:
        frame.where.append(key.k.copy().isin(*map(number, sorted(slot.kinds))))
    slot.key = replace(key, nullable=False, kinds=slot.kinds)


def _begin_at(frame: Frame, link: RelationshipSlot) -> None:
    """A path of relationships that are known already begins at an end of the first of them."""
    told = frame.scope[link.name].typed()
    directed = link.pattern.direction != "both" and link.length[0] > 0
    if not (directed and isinstance(told.type, ListOf)) or link.left.key or link.right.key:
        return
    if not isinstance(told.type.item, RelationshipType):
        return
    field, types = "s", frame.ends(told.type.item.kinds)
    if link.pattern.direction == "in":
        field, types = "t", types[::-1]
    begins = member(call("list_extract", told.sql.copy(), number(1)), field)
    link.left.bound = NodeBinding(NodeKey.of_struct(begins, types[0]))
    link.left.kinds &= types[0].kinds
    _take_bound(frame, link.left)


def _meet(frame: Frame, slot: NodeSlot, key: NodeKey) -> None:
    """A node is also what a relationship leads to."""
    if slot.key is None:
        slot.key = replace(key, kinds=key.kinds & slot.kinds)
        return
    frame.where.append(slot.key.same(key))
    slot.key = replace(
        slot.key,
        labels=slot.key.labels | key.labels,
        companions=slot.key.companions or key.companions,
        at_hand=slot.key.at_hand or key.at_hand,
    )


def _read_link(
    frame: Frame, link: RelationshipSlot, anchored: frozenset[str]
) -> RelationshipBinding:
    right_known = _is_known(link.right, anchored) and not _is_known(link.left, anchored)
    walked = read(
        frame,
        link.steps,
        find_by="right" if right_known else "left",
        labels=link.left.labels & link.right.labels,
        wanted=sorted(frame.script.wanted.properties.get(link.name, ())),
    )
    _meet(frame, link.left, walked.left)
    _meet(frame, link.right, walked.right)
    return RelationshipBinding(walked.key, walked.carried)


def _is_known(slot: NodeSlot, anchored: frozenset[str]) -> bool:
    return slot.key is not None or slot.name in anchored


def _again(frame: Frame, link: RelationshipSlot, bound: object) -> RelationshipBinding:
    """A relationship that is known already: its ends must be the pattern's."""
    if not isinstance(bound, RelationshipBinding):
        raise frame.error(f"Type mismatch: `{link.name}` is not a relationship.", link.pattern)
    key = bound.key
    kinds = frozenset(kind for kind, _ in link.steps)
    if key.nullable:
        frame.where.append(key.source.a.copy().is_(exp.null()).not_())
    if kinds < key.kinds:
        frame.where.append(key.k.copy().isin(*map(number, sorted(kinds))))
    ends = (replace(key.source, nullable=False), replace(key.target, nullable=False))
    match link.pattern.direction:
        case "out":
            _meet(frame, link.left, ends[0])
            _meet(frame, link.right, ends[1])
        case "in":
            _meet(frame, link.left, ends[1])
            _meet(frame, link.right, ends[0])
        case "both":
            _read_missing(frame, link)
            assert link.left.key is not None and link.right.key is not None
            ways = [
                exp.and_(link.left.key.same(one), link.right.key.same(other), copy=False)
                for one, other in (ends, ends[::-1])
            ]
            frame.where.append(exp.or_(*ways, copy=False))
    return RelationshipBinding(replace(key, nullable=False, kinds=kinds))


def _read_missing(frame: Frame, link: RelationshipSlot) -> None:
    for slot in (link.left, link.right):
        if slot.key is None:
            _read_node(frame, slot)


def _told_by(frame: Frame, link: RelationshipSlot) -> str | None:
    """The column of its target that is enough to know of a relationship, if there is one."""
    if len(link.steps) > 1:
        return None
    ((kind, _),) = link.steps
    return frame.script.graph.relationships[kind].told_by


def _read_told(
    frame: Frame, link: RelationshipSlot, anchored: frozenset[str]
) -> RelationshipBinding:
    """A relationship from left to right, of which another that leads to its target may tell."""
    target, name = link.right.key, _told_by(frame, link)
    if target is None or name is None or name not in target.at_hand:
        return _read_link(frame, link, anchored)
    ((number_, _),) = link.steps
    kind = frame.script.graph.relationships[number_]
    owner = NodeKey(frozenset({kind.source}), number(kind.source), target.at_hand[name], ZERO)
    _meet(frame, link.left, owner)
    assert link.left.key is not None
    key = RelationshipKey(frozenset({number_}), number(number_), ZERO, link.left.key, target)
    return RelationshipBinding(key)


def _by_what_is_known(links: list[RelationshipSlot]) -> list[RelationshipSlot]:
    """Implied relationships, each after those that tell of its ends."""
    rest, ordered = list(links), []
    known: set[NodeSlot] = set()
    while rest:
        ready = [
            link
            for link in rest
            if any(s.key is not None or s in known for s in (link.left, link.right))
        ]
        chosen = (ready or rest)[0]
        known |= {chosen.left, chosen.right}
        rest.remove(chosen)
        ordered.append(chosen)
    return ordered


def _read_implied(
    frame: Frame, link: RelationshipSlot, anchored: frozenset[str]
) -> RelationshipBinding:
    """A relationship that follows from the keys of its nodes, where one way of it is left."""
    graph = frame.script.graph
    kinds = [graph.relationships[kind] for kind, _ in sorted(link.steps)]
    ways = {forward for _, forward in link.steps}
    if len(ways) > 1 or len({kind.implied for kind in kinds}) > 1:
        return _read_link(frame, link, anchored)
    source, target = (link.left, link.right) if ways == {True} else (link.right, link.left)
    if target.key is None:
        _tell_target(frame, kinds, source, target)
    assert target.key is not None
    told = implied_source(kinds[0], target.key)
    require_source(frame, kinds[0], told)
    _meet(frame, source, told)
    assert source.key is not None
    key = RelationshipKey(
        frozenset(kind.number for kind in kinds),
        _kind_number(kinds, source.key, target.key),
        ZERO,
        source.key,
        target.key,
    )
    return RelationshipBinding(key)


def _tell_target(
    frame: Frame, kinds: list[RelationshipKind], source: NodeSlot, target: NodeSlot
) -> None:
    """Give the target its key, from the source's if that tells it."""
    told = None
    if source.key is not None and len(kinds) == 1:
        told = implied_target(kinds[0], source.key)
    if told is None:
        _read_node(frame, target)
    else:
        target.key = told


def _kind_number(kinds: list[RelationshipKind], source: NodeKey, target: NodeKey) -> exp.Expr:
    """The kind of a relationship whose nodes are known."""
    if len(kinds) == 1:
        return number(kinds[0].number)
    cases = [
        exp.If(this=exp.EQ(this=target.k.copy(), expression=number(kind.target)),
               true=number(kind.number))
        for kind in kinds
    ]  # fmt: skip
    return exp.Case(ifs=cases)


def _read_node(frame: Frame, slot: NodeSlot) -> None:
    """Read a node by itself."""
    graph = frame.script.graph
    if len(slot.kinds) == 1:
        kind = graph.nodes[min(slot.kinds)]
        narrow = [kind.subsets[label] for label in slot.labels if label in kind.subsets]
        subset = next((s for s in narrow if s.table is not None), None)
        alias = frame.read(subset.table if subset and subset.table else kind.table)
        labels = frozenset(n for n, s in kind.subsets.items() if s is subset)
        parts = [column(alias, name) for name in kind.key]
        b = parts[1] if len(parts) > 1 else ZERO
        key = NodeKey(slot.kinds, number(kind.number), parts[0], b, labels=labels)
        frame.note_scan([key.a, key.b], kind, alias)
    else:
        branches = []
        for each in sorted(slot.kinds):
            kind = graph.nodes[each]
            first, second = (*map(quote_name, kind.key), "0")[:2]
            table = kind.table if isinstance(kind.table, str) else kind.table.narrowed({})
            branches.append(f"SELECT {each} AS k, {first} AS a, {second} AS b FROM {table} AS n")
        alias = frame.read("(" + " UNION ALL ".join(branches) + ")")
        k, a, b_ = (column(alias, part) for part in "kab")
        key = NodeKey(slot.kinds, k, a, b_)
    slot.key = key


def _check_labels(frame: Frame, slot: NodeSlot) -> None:
    """The labels that the kind of a node does not tell of."""
    assert slot.key is not None
    kinds = [frame.script.graph.nodes[kind] for kind in sorted(slot.key.kinds)]
    missing = slot.labels - slot.key.labels - frozenset.intersection(*(k.labels for k in kinds))
    if len(kinds) == 1:
        kind = kinds[0]
        for label in sorted(missing):
            read = frame.known_scan([slot.key.a, slot.key.b], kind)
            if kind.subsets[label].table is not None and not read:
                # Reading the narrower relation is the test.
                slot.key = replace(slot.key, labels=slot.key.labels | {label})
                frame.scan(slot.key, kind)
                missing -= {label}
    if missing:
        frame.where.append(
            truth(frame.has_labels(NodeBinding(slot.key).typed(), sorted(missing)), frame)
        )
        slot.key = replace(slot.key, labels=slot.key.labels | missing)


def match_properties(
    frame: Frame,
    binding: NodeBinding | RelationshipBinding,
    patterns: Sequence[tree.NodePattern | tree.RelationshipPattern],
) -> None:
    """The conditions of ``{key: value}`` in patterns."""
    for pattern in patterns:
        if pattern.properties is None:
            continue
        # The checks have refused parameters in the place of maps.
        assert isinstance(pattern.properties, tree.MapLiteral)
        for key, value in pattern.properties.entries:
            mine = frame.property(binding.typed(), key)
            frame.where.append(equals(mine, compile_expression(value, frame), frame))
