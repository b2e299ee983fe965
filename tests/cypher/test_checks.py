"""Checks that need no data: what Neo4j refuses, with its words, and what it lets pass."""

from __future__ import annotations

import pytest

from connstore.cypher.checks.check import check
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.syntax.walk import (
    children,
    contains_aggregate,
    free_variables,
    rewrite,
    structure,
    walk,
)
from connstore.errors import CypherError
from cypher.cases import CASES, case_file

AGGREGATE = "Invalid use of aggregating function"
GONE = "not possible to access variables declared before the WITH/RETURN: n"
DECLARED = "already declared"

WRONG = [
    # names
    ("MATCH (n) RETURN m", 18, "Variable `m` not defined"),
    ("MATCH (neuron) RETURN neurn", 23, "Did you mean neuron?"),
    ("WITH 1 AS a WITH 2 AS b RETURN a", 32, "Variable `a` not defined"),
    ("MATCH (n {x: m.y}) RETURN n", 14, "Variable `m` not defined"),
    ("RETURN [x IN [1] | y]", 20, "Variable `y` not defined"),
    ("RETURN [x IN x | 1]", 14, "Variable `x` not defined"),
    ("RETURN reduce(a = a, x IN [1] | a)", 19, "Variable `a` not defined"),
    ("RETURN n {.x}", 8, "Variable `n` not defined"),
    ("MATCH (n) WHERE (n)-->(m) RETURN n", 23, "not allowed to introduce new variables"),
    ("MATCH (n) WHERE (n)-[r]->() RETURN n", 20, "not allowed to introduce new variables"),
    ("MATCH (n) WHERE exists { (n)-->(m) } RETURN m", 45, "Variable `m` not defined"),
    ("MATCH (n) RETURN [(n)-->(m) | m.x], m", 37, "Variable `m` not defined"),
    ("UNWIND [1] AS x UNWIND [2] AS x RETURN x", 17, DECLARED),
    ("MATCH (p), p = (a)-->(b) RETURN p", 12, DECLARED),
    ("MATCH p = (a)-->(b) MATCH p = (c)-->(d) RETURN p", 27, DECLARED),
    ("MATCH (n) RETURN [n = (a)-->(b) | n]", 19, DECLARED),
    ("CALL db.labels() YIELD label AS x, label AS x RETURN x", 1, DECLARED),
    # sorts
    ("MATCH (n)-[n]->() RETURN n", 10, "n defined with conflicting type Node (expected Relat"),
    ("MATCH ()-[r]->(r) RETURN r", 15, "conflicting type Relationship (expected Node)"),
    ("MATCH ()-[r]->() MATCH ()-[r*]->() RETURN r", 26, "(expected List<Relationship>)"),
    ("MATCH p = ()-->() MATCH (p) RETURN p", 25, "conflicting type Path (expected Node)"),
    ("WITH 1 AS n MATCH (n) RETURN n", 19, "conflicting type Integer (expected Node)"),
    ("WITH [1] AS n MATCH (n) RETURN n", 21, "conflicting type List<Any> (expected Node)"),
    ("WITH {a: 1} AS r MATCH ()-[r]-() RETURN r", 26, "conflicting type Map"),
    ("WITH true AS r MATCH ()-[r]-() RETURN r", 24, "conflicting type Boolean"),
    ("MATCH ()-[r]->()-[r]->() RETURN r", 17, "same relationship variable 'r' for multiple"),
    ("MATCH ()-[r]->(), ()-[r]->() RETURN r", 21, "same relationship variable 'r'"),
    ("MATCH (n) WHERE n RETURN n", 17, "expected Boolean but was Node"),
    ("MATCH (n) WHERE NOT n RETURN n", 21, "expected Boolean but was Node"),
    # aggregates
    ("MATCH (n) WHERE count(n) > 1 RETURN n", 17, f"{AGGREGATE} count(...)"),
    ("MATCH (n {x: max(1)}) RETURN n", 14, AGGREGATE),
    ("WITH count(*) AS c WHERE sum(c) > 1 RETURN c", 26, AGGREGATE),
    ("UNWIND collect(1) AS x RETURN x", 8, AGGREGATE),
    ("RETURN sum(count(1))", 12, "inside of aggregate functions"),
    ("RETURN [x IN [1] | count(x)]", 20, "expressions executing over lists"),
    ("RETURN any(x IN [1] WHERE count(x) > 0)", 27, "expressions executing over lists"),
    ("MATCH (n) RETURN [(n)-->(m) | count(m)]", 31, "expressions executing over lists"),
    ("MATCH (n) RETURN n ORDER BY max(n.x)", 29, AGGREGATE),
    ("MATCH (n) RETURN n LIMIT count(*)", 26, AGGREGATE),
    ("RETURN count(rand())", 14, "non-deterministic"),
    ("RETURN size(DISTINCT [1])", 8, "DISTINCT with function 'size'"),
    # columns
    ("MATCH (n) WITH n.x RETURN 1", 16, "Expression in WITH must be aliased (use AS)"),
    ("RETURN 1 AS x, 2 AS x", 16, "Multiple result columns with the same name"),
    ("WITH 1 AS x RETURN *, 2 AS x", 23, "Multiple result columns with the same name"),
    ("MATCH (n) RETURN n.x, n.x", 23, "Multiple result columns with the same name"),
    ("RETURN *", 1, "RETURN * is not allowed when there are no variables in scope"),
    ("MATCH () RETURN *", 10, "RETURN * is not allowed when there are no variables in scope"),
    ("RETURN 1 AS a UNION RETURN 2 AS b", 21, "All sub queries in an UNION must have the same"),
    ("RETURN 1 AS a, 2 AS b UNION RETURN 3 AS b, 4 AS a", 29, "in the same order"),
    ("RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a", 1, "UNION and UNION ALL"),
    # ORDER BY, SKIP, LIMIT
    ("MATCH (n) RETURN DISTINCT n.x ORDER BY n.y", 40, GONE),
    ("MATCH (n) RETURN n.x, count(*) ORDER BY n.y", 41, GONE),
    ("MATCH (n) WITH n.x AS x, min(n.y) AS y ORDER BY sum(n.y) RETURN x", 49, GONE),
    ("MATCH (n) WITH DISTINCT n.x AS x WHERE n.y RETURN x", 40, GONE),
    ("MATCH (n) RETURN n ORDER BY m", 29, "Variable `m` not defined"),
    ("MATCH (n) RETURN n SKIP n.x", 25, "not allowed to refer to variables in SKIP"),
    ("MATCH (n) RETURN n LIMIT n.x", 26, "not allowed to refer to variables in LIMIT"),
    ("RETURN 1 LIMIT -1", 16, "Must be a non-negative integer"),
    ("RETURN 1 SKIP 1.5", 15, "Must be a non-negative integer"),
    ("RETURN 1 LIMIT true", 16, "Must be a non-negative integer"),
    # clauses
    ("MATCH (n)", 1, "Query cannot conclude with MATCH"),
    ("WITH 1 AS x", 1, "Query cannot conclude with WITH"),
    ("UNWIND [1] AS x CALL db.labels() YIELD label", 17, "Query cannot conclude with CALL"),
    ("RETURN 1 MATCH (n)", 1, "RETURN can only be used at the end of the query"),
    ("MATCH (n) CALL db.labels() RETURN n", 11, "explicitly using `YIELD`"),
    ("MATCH (n) CALL db.labels YIELD label RETURN n", 11, "passing arguments implicitly"),
    ("CALL { MATCH (n) } RETURN 1", 8, "Query cannot conclude with MATCH"),
    ("MATCH (n) CALL { RETURN n } RETURN n", 25, "Variable `n` not defined"),
    ("MATCH (n) CALL { MATCH (m) RETURN m AS n } RETURN n", 11, "declared in outer scope"),
    ("MATCH (n) CALL { WITH n.x AS y RETURN y } RETURN y", 18, "Importing WITH"),
    ("MATCH (n) CALL { WITH n AS m RETURN m } RETURN m", 18, "Importing WITH"),
    ("MATCH (n) CALL { WITH n LIMIT 1 RETURN 1 AS m } RETURN m", 18, "Importing WITH"),
    # patterns and functions
    ("MATCH (n $p) RETURN n", 10, "{key: $p.key}"),
    ("MATCH ()-[r*$p]-() RETURN r", 13, "Parameter maps"),
    ("MATCH p = shortestPath((a)-[*2..3]-(b)) RETURN p", 29, "minimal length"),
    ("MATCH (a) RETURN (a)-->()", 18, "only be used to test"),
    ("MATCH (a) RETURN collect((a)-->())", 26, "only be used to test"),
    ("MATCH ()" + 51 * "-->()" + " RETURN 1", 1, "at most 50 relationships"),
    ("RETURN foo(1)", 8, "Unknown function 'foo'"),
    ("RETURN siz([1])", 8, "Did you mean size"),
    ("RETURN apoc.map.setKeys({}, 'a', 1)", 8, "Did you mean apoc.map.setKey or"),
    ("RETURN exists(1)", 15, "not a property or pattern"),
]

