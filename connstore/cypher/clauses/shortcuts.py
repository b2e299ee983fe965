"""Chains of relationships that one relation answers, where nobody counts their middle.

``(n)-[:Contains]->(:SynapseSet)-[:Contains]->(s)`` meets a T-bar once for each set that it lies
in. Where the next clause takes each row once anyway (``WITH DISTINCT n, s``), the sets need not
be looked at: a synapse lies in some set of its body just if it has a partner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from connstore.cypher.clauses.patterns import NodeSlot, Patterns, RelationshipSlot
from connstore.cypher.graph.schema import Graph, Shortcut
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import contains_aggregate, free_variables, is_aggregate, walk

#: Aggregates that give the same, however often a row is there.
_BLIND = {"min", "max"}


def seen_once(clause: tree.Clause | None) -> frozenset[str] | None:
    """The variables that a clause reads, if it does not matter to it how often a row is there.

    Returns:
        None, if it does matter.
    """
    if not isinstance(clause, tree.Projection) or clause.star:
        return None
    items = [item.expression for item in clause.items]
    keys = [key.expression for key in clause.order]
    read = [*items, *keys]
    if isinstance(clause, tree.With) and clause.where is not None:
        read.append(clause.where)
    if any(contains_aggregate(each) for each in [*items, *keys]):
        if not all(map(_is_blind, [*items, *keys])):
            return None
    elif not clause.distinct:
        return None
    return frozenset().union(*map(free_variables, read))


def _is_blind(expression: tree.Expression) -> bool:
    return all(
        isinstance(node, tree.Call) and (node.distinct or node.name.lower() in _BLIND)
        for node in walk(expression)
        if is_aggregate(node)
    )


def shorten(
    patterns: Patterns, graph: Graph, needed: frozenset[str], fresh: Callable[[str], str]
) -> None:
    """Put shortcuts in the place of chains whose middle nobody needs.

    Args:
        patterns: The patterns; changed.
        graph: The graph.
        needed: Variables that something reads.
        fresh: Makes names for what has no variable.
    """
    for shortcut in graph.shortcuts:
        for first, second in list(_chains(patterns, shortcut)):
            middle = first.right if first.right in (second.left, second.right) else first.left
            touching = [s for s in patterns.relationships if middle in (s.left, s.right)]
            kinds = {kind for kind, _ in (*first.steps, *second.steps)}
            source = first.left if middle is first.right else first.right
            target = second.left if middle is second.right else second.right
            apart = _apart(patterns, shortcut, target)
            alike = [
                s
                for s in patterns.relationships
                if kinds & {kind for kind, _ in s.steps} and s not in apart
            ]
            in_path = any(
                path.variable is not None and (first in links or second in links)
                for path, _, links in patterns.paths
            )
            names = {middle.name, first.name, second.name}
            plain = all(p.properties is None for p in middle.patterns)
            if len(touching) > 2 or len(alike) > 2 or in_path or names & needed or not plain:
                continue
            if middle.bound is not None:
                continue
            steps = frozenset({(shortcut.kind, True)})
            name = fresh("\0r")
            link = RelationshipSlot(name, first.pattern, source, target, steps, None)
            patterns.relationships[patterns.relationships.index(first)] = link
            patterns.relationships.remove(second)
            patterns.nodes.remove(middle)


def _apart(patterns: Patterns, shortcut: Shortcut, target: NodeSlot) -> list[RelationshipSlot]:
    """The relationships of chains that share none with a chain that ends at a node."""
    beyond = [
        link.left if link.right is target else link.right
        for link in patterns.relationships
        if target in (link.left, link.right)
        and not link.long
        and {kind for kind, _ in link.steps} <= shortcut.apart
    ]
    return [
        link
        for chain in _chains(patterns, shortcut)
        for link in chain
        if any(node in (chain[1].left, chain[1].right) for node in beyond)
    ]


def _chains(
    patterns: Patterns, shortcut: Shortcut
) -> Iterator[tuple[RelationshipSlot, RelationshipSlot]]:
    """Pairs of relationships that together are what a shortcut stands for."""

    def of_kinds(kinds: frozenset[int]) -> list[RelationshipSlot]:
        return [
            slot
            for slot in patterns.relationships
            if not slot.long
            and slot.pattern.properties is None
            and {kind for kind, _ in slot.steps} == kinds
        ]

    for first in of_kinds(shortcut.first):
        for second in of_kinds(shortcut.second):
            if {first.left, first.right} & {second.left, second.right}:
                yield first, second
