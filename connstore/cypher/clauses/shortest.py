"""Shortest paths: a search by breadth from the starts, and the ways back along it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.steps import Walk, key_columns, node_value, same
from connstore.cypher.sqlkit import text
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import free_variables
from connstore.cypher.types import NODE_SQL, RELATIONSHIP_SQL

#: What the engine raises where a path would start at its end, in Neo4j's words.
SAME_NODE = (
    "CypherError: The shortest path algorithm does not work when the start and end nodes are the "
    "same. Exclude such rows with WHERE."
)


def check_conditions(
    frame: Frame, walk: Walk, path: tree.PathPattern, conditions: Sequence[tree.Expression]
) -> None:
    """Check that the search can heed all conditions on the path.

    Raises:
        CypherError: It cannot: the shortest of all paths might not meet a condition that a
            longer one meets.
    """
    if walk.least > 1:
        raise frame.error(
            "shortestPath(...) does not support a minimal length different from 0 or 1.", path
        )
    names = {path.variable, walk.pattern.variable} - {None}
    tested = {id(test.condition) for test in walk.tests}
    for condition in conditions:
        if not names & free_variables(condition):
            continue
        if isinstance(condition, tree.Quantifier) and id(condition.where) in tested:
            continue
        if _limits_length(condition, path.variable):
            continue
        raise frame.error(
            "A condition on a shortest path must be ALL(… IN nodes(path) WHERE …), "
            "ALL(… IN relationships(path) WHERE …), NONE(…) likewise, or an upper bound of "
            "length(path); it may use constants, but no other variables and no patterns.",
            condition,
        )


def _limits_length(condition: tree.Expression, path: str | None) -> bool:
    """Whether a condition is an upper bound of a path's length."""
    match condition:
        case tree.Comparison(_, (tree.Call(_, name, (tree.Variable(_, of),), _), _), (op,)):
            return name.lower() == "length" and of == path and op in ("<", "<=")
        case _:
            return False


def shortest_paths(walk: Walk, search: Literal["shortest", "all shortest"]) -> str:
    """A relation of the shortest paths between the starts and the ends."""
    assert walk.end is not None
    script = walk.script
    pairs = script.name("x")
    script.define(
        pairs,
        f"""SELECT DISTINCT {key_columns(walk.start, "u")}, {key_columns(walk.end, "v")}
FROM {walk.relation.name}
WHERE {text(walk.start.a)} IS NOT NULL AND {text(walk.end.a)} IS NOT NULL""",
        kept=True,
    )
    if walk.least > 0:
        checked = script.name("x")
        u, v = walk.node(pairs, "u"), walk.node(pairs, "v")
        script.define(
            checked,
            f"""SELECT * FROM {pairs}
WHERE CASE WHEN {same(u, v)} THEN error({text(script.bind(SAME_NODE))}) IS NULL ELSE true END""",
            kept=True,
        )
        pairs = checked
    found = _ways_back(walk, pairs, _distances(walk, pairs))
    if search == "all shortest":
        return found
    one = script.name("x")
    script.define(
        one,
        f"""SELECT * FROM {found}
QUALIFY row_number() OVER (PARTITION BY uk, ua, ub, vk, va, vb ORDER BY relationships) = 1""",
    )
    return one


def _distances(walk: Walk, pairs: str) -> str:
    """A relation of nodes and their distance from each start, until all its ends are met."""
    script = walk.script
    name = script.name("d")
    edges = walk.edges("left")
    at, left, right = walk.node(name, "v"), walk.node("e", "l"), walk.node("e", "r")
    begin = walk.node(name, "u")
    seen = f"{same(walk.node('s', 'u'), begin)} AND {same(walk.node('s', 'v'), right)}"
    met = (
        f"{same(walk.node('s', 'u'), walk.node('x', 'u'))} "
        f"AND {same(walk.node('s', 'v'), walk.node('x', 'v'))}"
    )
    limit = "" if walk.most is None else f"AND {name}.d < {walk.most}"
    script.define(
        name,
        f"""SELECT DISTINCT uk, ua, ub, uk, ua, ub, 0 FROM {pairs}
UNION
SELECT {name}.uk, {name}.ua, {name}.ub, {key_columns(right, "v")}, min({name}.d) + 1
FROM {name} JOIN {edges} AS e ON {same(at, left)}
WHERE NOT EXISTS (SELECT 1 FROM recurring.{name} AS s WHERE {seen}) {limit}
  AND EXISTS (SELECT 1 FROM {pairs} AS x WHERE {same(walk.node("x", "u"), begin)}
    AND NOT EXISTS (SELECT 1 FROM recurring.{name} AS s WHERE {met}))
GROUP BY ALL""",
        head="(uk, ua, ub, vk, va, vb, d) USING KEY (uk, ua, ub, vk, va, vb)",
    )
    return name


def _ways_back(walk: Walk, pairs: str, distances: str) -> str:
    """A relation of all paths from start to end that get one step nearer each time."""
    script = walk.script
    name = script.name("b")
    edges = walk.edges("right")
    begin, at = walk.node(name, "u"), walk.node(name, "c")
    left, right = walk.node("e", "l"), walk.node("e", "r")
    reached, start, target = walk.node("d", "v"), walk.node("d", "u"), walk.node("x", "v")
    script.define(
        name,
        f"""SELECT DISTINCT x.uk, x.ua, x.ub, x.vk, x.va, x.vb, x.vk, x.va, x.vb, d.d,
  [{node_value(target)}]::{NODE_SQL}[], []::{RELATIONSHIP_SQL}[]
FROM {pairs} AS x JOIN {distances} AS d
  ON {same(walk.node("x", "u"), start)} AND {same(target, reached)}
UNION ALL
SELECT {name}.uk, {name}.ua, {name}.ub, {name}.vk, {name}.va, {name}.vb,
  {key_columns(left, "c")}, {name}.n - 1,
  list_prepend({node_value(left)}, {name}.nodes), list_prepend(e.e, {name}.relationships)
FROM {name} JOIN {edges} AS e ON {same(right, at)}
JOIN {distances} AS d
  ON {same(begin, start)} AND {same(left, reached)} AND d.d = {name}.n - 1
WHERE {name}.n > 0""",
        head="(uk, ua, ub, vk, va, vb, ck, ca, cb, n, nodes, relationships)",
    )
    whole = script.name("x")
    script.define(
        whole,
        f"SELECT uk, ua, ub, vk, va, vb, nodes, relationships FROM {name} WHERE n = 0",
    )
    return whole
