"""Questions to a graph of a few nodes, whose answers one can work out by hand.

Three neurons: 1 → 2 twice through synapse sets that share the T-bar 31, 2 → 3, and 1 → 1 (an
autapse). Fragment 4 has no connections and hardly any properties.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from connstore import Client
from connstore.cypher.syntax.parser import parse
from connstore.errors import ArgumentError, CypherError
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher.comparing import disagreement, plain
from cypher.evaluator import EvaluationError, Evaluator, graph_of

NEURON, SET, SYNAPSE = ["Segment", "Neuron"], ["SynapseSet"], ["Synapse"]
NODES: list[dict[str, Any]] = [
    {"id": 1, "labels": NEURON, "props": {"bodyId": 1, "type": "A", "AL(R)": True, "pre": 3}},
    {"id": 2, "labels": NEURON, "props": {"bodyId": 2, "type": "a", "aL(R)": True, "pre": 1}},
    {"id": 3, "labels": NEURON, "props": {"bodyId": 2**53 + 1, "type": "A", "cropped": False}},
    {"id": 4, "labels": ["Segment"], "props": {"bodyId": 2**53}},
    {"id": 21, "labels": SET, "props": {"type": "pre"}},
    {"id": 22, "labels": SET, "props": {"type": "pre"}},
    {"id": 31, "labels": SYNAPSE, "props": {"type": "pre", "location": {"__point__": [0, 3, 4]}}},
    {"id": 32, "labels": SYNAPSE, "props": {"type": "pre", "location": {"__point__": [1, 1, 1]}}},
]


def relationship(number: int, type_: str, src: int, dst: int, **props: Any) -> dict[str, Any]:
    return {"id": number, "type": type_, "src": src, "dst": dst, "props": props}


RELATIONSHIPS = [
    relationship(1, "ConnectsTo", 1, 2, weight=5),
    relationship(2, "ConnectsTo", 2, 3, weight=2),
    relationship(3, "ConnectsTo", 1, 1, weight=1),
    relationship(4, "ConnectsTo", 1, 3, weight=1),
    relationship(5, "Contains", 1, 21),
    relationship(6, "Contains", 1, 22),
    relationship(7, "Contains", 21, 31),
    relationship(8, "Contains", 22, 31),
    relationship(9, "Contains", 22, 32),
]

#: Query -> rows; in their order where the query has ORDER BY.
ANSWERS: dict[str, list[list[Any]]] = {
    # relationships are not used twice in a MATCH; nodes may be
    "MATCH (a)-[:ConnectsTo]->(b)-[:ConnectsTo]->(c) RETURN a.bodyId, b.bodyId, c.bodyId": [
        [1, 2, 2**53 + 1], [1, 1, 2], [1, 1, 2**53 + 1],
    ],
    "MATCH (a)-[:ConnectsTo]->(b) MATCH (b)-[:ConnectsTo]->(a) RETURN count(*)": [[1]],
    "MATCH (a)-[:ConnectsTo]->(b), (b)-[:ConnectsTo]->(a) RETURN count(*)": [[0]],
    # both directions, a self-loop once
    "MATCH (n:Neuron {bodyId: 1})-[e:ConnectsTo]-(m) RETURN e.weight ORDER BY e.weight": [
        [1], [1], [5],
    ],
    "MATCH (n)<-[:ConnectsTo]-(n) RETURN n.bodyId": [[1]],
    # a T-bar in several sets is found in each
    "MATCH (:Neuron)-[:Contains]->()-[:Contains]->(s) RETURN count(s), count(DISTINCT s)": [[3, 2]],
    # items of lists of maps are nodes and relationships still, for patterns too
    "MATCH (a)-[e:ConnectsTo]->(b) WITH collect({b: b, e: e}) AS found UNWIND found AS x "
    "WITH x.b AS b, x.e AS e MATCH (b)-[f:ConnectsTo]->(c) "
    "RETURN b.bodyId, e.weight, f.weight ORDER BY b.bodyId, e.weight, f.weight": [
        [1, 1, 1], [1, 1, 1], [1, 1, 5], [2, 5, 2],
    ],
    "MATCH (a)-[e:ConnectsTo]->() WITH collect([a, e]) AS found UNWIND found AS x "
    "WITH x[1] AS e MATCH (a)-[e]->(b) RETURN a.bodyId, e.weight ORDER BY a.bodyId, e.weight": [
        [1, 1], [1, 1], [1, 5], [2, 2],
    ],
    "UNWIND [{n: null}] AS x WITH x.n AS n MATCH (n)-->(m) RETURN m": [],
    "MATCH (a)-[e:ConnectsTo]->(b) WITH collect({e: e}) AS found UNWIND found AS x "
    "RETURN id(x.e), startNode(x.e).bodyId, endNode(x.e).type ORDER BY id(x.e)": [
        [1, 1, "a"], [2, 2, "A"], [3, 1, "A"], [4, 1, "A"],
    ],
    # what a list expression asks of the ends, and of items by their place
    "MATCH p = ({bodyId: 1})-[:ConnectsTo]->({bodyId: 2})-[:ConnectsTo]->() "
    "RETURN [r IN relationships(p) | [startNode(r).type, r.weight, endNode(r).type, type(r)]]": [
        [[["A", 5, "a", "ConnectsTo"], ["a", 2, "A", "ConnectsTo"]]],
    ],
    "MATCH p = ({bodyId: 1})-[:ConnectsTo]->({bodyId: 2})-[:ConnectsTo]->() "
    "RETURN [i IN range(-1, 3) | nodes(p)[i].type], "
    "all(i IN [0] WHERE relationships(p)[i].weight > relationships(p)[i + 1].weight), "
    "[i IN [0, 1] | [labels(nodes(p)[i])[1], endNode(relationships(p)[i]).type]]": [
        [["A", "A", "a", "A", None], True, [["Neuron", "a"], ["Neuron", "A"]]],
    ],
    # id() of what is not there
    "MATCH (n:Segment {bodyId: 2}) OPTIONAL MATCH (n)-[r:NoSuchType]->(m) "
    "RETURN id(r), id(m), r IS NULL, count(*)": [[None, None, True, 1]],
    # names differ in case
    "MATCH (n:Neuron) WHERE n.`AL(R)` RETURN n.bodyId": [[1]],
    "MATCH (n:Neuron) WHERE n.`aL(R)` RETURN n.bodyId": [[2]],
    "MATCH (n:Neuron) RETURN n.type, count(*) ORDER BY n.type": [["A", 2], ["a", 1]],
    "MATCH (n:neuron) RETURN n": [],
    # what is missing is null
    "MATCH (n:Segment) WHERE NOT n.cropped RETURN n.bodyId": [[2**53 + 1]],
    "MATCH (n:Segment) WHERE n.type <> 'a' RETURN count(*)": [[2]],
    "MATCH (n:Segment) RETURN count(n.type), count(*), sum(n.pre), avg(n.pre)": [[3, 4, 4, 2.0]],
    "MATCH (n:Segment {cropped: null}) RETURN n": [],
    "MATCH (n:Segment) RETURN n.pre ORDER BY n.pre DESC": [[None], [None], [3], [1]],
    # large integers stay apart
    f"MATCH (n) WHERE n.bodyId = {2**53} RETURN n.bodyId": [[2**53]],
    f"MATCH (n) WHERE n.bodyId > {2**53}.0 RETURN n.bodyId": [[2**53 + 1]],
    # optional patterns are found whole or not at all, their WHERE inside
    "MATCH (n:Neuron {bodyId: 2}) OPTIONAL MATCH (n)-[e:ConnectsTo]->(m)-[f:ConnectsTo]->(k) "
    "RETURN e.weight, m, k": [[None, None, None]],
    "MATCH (n:Neuron) OPTIONAL MATCH (n)-[e:ConnectsTo]->() WHERE e.weight > 4 "
    "RETURN n.bodyId, e.weight ORDER BY n.bodyId": [[1, 5], [2, None], [2**53 + 1, None]],
    # trails
    "MATCH p = ({bodyId: 1})-[:ConnectsTo*]->({type: 'A', cropped: false}) "
    "RETURN length(p) AS l ORDER BY l": [[1], [2], [2], [3]],
    "MATCH (n {bodyId: 2})-[*0..1]->(m) RETURN m.bodyId ORDER BY m.bodyId": [[2], [2**53 + 1]],
    # conditions on a path hold during the search
    "MATCH (a {bodyId: 1}), (b {cropped: false}), p = shortestPath((a)-[:ConnectsTo*]->(b)) "
    "RETURN length(p)": [[1]],
    "MATCH (a {bodyId: 1}), (b {cropped: false}), p = allShortestPaths((a)-[:ConnectsTo*]->(b)) "
    "WHERE ALL(r IN relationships(p) WHERE r.weight > 1) RETURN [n IN nodes(p) | n.type]": [
        [["A", "a", "A"]],
    ],
    # keys of groups may stand beside aggregates, within an item or inside a map
    "MATCH (a:Neuron)-[e:ConnectsTo]->() RETURN sum(e.weight) + a.pre AS x ORDER BY x": [
        [3], [10],
    ],
    "MATCH (a)-[e:ConnectsTo]->(b) WITH {of: a.bodyId, n: count(*)} AS m RETURN m.of, m.n "
    "ORDER BY m.of": [[1, 3], [2, 1]],
    "MATCH (n:Nothing) RETURN count(*), collect(n), max(n.x)": [[0, [], None]],
    "MATCH (n:Nothing) RETURN n.x, count(*)": [],
    # subqueries
    "MATCH (n:Neuron) WHERE EXISTS { (n)-[e:ConnectsTo]->() WHERE e.weight = 2 } "
    "RETURN n.bodyId": [[2]],
    "MATCH (n:Neuron) WHERE NOT (n)-[:ConnectsTo]->() RETURN n.type": [["A"]],
    "MATCH (n:Neuron) RETURN size([(n)-[e:ConnectsTo]->(m) WHERE m <> n | e]) AS s ORDER BY s": [
        [0], [1], [2],
    ],
    "MATCH (n:Neuron) CALL { WITH n MATCH (n)-[e:ConnectsTo]->() RETURN sum(e.weight) AS w } "
    "RETURN n.type, w ORDER BY w": [["A", 0], ["a", 2], ["A", 7]],
    "CALL apoc.cypher.runTimeboxed('MATCH (n:Neuron) RETURN count(n) AS c', {}, 10000) "
    "YIELD value RETURN value.c": [[3]],
    # patterns inside the properties of patterns, and in what sorts the rows of DISTINCT
    "MATCH (n:Neuron {bodyId: size([()-[:ConnectsTo]->(m {cropped: false}) | m])}) "
    "RETURN n.type": [["a"]],
    "MATCH (n:Neuron) MATCH (m {bodyId: size([(n)-[:ConnectsTo]->(k) | k])}) "
    "RETURN n.bodyId, m.bodyId": [[2, 1]],
    "MATCH (n:Neuron) RETURN DISTINCT n.bodyId AS b "
    "ORDER BY size([(k)-[:ConnectsTo]->() WHERE k.bodyId = b | k]), b": [[2**53 + 1], [2], [1]],
    "MATCH (n:Neuron) RETURN n.type AS t, count(*) AS c "
    "ORDER BY size([(k)-[:ConnectsTo]->() WHERE k.type = t | k])": [["a", 1], ["A", 2]],
    # a relationship that is known already is of the type that it is
    "MATCH ()-[r:ConnectsTo]->() MATCH ()-[r:Contains]->() RETURN count(*)": [[0]],
    "MATCH (n {bodyId: 1})-[r:ConnectsTo]->() OPTIONAL MATCH (s:SynapseSet)-[r]-() "
    "RETURN count(*), count(s)": [[3, 0]],
    "MATCH ()-[r]->() WITH collect(r) AS rs UNWIND rs AS r MATCH ()-[r:Contains]->() "
    "RETURN count(*)": [[5]],
    "MATCH ()-[r]->() RETURN r:ConnectsTo AS c, r:ConnectsTo:Contains AS both, count(*) "
    "ORDER BY c": [[False, False, 5], [True, False, 4]],
    "MATCH ()-[r]->() WITH collect(r) AS rs UNWIND rs AS r WITH r WHERE r:Contains "
    "RETURN count(*)": [[5]],
    # a path may be known already: then it is that one
    "MATCH (a {bodyId: 1})-[r:ConnectsTo]->(b {bodyId: 2})-[s:ConnectsTo]->() "
    "WITH [r, s] AS rs MATCH (x)-[rs*]->(y) RETURN x.bodyId, y.bodyId": [[1, 2**53 + 1]],
    "MATCH ({bodyId: 1})-[r:ConnectsTo]->({bodyId: 2})-[s:ConnectsTo]->() "
    "WITH [s, r] AS rs MATCH p = (x)-[rs*]-(y) RETURN [n IN nodes(p) | n.bodyId]": [
        [[2**53 + 1, 2, 1]],
    ],
    "MATCH ({bodyId: 1})-[r:ConnectsTo]->({bodyId: 2})-[s:ConnectsTo]->() "
    "WITH [s, r] AS rs MATCH (x)<-[rs*]-(y) RETURN x.bodyId, y.bodyId": [[2**53 + 1, 1]],
    "MATCH (a {bodyId: 1})-[rs:ConnectsTo*2]->(b {bodyId: 2}) MATCH (a)-[rs*]->(c) "
    "RETURN c.bodyId, [r IN rs | r.weight]": [[2, [1, 5]]],
    "MATCH (a)-[rs:ConnectsTo*2]->(b) WHERE (a)-[rs:Contains*]->() RETURN a": [],
    "MATCH (a {bodyId: 2})-[rs:ConnectsTo*1]->() OPTIONAL MATCH (n)-[rs*1]->(m) "
    "RETURN n.bodyId, m.bodyId, size(rs)": [[2, 2**53 + 1, 1]],
    "WITH null AS rs MATCH (a)-[rs*]->(b) RETURN a": [],
    "MATCH (a {bodyId: 2})-[rs*0..0]->() MATCH (x)-[rs*0..]->(y) "
    "RETURN count(*), count(DISTINCT x)": [[8, 8]],
    "MATCH ()-[r:ConnectsTo]->() WITH [r] AS rs MATCH (x)-[rs*]-(y) "
    "RETURN x.bodyId, y.bodyId ORDER BY x.bodyId, y.bodyId": [
        [1, 1], [1, 2], [1, 2**53 + 1], [2, 1], [2, 2**53 + 1], [2**53 + 1, 1], [2**53 + 1, 2],
    ],
    "MATCH (a)-[rs:ConnectsTo*2]->(b) WITH rs[1..1] AS rs MATCH (a)-[rs*]->(b) RETURN a": [],
    # what equals an item is that item, behind WITH too
    "MATCH (n:Neuron) WITH DISTINCT n.type AS t WHERE n.type = 'A' RETURN *": [["A"]],
    "MATCH (n:Neuron) WITH n.type AS t, count(*) AS c WHERE count(*) > 1 AND n.type > '' "
    "RETURN t, c": [["A", 2]],
    "MATCH (n:Neuron) WITH n.pre AS y, [{pre: 7}] AS l WHERE any(n IN l WHERE n.pre = 7) "
    "RETURN count(*)": [[3]],
    "MATCH (n:Neuron) WITH DISTINCT n.pre + 1 AS m WHERE (n.pre + 1) * 2 > 5 RETURN m": [[4]],
    # null in CASE, points, whole nodes
    "MATCH (n {bodyId: 2}) RETURN CASE n.cropped WHEN null THEN 'none' ELSE 'some' END": [["none"]],
    "MATCH (a:Synapse), (b:Synapse) WHERE a.location.x < b.location.x "
    "RETURN distance(a.location, point({x: 0, y: 0, z: 0})), b.location.z": [[5.0, 1.0]],
    "MATCH (n {bodyId: 2}) RETURN n": [[{"bodyId": 2, "type": "a", "aL(R)": True, "pre": 1}]],
    "MATCH (n {bodyId: 2}) RETURN n{.type, .none, up: n.pre + 1} AS m": [
        [{"type": "a", "none": None, "up": 2}],
    ],
    # UNION, DISTINCT, SKIP
    "MATCH (n {bodyId: 1}) RETURN n.type AS t "
    "UNION MATCH (n {cropped: false}) RETURN n.type AS t": [
        ["A"],
    ],
    "MATCH (n:Segment) WITH DISTINCT n.type AS t ORDER BY t SKIP 1 RETURN t ORDER BY t": [
        ["a"], [None],
    ],
}  # fmt: skip

#: What neither answers.
WRONG = [
    "MATCH (n:Neuron) WITH n.type AS t, count(*) AS c WHERE max(n.pre) > 1 RETURN t",
    "MATCH (n:Neuron) RETURN m",
    "MATCH (n:Neuron) RETURN n.type AS t, n.pre AS t",
    "MATCH (n:Neuron) RETURN n.type + 1 / 0",
    "MATCH (n:Neuron) RETURN n.type - 1",
    "MATCH (a {bodyId: 1}), (b {bodyId: 1}), p = shortestPath((a)-[*]-(b)) RETURN p",
    "MATCH (n:Neuron) RETURN n.x AS a UNION MATCH (n:Neuron) RETURN n.x AS b",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("small") / "store"
    graph_store(NODES, RELATIONSHIPS, path)
    yield Client(path)
    clear_default_client()


def evaluated(cypher: str) -> Any:
    return Evaluator(graph_of(NODES, RELATIONSHIPS), parse).answer(parse(cypher))


@pytest.mark.parametrize("cypher", ANSWERS)
def test_answers(cypher: str, client: Any) -> None:
    expected = evaluated(cypher)
    found = client.fetch_custom(cypher, format="json")
    assert disagreement(expected.columns, ANSWERS[cypher], expected) is None
    assert disagreement(found["columns"], found["data"], expected) is None
    if "ORDER BY" in cypher:
        assert [plain(row) for row in found["data"]] == ANSWERS[cypher]


#: What the compiler does not answer.
REFUSED = [
    "CALL apoc.cypher.run([(n)-->(m) | 1], {}) YIELD value RETURN value",
    "MATCH (n)-[:ConnectsTo*1..2 {weight: size([()-->(b) | b])}]->(m) RETURN n",
    "MATCH p = (n)-[:ConnectsTo*1..2]->() WHERE ALL(k IN nodes(p) WHERE (k)-->()) RETURN p",
    "MATCH (a {bodyId: 1}), (b {bodyId: 2}), p = shortestPath((a)-[*]->(b)) "
    "WHERE ALL(k IN nodes(p) WHERE (k)-->()) RETURN p",
]


@pytest.mark.parametrize("cypher", REFUSED)
def test_patterns_where_none_can_stand(cypher: str, client: Any) -> None:
    with pytest.raises(CypherError, match=r"line 1, column \d+: .*pattern"):
        client.fetch_custom(cypher)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((1, 2), "tuple is no type of Cypher"),
        ([np.int64(1)], "int64 is no type of Cypher"),
        ({"a": [b"1"]}, "bytes is no type of Cypher"),
        ({"a": {1: 2}}, "1 is no text"),
        ([2**63], "9223372036854775808 is beyond the integers of 64 bits"),
    ],
)
def test_parameters_that_are_no_values(value: Any, words: str, client: Any) -> None:
    with pytest.raises(CypherError, match=f"column 8: Parameter .x: {words}"):
        client.fetch_custom("RETURN $x", parameters={"x": value})


def test_parameters_without_names(client: Any) -> None:
    with pytest.raises(ArgumentError, match=r"parameters=\[1\] should be a dict"):
        client.fetch_custom("RETURN 1", parameters=[1])


@pytest.mark.parametrize("cypher", WRONG)
def test_errors(cypher: str, client: Any) -> None:
    with pytest.raises((EvaluationError, CypherError)):
        evaluated(cypher)
    with pytest.raises(CypherError):
        client.fetch_custom(cypher, format="json")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("UNWIND [1, 'a'] AS n MATCH (n)-->()", "expected Node but was Integer"),
        ("UNWIND [{r: 1}, {s: 'a'}] AS x WITH x.r AS n MATCH ()-[n]->()",
         "expected Relationship but was Integer"),
        ("MATCH ()-[e]->() WITH collect({e: e}) AS found UNWIND found AS x WITH x.e AS n MATCH (n)",
         "`n` is not a node"),
        ("MATCH ()-[e]->() WITH collect([e, 1]) AS l UNWIND l AS x WITH x[0] AS n MATCH (n)",
         "expected Node but was Relationship"),
    ],
)  # fmt: skip
def test_values_that_are_no_entities(before: str, words: str, client: Any) -> None:
    with pytest.raises(CypherError, match=f"Type mismatch: {words}"):
        client.fetch_custom(f"{before} RETURN n")


def test_the_comparison_sees_differences() -> None:
    """The judges are not blind: each kind of difference is told."""
    cypher = "MATCH (n:Neuron) RETURN n.bodyId AS b, n.type AS t ORDER BY t"
    answer = evaluated(cypher)
    right = [[1, "A"], [2**53 + 1, "A"], [2, "a"]]
    assert disagreement(["b", "t"], right, answer) is None
    assert disagreement(["b", "t"], [right[1], right[0], right[2]], answer) is None
    assert disagreement(["b", "T"], right, answer)
    assert disagreement(["b", "t"], [right[0], right[2], right[1]], answer)
    assert disagreement(["b", "t"], right[:2], answer)
    assert disagreement(["b", "t"], [*right, right[0]], answer)
    assert disagreement(["b", "t"], [[True, "A"], *right[1:]], answer)
    assert disagreement(["b", "t"], [[1, "A"], [2**53, "A"], [2, "a"]], answer)
    limited = evaluated(cypher + " LIMIT 1")
    assert disagreement(["b", "t"], [right[1]], limited) is None
    assert disagreement(["b", "t"], [right[2]], limited)
