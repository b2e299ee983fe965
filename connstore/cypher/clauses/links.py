"""Relationships in FROM: how a pattern's relationships of length one are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from connstore.cypher.clauses.bindings import NodeKey, RelationshipKey
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.patterns import Step, ends
from connstore.cypher.clauses.script import UNIT, Script
from connstore.cypher.graph.schema import Arrangement, RelationshipKind
from connstore.cypher.sqlkit import ZERO, column, number, raw, text
from connstore.cypher.types import Typed
from connstore.sqltext import quote_name

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Walked:
    """A relationship in FROM, as a pattern walks it.

    Attributes:
        left: The node it is walked from.
        right: The node it is walked to.
        key: The relationship.
        carried: Properties at hand.
    """

    left: NodeKey
    right: NodeKey
    key: RelationshipKey
    carried: dict[str, Typed]


def read(
    frame: Frame,
    steps: Iterable[Step],
    *,
    find_by: Side,
    labels: frozenset[str] = frozenset(),
    wanted: Iterable[str] = (),
) -> Walked:
    """Read every relationship that a set of steps allows.

    Args:
        frame: The SELECT.
        steps: Kinds and directions; not empty.
        find_by: The side that is known better, by which rows should be found fast.
        labels: Labels that both ends are asked to carry; they may be checked by this or not.
        wanted: Properties that are worth having at hand.
    """
    chosen = sorted(steps)
    if len(chosen) == 1:
        return _read_one(frame, chosen[0], find_by, labels)
    kinds = {kind for kind, _ in chosen}
    names = list(wanted) if len(kinds) == 1 else []
    types: dict[str, Typed] = {}
    branches: list[tuple[Frame, dict[str, exp.Expr]]] = []
    for kind, forward in chosen:
        # An undirected pattern meets a self-loop once.
        again = not forward and (kind, True) in chosen
        step = (kind, forward)
        branches.append(_branch(frame.script, step, find_by, labels, names, types, again))
    alias = frame.read(Union(branches))
    return _of_union(frame.script, chosen, alias, types, _common(branches))


@dataclass(frozen=True, slots=True)
class Union:
    """Relations one after the other, each a SELECT with columns of the same names."""

    branches: Sequence[tuple[Frame, Mapping[str, exp.Expr]]]

    def narrowed(self, within: Mapping[str, Sequence[str]]) -> str:
        """The relation, as it stands in FROM."""
        selects = []
        for frame, columns in self.branches:
            known = {
                (value.table, value.name): within[name]
                for name, value in columns.items()
                if name in within and isinstance(value, exp.Column)
            }
            listed = ", ".join(f"{text(value)} AS {name}" for name, value in columns.items())
            selects.append(f"SELECT {listed} {frame.source(known)}")
        return "(" + "\nUNION ALL\n".join(selects) + ")"


def _read_one(frame: Frame, step: Step, find_by: Side, labels: frozenset[str]) -> Walked:
    kind = frame.script.graph.relationships[step[0]]
    return (_implied if kind.implied else _stored)(frame, kind, step[1], find_by, labels)


def _stored(
    frame: Frame, kind: RelationshipKind, forward: bool, find_by: Side, labels: frozenset[str]
) -> Walked:
    """A relationship that has a relation of its own."""
    end = "source" if (find_by == "left") == forward else "target"
    arrangement = _best(kind.arrangements, end, labels)
    alias = frame.read(arrangement.table)
    known = frozenset() if arrangement.ends is None else frozenset({arrangement.ends})
    source, target = (
        _node_key(alias, node, columns, known)
        for node, columns in ((kind.source, kind.source_key), (kind.target, kind.target_key))
    )
    id_ = column(alias, kind.id) if kind.id else ZERO
    beside = ((name, column(alias, here)) for name, here in kind.companions.items())
    source = replace(source, at_hand=_columns(alias, kind.source_at_hand))
    target = replace(target, companions=tuple(beside), at_hand=_columns(alias, kind.target_at_hand))
    key = RelationshipKey(frozenset({kind.number}), number(kind.number), id_, source, target)
    frame.note_scan(_parts(key), kind, alias)
    require_source(frame, kind, source)
    if kind.is_target:
        frame.note_scan([target.a, target.b], frame.script.graph.nodes[kind.target], alias)
    return Walked(*((source, target) if forward else (target, source)), key, {})


def _implied(
    frame: Frame, kind: RelationshipKind, forward: bool, find_by: Side, labels: frozenset[str]
) -> Walked:
    """A relationship that the nodes at its target tell of."""
    node = frame.script.graph.nodes[kind.target]
    target = _node_key(frame.read(node.table), kind.target, node.key, frozenset())
    key = RelationshipKey(
        frozenset({kind.number}),
        number(kind.number),
        ZERO,
        implied_source(kind, target),
        target,
    )
    require_source(frame, kind, key.source)
    return Walked(*((key.source, target) if forward else (target, key.source)), key, {})


def require_source(frame: Frame, kind: RelationshipKind, source: NodeKey) -> None:
    """That the source of a relationship is there, if that is not certain."""
    if not kind.may_dangle:
        return
    node = frame.script.graph.nodes[kind.source]
    there = raw(f"SELECT {quote_name(node.key[0])} FROM {node.table}")
    frame.where.append(source.a.copy().isin(query=exp.Subquery(this=there)))


def implied_source(kind: RelationshipKind, target: NodeKey) -> NodeKey:
    """The source of an implied relationship, told by its target."""
    values = {"target.a": target.a, "target.b": target.b}
    told = {left: values[right] for left, right in kind.implied}
    return NodeKey(
        frozenset({kind.source}),
        number(kind.source),
        told["source.a"],
        told.get("source.b", ZERO),
        target.nullable,
    )


def implied_target(kind: RelationshipKind, source: NodeKey) -> NodeKey | None:
    """The target of an implied relationship, if its source tells it."""
    values = {"source.a": source.a, "source.b": source.b}
    told = {right: values[left] for left, right in kind.implied}
    if set(told) != {"target.a", "target.b"}:
        return None
    kinds = frozenset({kind.target})
    return NodeKey(kinds, number(kind.target), told["target.a"], told["target.b"], source.nullable)


def _branch(
    script: Script,
    step: Step,
    find_by: Side,
    labels: frozenset[str],
    wanted: Sequence[str],
    types: dict[str, Typed],
    again: bool,
) -> tuple[Frame, dict[str, exp.Expr]]:
    """One SELECT of a union over steps; without self-loops, if they come up again."""
    frame = Frame(script, UNIT)
    walked = _read_one(frame, step, find_by, labels)
    kind = script.graph.relationships[step[0]]
    if again and kind.source == kind.target:
        frame.where.append(exp.not_(exp.paren(walked.left.same(walked.right))))
    columns = {
        "k": number(kind.number),
        "id": walked.key.id,
        "fwd": exp.true() if step[1] else exp.false(),
        **{f"l{part}": getattr(walked.left, part) for part in "kab"},
        **{f"r{part}": getattr(walked.right, part) for part in "kab"},
    }
    for i, name in enumerate(wanted):
        source = kind.property(name)
        if source is None or source.needs != "scan":
            continue
        alias = frame.known_scan(_parts(walked.key), kind)
        columns[f"p{i}"] = source.sql(alias, script.bind)
        types[name] = Typed(exp.to_identifier(f"p{i}"), source.type)
    for side, key in (("l", walked.left), ("r", walked.right)):
        columns |= {f"{side}_{name}": value for name, value in key.companions}
    return frame, columns


def _common(branches: Sequence[tuple[Frame, dict[str, exp.Expr]]]) -> set[str]:
    """Leaves those companions that all branches have; returns their columns."""
    named = [{name for name in columns if name.startswith(("l_", "r_"))} for _, columns in branches]
    common = set.intersection(*named)
    for (_, columns), names in zip(branches, named, strict=True):
        for name in names - common:
            del columns[name]
    return common


def _of_union(
    script: Script,
    steps: Sequence[Step],
    alias: str,
    types: dict[str, Typed],
    companions: set[str],
) -> Walked:
    """What a union over steps has in its columns."""
    graph = script.graph
    sides = {}
    for side, place in (("l", 0), ("r", 1)):
        kinds = frozenset(ends(step, graph)[place] for step in steps)
        sides[side] = NodeKey(
            kinds,
            number(min(kinds)) if len(kinds) == 1 else column(alias, f"{side}k"),
            column(alias, f"{side}a"),
            column(alias, f"{side}b"),
            companions=tuple(
                (name[2:], column(alias, name)) for name in sorted(companions) if name[0] == side
            ),
        )
    left, right = sides["l"], sides["r"]
    numbers = frozenset(kind for kind, _ in steps)
    ways = {forward for _, forward in steps}
    key = RelationshipKey(
        numbers,
        number(min(numbers)) if len(numbers) == 1 else column(alias, "k"),
        column(alias, "id"),
        left if ways == {True} else right if ways == {False} else _either(alias, left, right),
        right if ways == {True} else left if ways == {False} else _either(alias, right, left),
    )
    carried = {name: Typed(column(alias, t.sql.name), t.type) for name, t in types.items()}
    return Walked(left, right, key, carried)


def _either(alias: str, forward: NodeKey, backward: NodeKey) -> NodeKey:
    """One end of a relationship that may be walked either way."""
    kinds = forward.kinds | backward.kinds

    def pick(one: exp.Expr, other: exp.Expr) -> exp.Expr:
        if one == other:
            return one.copy()
        walked = exp.If(this=column(alias, "fwd"), true=one.copy())
        return exp.Case(ifs=[walked], default=other.copy())

    return NodeKey(
        kinds,
        number(min(kinds)) if len(kinds) == 1 else pick(forward.k, backward.k),
        pick(forward.a, backward.a),
        pick(forward.b, backward.b),
    )


def _best(arrangements: Sequence[Arrangement], end: str, labels: frozenset[str]) -> Arrangement:
    """The arrangement with the fewest rows, then the one that finds by an end."""
    fit = [a for a in arrangements if a.ends is None or a.ends in labels]
    return min(fit, key=lambda a: (a.ends is None, a.sorted_by != end))


def _node_key(alias: str, kind: int, columns: Sequence[str], labels: frozenset[str]) -> NodeKey:
    parts = [column(alias, name) for name in columns]
    b = parts[1] if len(parts) > 1 else ZERO
    return NodeKey(frozenset({kind}), number(kind), parts[0], b, labels=labels)


def _columns(alias: str, names: Mapping[str, str]) -> dict[str, exp.Expr]:
    return {name: column(alias, here) for name, here in names.items()}


def _parts(key: RelationshipKey) -> list[exp.Expr]:
    return [key.source.a, key.source.b, key.target.a, key.target.b, key.id]