RIGHT = [
    "MATCH (a)-[r]->(b) MATCH (b)-[r]->(c) RETURN r",
    "MATCH (a)-->(b)-->(a) RETURN a",
    "MATCH (a), (b {x: a.x}) WHERE (a)-->(b) AND NOT (a)<-[:X]-() RETURN a",
    "MATCH (a) WHERE all(x IN labels(a) WHERE (a)-->() AND x = 'A') RETURN a",
    "MATCH (a) RETURN exists((a)-->()) AS e, NOT (a)-->() AS n, size((a)-->()) AS s",
    "MATCH (a), (b) RETURN shortestPath((a)-[*]-(b)) AS p",
    "MATCH (a) RETURN [p = (a)-->(b) WHERE b.x > a.x | length(p)] AS l",
    "MATCH (a) WHERE exists { MATCH (a)-->(b) WITH b WHERE b.x > a.x RETURN b } RETURN a",
    "MATCH (n) RETURN exists { (n)-->(m) WHERE m.x } AS e",
    "WITH 1 AS x RETURN [x IN [1, 2] | x] AS l, reduce(x = 0, y IN [1] | x + y) AS r",
    "WITH [1] AS rs MATCH ()-[rs*]->() RETURN rs",
    "UNWIND [1] AS n MATCH (n) RETURN n",
    "WITH null AS n OPTIONAL MATCH (n) RETURN n",
    # implicit grouping keys are legal in Neo4j 4.4
    "MATCH (a) RETURN {x: a.x, c: count(*)} AS m, a.y + count(a) AS s",
    "MATCH (a) RETURN a.x AS x, count(*) AS c ORDER BY a.x, count(*) + 1",
    "MATCH (a)--(b) WITH a.x AS x, count(b.x) AS c ORDER BY a.x + count(b.x) RETURN x",
    "MATCH (a) RETURN DISTINCT a.x AS x ORDER BY a.x, x",
    "MATCH (a) RETURN DISTINCT a ORDER BY a.x",
    "WITH count(*) AS c WHERE count(*) > 1 RETURN c",
    "MATCH (a) WITH DISTINCT a.x AS x WHERE a.x > 1 RETURN x",
    "MATCH (n) RETURN n.x AS n ORDER BY n",
    "MATCH (n) RETURN n.x AS t ORDER BY n.y, t",
    "MATCH (n) WITH n.x AS x WHERE n.y > x RETURN x",
    "MATCH (n) WITH n, count(*) AS c ORDER BY c LIMIT 3 WHERE c > 1 RETURN n",
    "MATCH (n) WITH *, n.x AS x RETURN *, x + 1 AS y",
    "MATCH (n) WITH n {.x} RETURN n",
    "WITH * MATCH (n) RETURN n",
    "RETURN 1 AS x SKIP $s LIMIT toInteger(1.7) + 1",
    "RETURN count(*) AS a, size(collect(1)) AS b, [x IN collect(1) | x] AS c",
    "RETURN 1 AS a UNION RETURN 2 AS a UNION RETURN 3 AS a",
    "MATCH (n) RETURN * UNION MATCH (n) RETURN n",
    "CALL db.labels",
    "CALL db.labels()",
    "CALL db.labels() YIELD label",
    "CALL db.labels() YIELD label WHERE label <> 'A' RETURN label",
    "MATCH (n) CALL { WITH n MATCH (n)-->(m) RETURN count(m) AS c } RETURN n, c",
    "MATCH (n) CALL { WITH * RETURN n.x AS x UNION WITH n RETURN n.y AS x } RETURN x",
    "MATCH (n) CALL { WITH 1 AS y RETURN y } RETURN y",
    "MATCH (n) CALL { WITH n WITH n.x AS y RETURN y } RETURN y",
]


