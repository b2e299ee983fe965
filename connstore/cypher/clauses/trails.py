"""Paths of any length: ``-[:ConnectsTo*1..3]->`` and shortest paths, as recursive SELECTs.

A path of any length is a *trail*: no relationship twice, nodes as often as it likes (openCypher
9, "uniqueness"). Conditions on all nodes or all relationships of a path are checked at each step
of a search, as Neo4j does for shortest paths (Cypher manual 4.4, "Shortest path planning").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import Binding, NodeBinding, NodeKey, ValueBinding
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.paths import nodes_of
from connstore.cypher.clauses.patterns import Patterns, RelationshipSlot
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.clauses.shortest import check_conditions, shortest_paths
from connstore.cypher.clauses.steps import Walk, key_columns, node_value, same, step_tests
from connstore.cypher.expressions.conversions import cast
from connstore.cypher.expressions.lambdas import items_of
from connstore.cypher.expressions.snippets import mapped
from connstore.cypher.sqlkit import call, column, number, text
from connstore.cypher.syntax import tree
from connstore.cypher.types import (
    NODE_SQL,
    RELATIONSHIP_SQL,
    ListOf,
    RelationshipType,
    Scalar,
    Typed,
)

#: Columns of a trail: its start, its end, and what it took.
_TRAIL = "uk, ua, ub, vk, va, vb, n, nodes, relationships"


def walk_link(
    script: Script,
    relation: Relation,
    link: RelationshipSlot,
    patterns: Patterns,
    conditions: Sequence[tree.Expression],
) -> Relation:
    """The rows of a relation, each with every path that a pattern allows.

    Args:
        script: The statement.
        relation: The rows; one end of the pattern at least is known there.
        link: The pattern.
        patterns: All patterns of its MATCH.
        conditions: Conditions that are still to be checked; they will be checked on the whole
            paths, whatever is checked on the way.
    """
    path = next(pattern for pattern, _, links in patterns.paths if link in links)
    forward = link.left.name in relation.scope
    start, end = (link.left, link.right) if forward else (link.right, link.left)
    least, most = link.length
    walk = Walk(
        script=script,
        relation=relation,
        start=_key(relation, start.name),
        end=_key(relation, end.name) if end.name in relation.scope else None,
        steps=link.steps if forward else frozenset((kind, not way) for kind, way in link.steps),
        least=least,
        most=most,
        tests=list(step_tests(conditions, link, path.variable, relation)),
        pattern=link.pattern,
        told=_told(script, relation, link, forward=forward),
    )
    frame = Frame(script, relation)
    if link.search is None:
        name = _trails(walk)
    else:
        check_conditions(frame, walk, path, conditions)
        name = shortest_paths(walk, link.search)
    alias = frame.read(name)
    frame.where.append(walk.start.same(walk.node(alias, "u")))
    reached = walk.node(alias, "v")
    new: dict[str, Binding] = {}
    if walk.end is not None:
        frame.where.append(walk.end.same(reached))
    else:
        if reached.kinds - end.kinds and isinstance(reached.k, exp.Column):
            frame.where.append(reached.k.copy().isin(*map(number, sorted(end.kinds))))
        new[end.name] = NodeBinding(replace(reached, kinds=reached.kinds & end.kinds))
    lists: list[exp.Expr] = [column(alias, "nodes"), column(alias, "relationships")]
    if not forward:
        lists = [call("list_reverse", each) for each in lists]
    new[nodes_of(link)] = ValueBinding(Typed(lists[0], ListOf(walk.node_type)))
    if walk.told is None:
        new[link.name] = ValueBinding(Typed(lists[1], ListOf(walk.relationship_type)))
    else:
        frame.where.append(exp.EQ(this=column(alias, "told"), expression=walk.told.sql))
    return frame.close({**relation.scope, **new})


def _told(
    script: Script, relation: Relation, link: RelationshipSlot, *, forward: bool
) -> Typed | None:
    """The list that a pattern's variable is already: the path must take these, in this order."""
    if link.name not in relation.scope:
        return None
    frame = Frame(script, relation)
    told = relation.scope[link.name].typed()
    if link.search is not None:
        raise frame.error("A shortest path cannot be one that is known already.", link.pattern)
    match told.type:
        case Scalar.NULL | ListOf(Scalar.NULL):
            return cast(told, ListOf(RelationshipType(frozenset())), frame)
        case ListOf(RelationshipType()):
            known = told
        case Scalar.ANY | ListOf(Scalar.ANY):
            known = _relationships(items_of(told, frame), frame)
        case _:
            problem = f"Type mismatch: `{link.name}` is not a list of relationships."
            raise frame.error(problem, link.pattern)
    walked = known.sql if forward else call("list_reverse", known.sql)
    return Typed(walked, known.type)


