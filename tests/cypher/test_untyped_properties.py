"""Properties have no types in Neo4j: what a function does not take is an error where it is met.

A store does know the types of its columns. A column whose type will not do is as good as any other
as long as there is no value in it.
"""

from __future__ import annotations

from typing import Any

import pytest

from connstore import Client
from connstore.errors import CypherError
from connstore.registry import clear_default_client
from connstore.testing import graph_store, sample_path

NODES = [
    {"id": 1, "labels": ["A"], "props": {"name": "EPG", "size": 3, "ok": True, "l": [4, 5]}},
    {"id": 2, "labels": ["B"], "props": {}},
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("untyped") / "store"
    graph_store(NODES, [], path)
    yield Client(path)
    clear_default_client()


#: Expressions over ``n`` that no node with these properties has a value for.
MISFITS = [
    "toLower(n.size)", "toUpper(n.ok)", "abs(n.name)", "size(n.ok)", "substring(n.size, 1)",
    "split(n.ok, ',')", "split(n.name, n.ok)", "toFloat(n.l)", "keys(n.name)", "n.name - 3",
    "n.name * n.size", "n.size + n.ok", "n.ok + 1", "-n.name", "NOT n.name", "n.name AND n.ok",
    "n.name XOR true", "n.name[0]", "n.name['x']", "n.size.x", "n.name[0..1]", "n.l[n.name]",
    "n.l[0..n.name]", "head(n.name)", "apoc.convert.fromJsonMap(n.size)", "n.size =~ 'a'",
    "n.l + n.ok + n.size - 1", "range(0, n.name)", "CASE WHEN n.name THEN 1 END",
    "[x IN n.l WHERE toLower(x) = 'a']", "coalesce(toLower(n.size), n.ok) + 1",
]  # fmt: skip


@pytest.mark.parametrize("expression", MISFITS)
def test_nothing_met_is_nothing_wrong(expression: str, client: Any) -> None:
    found = client.fetch_custom(f"MATCH (n:B) RETURN {expression} AS x", format="json")
    assert found["data"] == [[None]]
    found = client.fetch_custom(f"MATCH (n:A) WHERE n.size > 3 RETURN {expression}", format="json")
    assert found["data"] == []


#: Those of them that a value makes null rather than an error.
NULL = ["n.size =~ 'a'"]


@pytest.mark.parametrize("expression", [each for each in MISFITS if each not in NULL])
def test_a_value_of_a_wrong_type_is_an_error(expression: str, client: Any) -> None:
    with pytest.raises(CypherError):
        client.fetch_custom(f"MATCH (n:A) RETURN {expression} AS x")


@pytest.mark.parametrize(
    ("cypher", "place"),
    [
        ("MATCH (n:A)\nRETURN size(n.name), toLower(n.size)", (2, 22)),
        ("MATCH (n:A)\n RETURN n.size - n.name AS d, n.size - 1", (1, 1)),
        ("MATCH (n:A)\n RETURN n.name - n.size AS d", (2, 9)),
        ("MATCH (n:A) RETURN -n.name", (1, 20)),
        ("MATCH (n:A) RETURN n.name[0]", (1, 20)),
        ("MATCH (n:A) RETURN n.size.x", (1, 20)),
        ("MATCH (n:A) RETURN sum(n.name)", (1, 20)),
        ("MATCH (n:A) RETURN substring('abc', n.size - 9)", (1, 20)),
        ("MATCH (n:A) RETURN n.size + 1 / (n.size - 3)", (1, 1)),
    ],
)
def test_where_the_error_is(cypher: str, place: tuple[int, int], client: Any) -> None:
    """Where one place only can be meant; else at the beginning."""
    with pytest.raises(CypherError) as raised:
        client.fetch_custom(cypher)
    assert (raised.value.line, raised.value.column) == place


SINGLE = {
    "[x IN n.name | x + '!']": ["EPG!"],
    "[x IN n.size WHERE x > 5]": [],
    "any(x IN n.name WHERE x = 'EPG')": True,
    "all(x IN n.size WHERE x = 4)": False,
    "reduce(s = '', x IN n.name | s + x)": "EPG",
    "'EPG' IN n.name": True,
    "'E' IN n.name": False,
    "3 IN {k: n.size}.k": True,
    "[x IN head([n.name, 1]) | x]": ["EPG"],
}


@pytest.mark.parametrize("expression", SINGLE)
def test_a_single_value_is_a_list_of_one(expression: str, client: Any) -> None:
    """As Neo4j's ``makeTraversable`` has it; null stays null."""
    found = client.fetch_custom(f"MATCH (n) RETURN {expression} AS x ORDER BY id(n)", format="json")
    assert found["data"][0] == [SINGLE[expression]]
    if "head" not in expression:
        assert found["data"][1] == [None]


def test_unwinding_a_single_value(client: Any) -> None:
    def rows(cypher: str) -> list[Any]:
        data: list[Any] = client.fetch_custom(cypher, format="json")["data"]
        return data

    assert rows("MATCH (n) UNWIND n.name AS x RETURN x") == [["EPG"]]
    assert rows("MATCH (n) UNWIND n.ok AS x RETURN x") == [[True]]
    assert rows("MATCH (n) UNWIND n.l AS x RETURN x") == [[4], [5]]
    assert rows("UNWIND [[1, 2], 'a', null] AS l UNWIND l AS x RETURN x") == [[1], [2], ["a"]]


AGGREGATES = {
    "sum(n.name)": 0,
    "avg(n.ok)": None,
    "stDev(n.name)": 0,
    "percentileCont(n.l, 0.5)": None,
}


@pytest.mark.parametrize("expression", AGGREGATES)
def test_aggregates(expression: str, client: Any) -> None:
    found = client.fetch_custom(f"MATCH (n:B) RETURN {expression}", format="json")
    assert found["data"] == [[AGGREGATES[expression]]]
    with pytest.raises(CypherError, match="expected numbers"):
        client.fetch_custom(f"MATCH (n) RETURN {expression}")


@pytest.mark.parametrize(
    "cypher",
    [
        "RETURN toLower(1)",
        "WITH 1 AS x RETURN NOT x",
        "UNWIND 5 AS x RETURN x",
        "RETURN 1 IN 5",
        "MATCH (n:B) UNWIND n AS x RETURN x",
        "MATCH (n:B) RETURN size(n)",
        "MATCH (n:B) RETURN sum(n)",
        "MATCH (n:B) RETURN [x IN n | x]",
        "MATCH (n:C) RETURN n[0]",
    ],
)
def test_what_is_certain_is_refused_at_once(cypher: str, client: Any) -> None:
    with pytest.raises(CypherError, match="Type mismatch"):
        client.fetch_custom(cypher)


def test_a_column_without_values_may_be_asked_anything() -> None:
    """The exporter writes such a column as if it held truth values."""
    client: Any = Client(sample_path())
    cypher = (
        "MATCH (n:Neuron) WITH n, [toLower(n.type), toLower(n.trumanHl)] AS texts "
        "WHERE any(t IN texts WHERE t CONTAINS 'dna') RETURN DISTINCT texts"
    )
    assert client.fetch_custom(cypher, format="json")["data"] == [[["dna02", None]]]
    clear_default_client()