@pytest.mark.parametrize(("text", "column", "message"), WRONG)
def test_wrong_queries(text: str, column: int, message: str) -> None:
    with pytest.raises(CypherError) as caught:
        check(parse(text))
    assert message in caught.value.problem
    assert caught.value.column == column


@pytest.mark.parametrize("text", RIGHT)
def test_right_queries(text: str) -> None:
    check(parse(text))


def test_functions_are_known_by_any_case() -> None:
    check(parse("RETURN SIZE([1]) AS a, CoUnT(1) AS b, APOC.map.SETKEY({}, 'a', 1) AS c"))


@pytest.mark.skipif(not CASES.is_dir(), reason="no cases beside the repository")
def test_real_queries() -> None:
    for case in case_file("corpus"):
        check(parse(case["cypher"]))
    refused = set()
    for case in case_file("traps"):
        try:
            check(parse(case["cypher"]))
        except CypherError:
            refused.add(case["id"])
    assert refused <= {case["id"] for case in case_file("traps") if case["expect"] == "ERROR"}


# Walking ------------------------------------------------------------------------------------


def items(text: str) -> list[tree.Expression]:
    (clause,) = parse(f"RETURN {text}").parts[0].clauses
    assert isinstance(clause, tree.Return)
    return [item.expression for item in clause.items]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("n.x + $p", "n"),
        ("[x IN xs WHERE x > low | x + high]", "high low xs"),
        ("[x IN x | 1]", "x"),
        ("reduce(a = a, x IN x | a + x + y)", "a x y"),
        ("any(x IN xs WHERE all(y IN x WHERE y = z))", "xs z"),
        ("n {.*, .a, b: c, d}", "c d n"),
        ("CASE a WHEN b THEN c ELSE d END", "a b c d"),
        ("(a)-[r {x: y}]->(:B)", "a r y"),
        ("{a: 1, b: [2, c]}", "c"),
    ],
)
def test_free_variables(text: str, names: str) -> None:
    (node,) = items(text)
    assert free_variables(node) == set(names.split())


