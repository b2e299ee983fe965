"""Random values: one a row, and the same one wherever the row's value is read."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from connstore import Client
from connstore.errors import CypherError
from connstore.registry import clear_default_client
from connstore.testing import sample_path


@pytest.fixture(scope="module")
def client() -> Any:
    yield Client(sample_path())
    clear_default_client()


@pytest.fixture
def ask(client: Any) -> Any:
    def answer(cypher: str) -> list[list[Any]]:
        data: list[list[Any]] = client.fetch_custom(cypher, format="json")["data"]
        return data

    return answer


@pytest.fixture(scope="module")
def bodies(client: Any) -> dict[int, list[Any]]:
    """Body -> what the store says of it."""
    cypher = "MATCH (n:Segment) RETURN n.bodyId, n.type, n.pre, n.roiInfo"
    found = client.fetch_custom(cypher, format="json")["data"]
    return {row[0]: row for row in found}


PICKED = [
    "MATCH (n:Segment) WITH collect(n) AS l UNWIND range(1, 60) AS i "
    "WITH l[toInteger(rand() * size(l))] AS n RETURN n.bodyId, n.type, n.pre, n.roiInfo",
    "MATCH (n:Segment) WITH collect(n) AS l UNWIND range(1, 60) AS i "
    "WITH head([x IN l WHERE rand() < 0.1]) AS n WHERE n IS NOT NULL "
    "RETURN n.bodyId, n.type, n.pre, n.roiInfo",
    "MATCH (n:Segment) WITH collect(n) AS l UNWIND range(1, 60) AS i "
    "UNWIND [x IN l WHERE rand() < 0.1] AS n RETURN n.bodyId, n.type, n.pre, n.roiInfo",
    "MATCH (n:Segment) WITH collect(n.bodyId) AS l UNWIND range(1, 60) AS i "
    "MATCH (n:Segment {bodyId: l[toInteger(rand() * size(l))]}) "
    "RETURN n.bodyId, n.type, n.pre, n.roiInfo",
    "MATCH (m:Segment) MATCH (n:Segment) WHERE n.bodyId = "
    "CASE WHEN rand() < 0.5 THEN m.bodyId END "
    "RETURN n.bodyId, n.type, n.pre, n.roiInfo",
]


@pytest.mark.parametrize("cypher", PICKED)
def test_a_node_picked_at_random_is_one_node(
    cypher: str, ask: Any, bodies: dict[int, list[Any]]
) -> None:
    rows = ask(cypher)
    assert len({row[0] for row in rows}) > 10
    assert all(row == bodies[row[0]] for row in rows)


def test_a_random_key_of_a_known_body(ask: Any, bodies: dict[int, list[Any]]) -> None:
    one, other = list(bodies)[:2]
    cypher = f"MATCH (n:Segment {{bodyId: CASE WHEN rand() < 0.5 THEN {one} ELSE {other} END}})"
    seen = set()
    for _ in range(40):
        rows = ask(f"{cypher} RETURN n.bodyId, n.type, n.pre, n.roiInfo")
        assert len(rows) == 1 and rows[0] == bodies[rows[0][0]]
        seen.add(rows[0][0])
    assert seen == {one, other}


def test_a_random_key_of_each_row(ask: Any) -> None:
    """Half of 1,000 rows match, give or take 16."""
    cypher = (
        "MATCH (m:Segment) WITH m.bodyId AS b LIMIT 100 UNWIND range(1, 10) AS i "
        "MATCH (:Segment {bodyId: CASE WHEN rand() < 0.5 THEN b ELSE 0 END}) RETURN count(*)"
    )
    assert 400 < ask(cypher)[0][0] < 600


def test_a_random_relationship_is_one_relationship(ask: Any) -> None:
    every = {
        (row[0], row[1]): row[2]
        for row in ask(
            "MATCH (a:Segment)-[c:ConnectsTo]->(b:Segment) RETURN a.bodyId, b.bodyId, c.weight"
        )
    }
    rows = ask(
        "MATCH (:Segment)-[c:ConnectsTo]->(:Segment) WITH collect(c) AS l UNWIND range(1, 60) AS i "
        "WITH l[toInteger(rand() * size(l))] AS c "
        "RETURN startNode(c).bodyId, endNode(c).bodyId, c.weight"
    )
    assert len(rows) == 60
    assert all(every[source, target] == weight for source, target, weight in rows)


def test_many_conditions_and_a_random_one(ask: Any, bodies: dict[int, list[Any]]) -> None:
    many = " AND ".join(f"n.bodyId <> {-number}" for number in range(1, 1500))
    assert ask(f"MATCH (n:Segment) WHERE {many} AND rand() < 2 RETURN count(n)") == [[len(bodies)]]
    assert ask(f"MATCH (n:Segment) WITH n WHERE {many} AND rand() < 2 RETURN count(n)") == [
        [len(bodies)]
    ]


def test_items_of_a_list_are_drawn_one_by_one(ask: Any) -> None:
    ((numbers,),) = ask("RETURN [x IN range(1, 100) | rand()]")
    assert len(set(numbers)) == 100
    rows = ask("UNWIND range(1, 50) AS i WITH [x IN [1, 2] | rand()] AS l RETURN l, l[0], l[1]")
    assert all(listed == [first, second] for listed, first, second in rows)
    assert len({first for _, first, _ in rows}) == 50
    ((words,),) = ask(
        "RETURN [x IN range(1, 900) | CASE toInteger(rand() * 3) WHEN 0 THEN 'a' WHEN 1 THEN 'b' "
        "WHEN 2 THEN 'c' END]"
    )
    counts = Counter(words)
    assert set(counts) == {"a", "b", "c"} and min(counts.values()) > 200


def test_groups_by_a_random_value(ask: Any) -> None:
    rows = ask("UNWIND range(1, 1000) AS i RETURN rand() < 0.5 AS half, count(*) AS n")
    assert sorted(half for half, _ in rows) == [False, True]
    assert sum(count for _, count in rows) == 1000 and all(count > 400 for _, count in rows)
    rows = ask("UNWIND range(1, 90) AS i RETURN i % 3 AS k, count(*) + rand() AS x, count(*) AS n")
    assert [count for *_, count in rows] == [30, 30, 30]
    assert all(30 <= x < 31 for _, x, _ in rows) and len({x for _, x, _ in rows}) == 3


def test_a_random_order_of_groups_and_of_distinct_rows(ask: Any) -> None:
    for cypher in (
        "UNWIND range(1, 600) AS i RETURN i % 200 AS k, count(*) AS n ORDER BY rand()",
        "UNWIND range(1, 600) AS i RETURN DISTINCT i % 200 AS k ORDER BY rand()",
        "UNWIND range(1, 200) AS i WITH i - 1 AS k ORDER BY k * rand() WHERE k >= 0 RETURN k",
    ):
        found = [row[0] for row in ask(cypher)]
        assert found != list(range(200)) and sorted(found) == list(range(200))


def test_random_values_beside_patterns(ask: Any, bodies: dict[int, list[Any]]) -> None:
    rows = ask(
        "MATCH (n:Neuron) RETURN n.bodyId, rand() AS x, size([(n)-[:ConnectsTo]->(m) | rand()]), "
        "size([(n)-[:ConnectsTo]->(m) | m.bodyId]) ORDER BY x"
    )
    assert len(rows) > 50 and all(mine == theirs for *_, mine, theirs in rows)
    assert [row[1] for row in rows] == sorted({row[1] for row in rows})
    half = ask("MATCH (n:Segment) WHERE (n)-[:ConnectsTo]->() OR rand() < 0.5 RETURN count(n)")
    none = ask("MATCH (n:Segment) WHERE (n)-[:ConnectsTo]->() RETURN count(n)")
    assert none[0][0] < half[0][0] < len(bodies)
    optional = ask("MATCH (n:Neuron) OPTIONAL MATCH (n)-[c:ConnectsTo]->(m) WHERE rand() < 0.5 "
                   "WITH n, count(m) AS found RETURN count(n)")  # fmt: skip
    assert optional == ask("MATCH (n:Neuron) RETURN count(n)")


def test_a_condition_reads_what_a_shorter_way_would_leave_out(ask: Any) -> None:
    """DISTINCT does not care for the synapse sets; the random condition does."""
    cypher = (
        "MATCH (n:Neuron)-[:Contains]->(s:SynapseSet)-[:Contains]->(x:Synapse) "
        "WHERE s.type = 'pre' AND (rand() < 2 OR s.type = 'post') RETURN DISTINCT x.type"
    )
    assert ask(cypher) == [["pre"]]


def test_identifiers_differ(ask: Any) -> None:
    rows = ask("UNWIND range(1, 100) AS i WITH randomUUID() AS u RETURN u, u AS again")
    assert len({one for one, _ in rows}) == 100 and all(one == other for one, other in rows)


def test_a_random_list_in_a_pattern_cannot_read_the_pattern(ask: Any) -> None:
    with pytest.raises(CypherError, match=r"cannot read `a`.*WHERE"):
        ask("MATCH (a:Neuron)-->(b {pre: head([x IN [a.pre] WHERE rand() < 1])}) RETURN b")


def test_a_random_value_of_a_relationship(ask: Any) -> None:
    cypher = "MATCH (:Neuron)-[c:ConnectsTo {weight: toInteger(rand()) + 1}]->()"
    assert ask(f"{cypher} RETURN DISTINCT c.weight") == [[1]]


GUARDED = {
    "UNWIND [0, 1, 2] AS z RETURN CASE WHEN z > 0 THEN [x IN [4] WHERE x / z < 9 + rand()] END": [
        None, [4], [4],
    ],
    "UNWIND [0, 1, 2] AS z RETURN z > 0 AND any(x IN [4] WHERE x / z < 9 + rand())": [
        False, True, True,
    ],
    "UNWIND [0, 1, 2] AS z WITH z WHERE z > 0 AND single(x IN [4] WHERE x / z < 9 + rand()) "
    "RETURN z": [1, 2],
}  # fmt: skip


@pytest.mark.parametrize("cypher", GUARDED)
def test_what_may_fail_is_drawn_only_where_it_is_asked_for(cypher: str, ask: Any) -> None:
    assert [value for (value,) in ask(cypher)] == GUARDED[cypher]


def test_a_subquery_draws_for_each_row(ask: Any) -> None:
    for inner in ("RETURN rand() AS r", "UNWIND [1] AS j WITH j, rand() AS r RETURN r"):
        rows = ask(f"UNWIND range(1, 50) AS i CALL {{ {inner} }} RETURN i, r")
        assert [i for i, _ in rows] == list(range(1, 51)) and len({r for _, r in rows}) == 50
    ((count,),) = ask("MATCH (n:Neuron) CALL { MATCH (n:Meta) RETURN n AS m, rand() AS r } "
                      "RETURN count(DISTINCT r) - count(n)")  # fmt: skip
    assert count == 0


def test_a_condition_inside_a_list_draws_for_each_item(ask: Any) -> None:
    ((count,),) = ask("RETURN size([x IN range(1, 4000) WHERE rand() < 0.5 AND 10 / x >= 0])")
    assert 1800 < count < 2200
