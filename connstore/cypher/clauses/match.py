"""MATCH: patterns to a SELECT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    NodeBinding,
    RelationshipBinding,
    ValueBinding,
)
from connstore.cypher.clauses.conjuncts import anchors, has_subquery
from connstore.cypher.clauses.filtering import check_in_turn, filtered
from connstore.cypher.clauses.frame import Frame, closed, with_row_numbers
from connstore.cypher.clauses.loose import with_entities
from connstore.cypher.clauses.paths import no_matches, path_values, unlike
from connstore.cypher.clauses.patterns import NodeSlot, Patterns, arrange
from connstore.cypher.clauses.preparing import is_random, prepared_for_patterns
from connstore.cypher.clauses.reading import match_properties, read_patterns
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.clauses.shortcuts import shorten
from connstore.cypher.clauses.trails import walk_link
from connstore.cypher.expressions.compiler import compile_expression, truth
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import free_variables, walk


def match_patterns(
    script: Script,
    relation: Relation,
    clause: tree.Match,
    conditions: Sequence[tree.Expression],
    needed: frozenset[str] | None,
) -> Relation:
    """The rows of a relation, each with every way in which the patterns match.

    Args:
        script: The statement.
        relation: The rows.
        clause: The clause.
        conditions: What must hold.
        needed: What later clauses read, if it does not matter how often a row is there.
    """
    if not clause.optional:
        return find(script, relation, clause.paths, conditions, needed)
    base, row = with_row_numbers(script, relation)
    found = closed(script, find(script, base, clause.paths, conditions))
    frame = Frame(script, base)
    assert found.name is not None
    mine, theirs = base.scope[row].typed().sql, found.scope[row].typed().sql
    frame.left_join(found.name, found.name, exp.EQ(this=mine, expression=theirs))
    new = {
        name: nullable(binding) for name, binding in found.scope.items() if name not in base.scope
    }
    kept = {name: binding for name, binding in base.scope.items() if name != row}
    return frame.close({**kept, **new})


def nullable(binding: Binding) -> Binding:
    """A binding of a variable that an OPTIONAL MATCH may leave null."""
    match binding:
        case ValueBinding():
            return binding
        case NodeBinding(key):
            return replace(binding, key=replace(key, nullable=True))
        case RelationshipBinding(key_):
            return replace(binding, key=replace(key_, nullable=True))


def find(
    script: Script,
    relation: Relation,
    paths: Sequence[tree.PathPattern],
    conditions: Sequence[tree.Expression] = (),
    needed: frozenset[str] | None = None,
) -> Relation:
    """The rows of a relation, each with every match for which some conditions hold.

    Args:
        script: The statement.
        relation: The rows.
        paths: The patterns.
        conditions: The conditions.
        needed: What later clauses read, if it does not matter how often a row is there.
    """
    random = [condition for condition in conditions if is_random(condition)]
    if random:  # drawn for each match
        rest = [condition for condition in conditions if condition not in random]
        return filtered(script, find(script, relation, paths, rest), random)
    before = relation.scope
    relation, paths = prepared_for_patterns(script, with_entities(script, relation, paths), paths)
    if relation.select is not None:
        relation = closed(script, relation)
    frame = Frame(script, relation)
    patterns = arrange(paths, relation.scope, script.graph, script.name, frame.error)
    if needed is not None and not patterns.impossible:
        within = [*(node for path in paths for node in walk(path)), *conditions]
        names = [free_variables(node) for node in within if isinstance(node, tree.Expression)]
        shorten(patterns, script.graph, needed.union(*names), script.name)
    visible = {name: relation.scope[name] for name in before} | no_matches(patterns)
    if patterns.impossible:
        frame.scope.update(visible)
        for condition in conditions:
            if not has_subquery(condition):
                truth(compile_expression(condition, frame), frame)  # what is wrong stays wrong
        frame = Frame(script, relation)
        frame.where.append(exp.false())
        return frame.close(visible)
    inline = [slot.name for slot in patterns.nodes if any(p.properties for p in slot.patterns)]
    fresh = frozenset(visible) - frozenset(relation.scope)
    anchored = anchors(conditions, fresh) | frozenset(inline)
    read = read_patterns(frame, patterns, anchored)
    for slot in patterns.nodes:
        if slot.key is not None:
            match_properties(frame, NodeBinding(slot.key), slot.patterns)
    for link in patterns.relationships:
        if link.name in read:
            match_properties(frame, read[link.name], [link.pattern])
    known = {
        **relation.scope,
        **{slot.name: NodeBinding(slot.key) for slot in patterns.nodes if slot.key is not None},
        **read,
    }
    frame.scope.update(known)
    unlike(frame, patterns)
    ready = [c for c in conditions if _is_ready(c, known, visible)]
    check_in_turn(frame, ready)
    rest = [c for c in conditions if c not in ready]
    if not rest and not any(link.long for link in patterns.relationships):
        return frame.pass_on(_named(path_values(frame, patterns), visible))
    return _find_rest(script, frame.close(frame.scope), patterns, rest, visible)


def _find_rest(
    script: Script,
    relation: Relation,
    patterns: Patterns,
    rest: Sequence[tree.Expression],
    visible: dict[str, Binding],
) -> Relation:
    """What takes further steps: paths of any length, and conditions with patterns in them."""
    for link in patterns.relationships:
        if link.long:
            relation = walk_link(script, relation, link, patterns, rest)
    if has_subquery(*rest, *(pattern for slot in patterns.nodes for pattern in slot.patterns)):
        # Patterns in conditions may read the paths as well.
        paths = path_values(Frame(script, relation), patterns)
        relation, _ = with_row_numbers(script, replace(relation, scope=paths))
    frame = Frame(script, relation)
    for slot in patterns.nodes:
        binding = relation.scope[slot.name]
        assert isinstance(binding, NodeBinding)
        if slot.key is None:
            _match_labels(frame, slot, binding)
            match_properties(frame, binding, slot.patterns)
    unlike(frame, patterns, long=True)
    frame.scope.update(path_values(frame, patterns))
    check_in_turn(frame, rest)
    return frame.close(_named(frame.scope, visible))


def _is_ready(
    condition: tree.Expression, known: dict[str, Binding], visible: dict[str, Binding]
) -> bool:
    """Whether a condition can be checked while the patterns are read."""
    names = free_variables(condition)
    return not has_subquery(condition) and not any(n in visible and n not in known for n in names)


def _match_labels(frame: Frame, slot: NodeSlot, binding: NodeBinding) -> None:
    labels = [label for pattern in slot.patterns for label in pattern.labels]
    if labels:
        frame.where.append(truth(frame.has_labels(binding.typed(), labels), frame))


def _named(bindings: dict[str, Binding], visible: dict[str, Binding]) -> dict[str, Binding]:
    """Those bindings that later clauses may see."""
    return {name: binding for name, binding in bindings.items() if name in visible}