def test_aggregates_are_found() -> None:
    some = items("1 + count(*), [x IN collect(y) | x], stDevP(x)")
    none = items("size(x), countx(1), exists { RETURN count(*) }")
    assert [contains_aggregate(node) for node in some + none] == [True] * 3 + [False] * 3


def test_structure() -> None:
    one, other, number, float_, truth = items("SUM( n . a )+1, sum(n.a) + 1, 1, 1.0, true")
    assert structure(one) == structure(other)
    assert len({structure(node) for node in (number, float_, truth)}) == 3
    assert {structure(node) for node in walk(one)} == {structure(node) for node in walk(other)}


def test_rewrite() -> None:
    (node,) = items("[a + b, {k: a}, CASE WHEN a THEN b END]")

    def change(each: tree.Node) -> tree.Node | None:
        named = isinstance(each, tree.Variable) and each.name == "a"
        return tree.Literal(each.at, 7) if named else None

    (expected,) = items("[7 + b, {k: 7}, CASE WHEN 7 THEN b END]")
    assert structure(rewrite(node, change)) == structure(expected)
    assert rewrite(node, lambda _: None) is node


def test_children_cover_everything() -> None:
    text = "MATCH p = (a:A {x: 1})-[r*1..2]->(b) WHERE a.x RETURN a AS c, [b, 2] ORDER BY c LIMIT 3"
    kinds = {type(node).__name__ for node in walk(parse(text))}
    assert kinds >= {
        *["Query", "SingleQuery", "Match", "PathPattern", "NodePattern", "RelationshipPattern"],
        *["Length", "MapLiteral", "Property", "Return", "Item", "SortKey", "ListLiteral"],
    }
    assert children(tree.Literal(tree.Span(0, 1), 1)) == []