def _relationships(items: Typed, frame: Frame) -> Typed:
    """A list of values of type ANY as the relationships that they are."""
    kinds = frozenset(range(len(frame.script.graph.relationships)))

    def relationship(value: exp.Expr) -> exp.Expr:
        return frame.entity(Typed(value, Scalar.ANY), RelationshipType).sql

    return Typed(mapped(items.sql, relationship), ListOf(RelationshipType(kinds)))


def _key(relation: Relation, name: str) -> NodeKey:
    binding = relation.scope[name]
    assert isinstance(binding, NodeBinding)
    return binding.key


def _trails(walk: Walk) -> str:
    """A relation of all trails from the starts, as long as is allowed."""
    script = walk.script
    name = script.name("w")
    edges = walk.edges("left")
    told = "" if walk.told is None else f", {text(walk.told.sql)} AS told"
    begun = f"""SELECT DISTINCT {key_columns(walk.start, "u")}, {key_columns(walk.start, "v")},
  0 AS n, [{node_value(walk.start)}]::{NODE_SQL}[] AS nodes,
  []::{RELATIONSHIP_SQL}[] AS relationships{told}
FROM {walk.relation.name} WHERE {text(walk.start.a)} IS NOT NULL{_begins(walk)}"""
    at, left, right = walk.node(name, "v"), walk.node("e", "l"), walk.node("e", "r")
    conditions = ["NOT list_contains(relationships, e.e)"]
    reach, kept, columns, enough = "", "", _TRAIL, f"n >= {walk.least}"
    if walk.told is not None:
        conditions.append("e.e = told[n + 1]")
        kept, columns, enough = ", told", f"{_TRAIL}, told", f"{enough} AND n = len(told)"
    if walk.most is not None:
        conditions.append(f"n < {walk.most}")
    if walk.end is not None:
        # Only steps from which the end can still be reached in time.
        distances = _distances(walk)
        reach = f"JOIN {distances} AS d ON {same(right, walk.node('d', 'v'))}"
        if walk.most is not None:
            conditions.append(f"n + 1 + d.d <= {walk.most}")
    step = f"""SELECT uk, ua, ub, {key_columns(right, "v")}, n + 1,
  list_append(nodes, {node_value(right)}), list_append(relationships, e.e){kept}
FROM {name} JOIN {edges} AS e ON {same(at, left)} {reach}
WHERE {" AND ".join(conditions)}"""
    script.define(name, f"{begun}\nUNION ALL\n{step}", head=f"({columns})")
    long_enough = script.name("w")
    script.define(long_enough, f"SELECT * FROM {name} WHERE {enough}")
    return long_enough


def _begins(walk: Walk) -> str:
    """That a path which is known already begins where its first relationship does, or ends."""
    if walk.told is None:
        return ""
    first = f"({text(walk.told.sql)})[1]"
    ends = ", ".join(f"{first}.{end}.a" for end in "st")
    return f" AND (len({text(walk.told.sql)}) = 0 OR {text(walk.start.a)} IN ({ends}))"


def _distances(walk: Walk) -> str:
    """A relation of the nodes from which an end can be reached, and in how few steps."""
    assert walk.end is not None
    script = walk.script
    name = script.name("d")
    edges = walk.edges("right")
    begun = f"""SELECT DISTINCT {key_columns(walk.end, "v")}, 0
FROM {walk.relation.name} WHERE {text(walk.end.a)} IS NOT NULL"""
    at, left, right = walk.node(name, "v"), walk.node("e", "l"), walk.node("e", "r")
    seen = same(walk.node("s", "v"), left)
    limit = "" if walk.most is None else f"AND {name}.d < {walk.most - 1}"
    step = f"""SELECT {key_columns(left, "v")}, min({name}.d) + 1
FROM {name} JOIN {edges} AS e ON {same(right, at)}
WHERE NOT EXISTS (SELECT 1 FROM recurring.{name} AS s WHERE {seen}) {limit}
GROUP BY ALL"""
    head = "(vk, va, vb, d) USING KEY (vk, va, vb)"
    script.define(name, f"{begun}\nUNION\n{step}", head=head)
    return name
