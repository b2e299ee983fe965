"""JSON as APOC 4.4 reads and writes it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connstore import Client
from connstore.cypher.functions.json_writing import written
from connstore.errors import CypherError
from connstore.testing import graph_store, sample_path
from cypher.evaluating import value

QUOTES = r"""{a: 'say "x", it\'s', b: "it's"}"""

#: Results that follow from the source of APOC 4.4, or stand in its tests and documentation.
EXPECTED: list[tuple[str, Any]] = [
    ("fromJsonMap('')", None),
    ("fromJsonList('')", None),
    ("fromJsonMap(null)", None),
    ("fromJsonMap('null')", None),
    ("fromJsonMap('{\"a\": 1}', null)", {"a": 1}),
    ("fromJsonMap('{\"a\": 1}', '')", {"a": 1}),
    ("fromJsonMap('{\"a\": 1}', '$')", {"a": 1}),
    ("fromJsonMap('{\"columns\": {\"col2\": {\"_id\": \"772col2\"}}}', '$.columns.col2')",
        {"_id": "772col2"}),
    ("fromJsonList('{\"foo\": [1, 2, 3]}', '$.foo')", [1, 2, 3]),
    ("fromJsonList('{\"foo\": [1, [2]]}', 'foo[1]')", [2]),
    ("fromJsonList('{\"AL(R)\": {\"\": [1]}}', '$[\\'AL(R)\\'][\"\"]')", [1]),
    # Where a path leads to nothing there is null.
    ("fromJsonMap('{\"a\": 1}', '$.b.c')", None),
    ("fromJsonMap('{\"a\": [1]}', '$.a[1]')", None),
    ("fromJsonMap('{\"a\": [1]}', '$.a.b')", None),
    ("fromJsonMap('{\"a\": [1]}', '$[0]')", None),
    ("fromJsonMap('{\"a\": -Infinity}')", {"a": -math.inf}),
    # What Jackson is told to take besides the standard.
    ("fromJsonMap('{a: [1, 2.5], $b_2: null, \\'c\\': true}')",
        {"a": [1, 2.5], "$b_2": None, "c": True}),
    ("fromJsonMap('{AL-1: 1e5, 7: -1E-5}')", {"AL-1": 1e5, "7": -1e-5}),
    ("fromJsonMap($quotes)", {"a": 'say "x", it\'s', "b": "it's"}),
    ("fromJsonMap('/* a: */ {a: \"/* b: */\", // c: 1\\n d: \"//\"}')",
        {"a": "/* b: */", "d": "//"}),
    ("fromJsonList('[\\'\\\\q\\\\u0041\\\\n\\']')", ["qA\n"]),
    # Floats as Java writes them.
    ("toJson([1e20, 1e7, 1e-5, 0.5, -0.0])", "[1.0E20,1.0E7,1.0E-5,0.5,-0.0]"),
    ("toJson([0.0 / 0.0, 1.0 / 0, -1.0 / 0])", '["NaN","Infinity","-Infinity"]'),
    ("toJson({a: null, b: [true, 'x']})", '{"a":null,"b":[true,"x"]}'),
    ("toJson('\u001f\u0001\t\n\"\\\\/é🧠')", '"\\u001F\\u0001\\t\\n\\"\\\\/é🧠"'),
    ("toJson(point({x: 1, y: 2.5}))", '{"crs":"cartesian","x":1.0,"y":2.5,"z":null}'),
    ("toJson(point({x: 1, y: 2, z: 3}))", '{"crs":"cartesian-3d","x":1.0,"y":2.0,"z":3.0}'),
    ("toJson(point({latitude: 33.4, longitude: 13.1}))",
        '{"crs":"wgs-84","latitude":33.4,"longitude":13.1,"height":null}'),
    ("toJson([point({x: 12.78, y: 56.7, z: 1.1, crs: 'wgs-84-3d'})])",
        '[{"crs":"wgs-84-3d","latitude":56.7,"longitude":12.78,"height":1.1}]'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPECTED)
def test_results(text: str, expected: Any) -> None:
    found = value(f"apoc.convert.{text}", quotes=QUOTES)
    assert type(found) is type(expected)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fromJsonMap('{\"a\": [1]}', '$.a')", "JSON of type List"),
        ("fromJsonMap('{', '$.a')", "not JSON"),
        ("fromJsonMap('{a b: 1}')", "not JSON"),
        ("fromJsonMap('{a: b}')", "not JSON"),
        ("fromJsonMap('{\\'a: 1}')", "not JSON"),
        ("fromJsonList('[]', '$..a')", "the path '$..a' is not supported"),
        ("fromJsonList('[]', '$[*]')", "the path '$[*]' is not supported"),
        ("fromJsonList('[]', '$.a.length()')", "is not supported"),
    ],
)
def test_refusals(text: str, problem: str) -> None:
    with pytest.raises(CypherError) as raised:
        value(f"apoc.convert.{text}")
    assert problem in str(raised.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a$\"\\\n"), inner),
    max_leaves=10,
)  # fmt: skip


@given(VALUES)
def test_what_is_written_can_be_read(given_value: Any) -> None:
    assert json.loads(written(given_value)) == given_value


# Nodes and relationships ----------------------------------------------------------------------

NODES = [
    {"id": 4, "labels": ["Foo2", "Foo"], "props": {"name": "Sherlock"}},
    {"id": 5, "labels": ["Bar"]},
    {"id": 6, "props": {"at": {"__point__": [1, 2]}}},
]
RELATIONSHIPS = [
    {"id": 0, "type": "MY_REL", "src": 4, "dst": 5, "props": {"weight": 1.5}},
    {"id": 1, "type": "BARE", "src": 6, "dst": 5},
]

FOO = {"id": "4", "type": "node", "labels": ["Foo", "Foo2"], "properties": {"name": "Sherlock"}}
BAR = {"id": "5", "type": "node", "labels": ["Bar"]}
POINT = {"crs": "cartesian", "x": 1.0, "y": 2.0, "z": None}
NAMELESS = {"id": "6", "type": "node", "properties": {"at": POINT}}
MY_REL = {
    "id": "0", "type": "relationship", "label": "MY_REL", "start": FOO, "end": BAR,
    "properties": {"weight": 1.5},
}  # fmt: skip
BARE = {"id": "1", "type": "relationship", "label": "BARE", "start": NAMELESS, "end": BAR}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    path: Path = tmp_path_factory.mktemp("graph") / "store"
    graph_store(NODES, RELATIONSHIPS, path)
    return Client(path)


def answer(client: Client, query: str) -> list[Any]:
    return [text for (text,) in client.fetch_custom(query, format="json")["data"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("MATCH (n) RETURN apoc.convert.toJson(n) ORDER BY id(n)", [FOO, BAR, NAMELESS]),
        ("MATCH (n) WITH n ORDER BY id(n) RETURN apoc.convert.toJson(collect(n))",
            [[FOO, BAR, NAMELESS]]),
        ("MATCH (n:Foo), (m:Bar) RETURN apoc.convert.toJson({one: n, two: [m]})",
            [{"one": FOO, "two": [BAR]}]),
        ("MATCH ()-[r]->() RETURN apoc.convert.toJson(r) ORDER BY id(r)", [MY_REL, BARE]),
        ("MATCH (n)<-[r]-(m) RETURN apoc.convert.toJson(r) ORDER BY id(r)", [MY_REL, BARE]),
        ("MATCH p = (:Foo)-[]->()<-[]-() RETURN apoc.convert.toJson(p)",
            [[FOO, MY_REL, BAR, BARE, NAMELESS]]),
        ("MATCH p = (:Foo)-[*]-() WITH p ORDER BY length(p) RETURN apoc.convert.toJson(collect(p))",
            [[[FOO, MY_REL, BAR], [FOO, MY_REL, BAR, BARE, NAMELESS]]]),
        ("MATCH p = ()-[]->() UNWIND relationships(p) AS r WITH r ORDER BY id(r) "
            "RETURN apoc.convert.toJson(r)", [MY_REL, BARE]),
        ("MATCH (n:Foo) WITH [n] AS ns UNWIND ns AS m RETURN apoc.convert.toJson(m)", [FOO]),
        ("MATCH (n) WHERE id(n) < 6 OPTIONAL MATCH (n)-[r]->() RETURN apoc.convert.toJson(r) "
            "ORDER BY id(n)", [MY_REL, None]),
        ("MATCH (n:Foo) RETURN apoc.convert.toJson(properties(n))", [{"name": "Sherlock"}]),
    ],
)  # fmt: skip
def test_nodes_and_relationships(client: Client, query: str, expected: list[Any]) -> None:
    assert [json.loads(text) for text in answer(client, query)] == expected


def test_the_order_of_keys(client: Client) -> None:
    (text,) = answer(client, "MATCH ()-[r:MY_REL]->() RETURN apoc.convert.toJson(r)")
    assert text == json.dumps(MY_REL, separators=(",", ":"))


@pytest.mark.parametrize(
    "query",
    [
        "MATCH ()-[r]->() RETURN apoc.convert.toJson(collect(r))",
        "MATCH ()-[r]->() RETURN apoc.convert.toJson({r: r})",
        "MATCH p = ()-[*]->() RETURN [r IN relationships(p) | apoc.convert.toJson(r)]",
    ],
)
def test_relationships_without_their_nodes_are_refused(client: Client, query: str) -> None:
    with pytest.raises(CypherError, match="the nodes are not known"):
        answer(client, query)


def test_ids_are_those_of_id() -> None:
    query = "MATCH (n:Neuron)-[r]->(m) RETURN apoc.convert.toJson(r), id(n), id(r), id(m) LIMIT 5"
    rows = Client(sample_path()).fetch_custom(query, format="json")["data"]
    assert len(rows) == 5
    for text, *ids in rows:
        found = json.loads(text)
        assert [int(part["id"]) for part in (found["start"], found, found["end"])] == ids
