"""Conditions of a later MATCH are told to an earlier one, where only the time changes by that."""

from __future__ import annotations

from typing import Any

import pytest

from connstore import Client
from connstore.cypher.clauses.hoisting import conditions_of
from connstore.cypher.syntax.parser import parse
from connstore.registry import clear_default_client
from connstore.testing import graph_store
from cypher.comparing import disagreement
from cypher.evaluator import Evaluator, graph_of

#: Clauses -> how many conditions each of them is to check.
PLACES = {
    "MATCH (a)-->(b) MATCH (b)-->(c) WHERE a.k = 1 AND c.k = 2": [1, 1],
    "MATCH (a) MATCH (b) MATCH (c) WHERE a.k = 1 AND b.k IN $l AND a.k < b.k AND 1 = 1": [2, 2, 0],
    "MATCH (a)-[r]->() MATCH (b) WHERE r.w > 1 AND r.w = b.k": [1, 1],
    # known before, or only of the clause at hand
    "MATCH (a) WITH a MATCH (b) MATCH (a)-->(b) WHERE a.k = 1": [0, 0, 0, 1],
    "MATCH (a) OPTIONAL MATCH (b) MATCH (c) WHERE a.k = 1": [0, 0, 1],
    "MATCH (a) OPTIONAL MATCH (b) WHERE a.k = 1": [0, 1],
    "MATCH (a) UNWIND [1] AS x MATCH (c) WHERE a.k = 1": [0, 0, 1],
    # may fail, or mean a path
    "UNWIND [1] AS m MATCH (a) MATCH (b) WHERE m.k = 1": [0, 0, 1],
    "MATCH (a) MATCH (b) WHERE a.k / 0 = 1": [0, 1],
    "MATCH (a) MATCH (b) WHERE a.s =~ b.s": [0, 1],
    "MATCH (a) MATCH (b) WHERE (a)-->()": [0, 1],
    "MATCH p = shortestPath((a)-[e*]->(b)) MATCH (c) WHERE p = p AND a.k = 1": [0, 2],
    "MATCH (a)-[e*]->(b) MATCH (c) WHERE e.k = 1 AND 2 IN e": [0, 2],
}


@pytest.mark.parametrize("clauses", PLACES)
def test_places(clauses: str) -> None:
    found = conditions_of(parse(f"{clauses} RETURN 1").parts[0].clauses)
    assert [len(conditions) for conditions in found[:-1]] == PLACES[clauses]


NODES = [
    {"id": 1, "labels": ["A"], "props": {"k": 1, "z": 0, "s": "a"}},
    {"id": 2, "labels": ["A"], "props": {"k": 2, "z": 2, "s": "b"}},
    {"id": 3, "labels": ["B"], "props": {"k": 3, "z": 1}},
    {"id": 4, "labels": ["C"], "props": {"k": 5}},
]
RELATIONSHIPS = [
    {"id": 1, "type": "X", "src": 1, "dst": 2, "props": {"w": 5}},
    {"id": 2, "type": "X", "src": 2, "dst": 3, "props": {"w": 2}},
    {"id": 3, "type": "X", "src": 1, "dst": 1, "props": {"w": 1}},
    {"id": 4, "type": "X", "src": 3, "dst": 1, "props": {}},
    {"id": 5, "type": "Y", "src": 2, "dst": 4, "props": {"w": 5}},
]
QUERIES = [
    "MATCH (a)-->(b) MATCH (b)-->(c) WHERE a.k = 1 AND c.k <> 2 RETURN a.k, b.k, c.k",
    "MATCH (a)-[r]->(b) MATCH (b)-[s]->(c) WHERE r.w = s.w RETURN a.k, b.k, c.k",
    "MATCH (a)-[r]->(b) MATCH (c) WHERE r.w IN [5, null] AND c.k > a.k RETURN a.k, b.k, c.k",
    "MATCH (a) MATCH (b) OPTIONAL MATCH (a)-->(b) WHERE a.k = 1 RETURN a.k, b.k",
    "MATCH (a) MATCH (b) WHERE a.s STARTS WITH 'a' AND NOT b.s = 'a' RETURN a.k, b.k",
    "MATCH (a) WHERE a.k > 1 MATCH (b) WHERE b.k > a.k MATCH (c) WHERE a.z = c.z RETURN a.k, b.k",
    "UNWIND [{t: 'i', v: 1}, {t: 'm', v: {k: 1}}] AS q WITH q.t AS t, q.v AS m MATCH (a:A) "
    "MATCH (b:B {k: CASE t WHEN 'm' THEN 3 ELSE 99 END}) WHERE m.k = 1 RETURN a.k, b.k",
    "MATCH p = shortestPath((a:A {k: 2})-[e:X*]->(b {k: 1})) MATCH (c:C) WHERE p = p AND c.k = 5 "
    "RETURN length(p)",
    "MATCH (a) CALL { WITH a MATCH (a)-->(b) MATCH (c) WHERE b.k = 2 RETURN c } RETURN a.k, c.k",
    "MATCH (a) WHERE EXISTS { MATCH (a)-->(b) MATCH (b)-->(c) WHERE b.k = 2 AND a.k = 1 } "
    "RETURN a.k",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("hoisting") / "store"
    graph_store(NODES, RELATIONSHIPS, path)
    yield Client(path)
    clear_default_client()


@pytest.mark.parametrize("cypher", QUERIES)
def test_answers(cypher: str, client: Any) -> None:
    expected = Evaluator(graph_of(NODES, RELATIONSHIPS), parse).answer(parse(cypher))
    found = client.fetch_custom(cypher, format="json")
    assert disagreement(found["columns"], found["data"], expected) is None
    assert found["data"]
