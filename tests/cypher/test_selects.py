"""What must hold however the clauses of a query share the SELECTs of its statement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from connstore import Client
from connstore.cypher.answer import rows
from connstore.cypher.graph.graphs import graph_of
from connstore.cypher.types import Properties, Scalar
from connstore.errors import CypherError
from connstore.registry import clear_default_client
from connstore.testing import graph_store

Ask = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("empty") / "store"
    graph_store([], [], path)
    yield Client(path)
    clear_default_client()


@pytest.fixture
def ask(empty: Client) -> Ask:
    """The first column of an answer."""

    def answer(cypher: str, **parameters: Any) -> list[Any]:
        found = empty.fetch_custom(cypher, format="json", parameters=parameters)
        return [row[0] for row in found["data"]]

    return answer


@pytest.mark.parametrize(
    "cypher",
    [
        "UNWIND range(1, 50) AS i RETURN rand() AS x ORDER BY x",
        "UNWIND range(1, 50) AS i RETURN rand() AS x ORDER BY rand()*0 + x, i",
        "UNWIND range(1, 50) AS i RETURN 1 + rand() AS x, i ORDER BY x",
        "UNWIND range(1, 50) AS i RETURN count(*) + rand() AS x, i ORDER BY x",
        "UNWIND range(1, 50) AS i WITH rand() AS x RETURN x ORDER BY x",
        "UNWIND range(1, 50) AS i WITH rand() AS x ORDER BY x WITH collect(x) AS xs "
        "UNWIND xs AS y RETURN y",
    ],
)
def test_a_random_number_is_drawn_once(cypher: str, ask: Ask) -> None:
    """The number that a row is sorted by is the number that it shows."""
    numbers = ask(cypher)
    assert len(set(numbers)) == 50 and numbers == sorted(numbers)


def test_lists_of_ordered_rows_keep_their_order(ask: Ask) -> None:
    cypher = "UNWIND range(1, 300) AS i WITH i ORDER BY i DESC WITH collect(i) AS l UNWIND l AS i"
    assert ask(f"{cypher} RETURN i") == list(range(300, 0, -1))
    cypher = "UNWIND range(1, 300) AS i WITH i ORDER BY i DESC UNWIND [i, i + 0.5, i + 0.7] AS j"
    assert ask(f"{cypher} RETURN j") == [
        i + part for i in range(300, 0, -1) for part in (0, 0.5, 0.7)
    ]


def test_a_random_number_is_the_same_in_all_columns(empty: Client) -> None:
    found = empty.fetch_custom(
        "UNWIND range(1, 20) AS i WITH rand() AS x RETURN x, x AS y, [x, x] AS both", format="json"
    )
    assert all(x == y == first == last for x, y, (first, last) in found["data"])


def test_rows_in_random_order(ask: Ask) -> None:
    numbers = ask("UNWIND range(1, 1000) AS i RETURN i ORDER BY rand()")
    assert numbers != list(range(1, 1001)) and sorted(numbers) == list(range(1, 1001))


def test_random_order_before_a_grouping(ask: Ask) -> None:
    cypher = "UNWIND range(1, 300) AS i WITH i ORDER BY rand() WITH collect(i) AS l UNWIND l AS i"
    numbers = ask(f"{cypher} RETURN i")
    assert numbers != list(range(1, 301)) and sorted(numbers) == list(range(1, 301))
    few = "UNWIND range(1, 5) AS i CALL { WITH i UNWIND range(1, 9) AS j RETURN j"
    assert len(ask(f"{few} ORDER BY rand() LIMIT 1 }} RETURN j")) == 5


@pytest.mark.parametrize(
    "cypher",
    [
        "UNWIND range(1, 3000) AS i WITH i WHERE rand() < 0.5 RETURN i",
        "UNWIND range(1, 3000) AS i WITH i WHERE rand() < 0.5 AND 6 / i >= 0 RETURN i",
        "UNWIND range(1, 3000) AS i WITH i WHERE rand() < 0.5 WITH i WHERE 6 / i >= 0 RETURN i",
        "UNWIND range(1, 3000) AS i WITH i WHERE rand() < 0.5 UNWIND [1, 2] AS j "
        "WITH i, count(*) AS c WHERE c = 2 RETURN i",
    ],
)
def test_a_random_condition_is_drawn_once_a_row(cypher: str, ask: Ask) -> None:
    """Far within what chance allows: 1,500 of 3,000, give or take 27."""
    assert 1300 < len(ask(cypher)) < 1700


def test_ties_stay_together_when_lists_are_unwound(ask: Ask) -> None:
    cypher = "UNWIND [3, 1, 2, 3] AS x WITH x ORDER BY x UNWIND [x, 0] AS y"
    assert ask(f"{cypher} RETURN y") == [1, 0, 2, 0, 3, 0, 3, 0]
    assert ask(f"{cypher} RETURN collect(y)") == [[1, 0, 2, 0, 3, 0, 3, 0]]


def test_sort_keys_mean_the_new_names(empty: Client) -> None:
    def rows_of(cypher: str) -> list[Any]:
        data: list[Any] = empty.fetch_custom(cypher, format="json")["data"]
        return data

    cypher = "UNWIND [1, 2, 3] AS x WITH x AS y, 5 - x AS x ORDER BY x RETURN x, y"
    assert rows_of(cypher) == [[2, 3], [3, 2], [4, 1]]
    cypher = "UNWIND [1, 2, 3] AS x WITH x, 5 - x AS z WITH z AS x, x AS z ORDER BY x LIMIT 1"
    assert rows_of(f"{cypher} RETURN x, z") == [[2, 3]]


GUARDED = [
    "WHERE x <> 0 WITH 10 / x AS y WHERE y > 3 RETURN y",
    "WHERE x <> 0 WITH 10 % x AS y WHERE y >= 0 RETURN y",
    "WHERE x <> 0 WITH DISTINCT 10 / x AS y WHERE y > 3 RETURN y",
    "WHERE x <> 0 WITH 10 / x AS y, count(*) AS c WHERE y > 3 RETURN y",
    "WHERE x <> 0 WITH {q: 10 / x} AS y WHERE y.q > 3 RETURN y.q",
    "WHERE x <> 0 WITH x ORDER BY x WITH 10 / x AS y WHERE y > 3 RETURN y",
    "WHERE x <> 0 CALL { WITH x RETURN 10 / x AS y } WITH y WHERE y > 3 RETURN y",
]


@pytest.mark.parametrize("rest", GUARDED)
def test_a_condition_guards_what_comes_after_it(rest: str, ask: Ask) -> None:
    answer = ask(f"UNWIND [0, 1, 2, 0, 5] AS x WITH x {rest}", many=[])
    assert sorted(answer) == ([0, 0, 0] if "%" in rest else [5, 10])


PATHS = [
    "MATCH p = (a)-[*]->(b) RETURN size(p)",
    "MATCH (n) MATCH p = (n)-[*]->() WHERE p.name = 'x' RETURN p",
    "MATCH p = (a)-->(b) UNWIND p AS x RETURN x",
    "MATCH p = (a)-[:Nothing]->(b) RETURN toString(p)",
]


@pytest.mark.parametrize("cypher", PATHS)
def test_a_path_is_one_even_where_nothing_matches(cypher: str, ask: Ask) -> None:
    with pytest.raises(CypherError, match="but was Path"):
        ask(cypher)


def test_functions_of_a_path_that_is_not_there(empty: Client) -> None:
    found = empty.fetch_custom(
        "OPTIONAL MATCH p = (a)-->(b) RETURN p, length(p), nodes(p), [n IN nodes(p) | n.x]",
        format="json",
    )
    assert found["data"] == [[None] * 4]


@pytest.mark.parametrize("function", ["min", "max", "percentileDisc"])
def test_an_aggregate_of_nulls_fits_any_function(function: str, ask: Ask) -> None:
    """A null has no type that a function could refuse."""
    more = ", 0.5" if function == "percentileDisc" else ""
    cypher = f"UNWIND [1, 2] AS x WITH {function}(toString(null){more}) AS n"
    assert ask(f"{cypher} RETURN substring(n, 0, 1)") == [None]
    assert ask(f"{cypher} RETURN n + 1") == [None]
    assert ask("UNWIND [1, 2] AS x WITH collect(null) AS l RETURN toUpper(head(l))") == [None]


@pytest.mark.parametrize("count", [3, 50, 51, 400])
@pytest.mark.parametrize("null", [False, True])
def test_membership_in_long_lists(count: int, null: bool, ask: Ask) -> None:
    """Three-valued, and the same in conditions, values and comprehensions."""
    listed = [*range(0, 3 * count, 3), *([None] if null else [])]
    asked: list[int | None] = [*range(3 * count), None]
    expected = [
        None if x is None else True if x in listed else None if null else False for x in asked
    ]
    beginning = f"WITH {listed} AS many UNWIND $asked AS x".replace("None", "null")
    assert ask(f"{beginning} RETURN x IN many", asked=asked) == expected
    assert ask(f"{beginning} RETURN NOT x IN many", asked=asked) == [
        None if each is None else not each for each in expected
    ]
    assert ask(f"{beginning} WITH x, many WHERE x IN many RETURN x", asked=asked) == [
        x for x, there in zip(asked, expected, strict=True) if there
    ]
    assert ask(f"WITH {str(listed).replace('None', 'null')} AS many RETURN [x IN $asked | "
               "x IN many]", asked=asked) == [expected]  # fmt: skip


def test_whole_nodes_of_a_query_that_ran_out_of_time(empty: Client) -> None:
    nothing = pa.table([pa.array([], pa.null())], names=["n"])
    types = (Properties((("bodyId", Scalar.INTEGER),), flags=True),)
    assert rows(nothing, types, graph_of(empty.store)) == []


def test_rows_that_differ_anyway(tmp_path: Path) -> None:
    """DISTINCT is spared just where keys tell the rows apart."""
    nodes = [
        {"id": i, "labels": ["Segment", "Neuron"], "props": {"bodyId": i, "type": "AB"[i % 2]}}
        for i in range(1, 5)
    ]
    ends = [(1, 2), (1, 2), (1, 3), (2, 1), (4, 4)]
    edges = [
        {"id": i, "type": "ConnectsTo", "src": a, "dst": b, "props": {"weight": 1}}
        for i, (a, b) in enumerate(ends)
    ]
    graph_store(nodes, edges, tmp_path / "store")
    client = Client(tmp_path / "store")

    def found(cypher: str) -> list[Any]:
        return sorted(client.fetch_custom(cypher, format="json")["data"])

    assert found("MATCH (n:Neuron) RETURN DISTINCT n.bodyId") == [[1], [2], [3], [4]]
    assert found("MATCH (n:Neuron) RETURN DISTINCT n.type") == [["A"], ["B"]]
    assert found("MATCH (n), (m) WITH DISTINCT n RETURN n.bodyId") == [[1], [2], [3], [4]]
    pairs = "MATCH (n)-[:ConnectsTo]->(m)"
    once = [[1, 2], [1, 3], [2, 1], [4, 4]]
    assert found(f"{pairs} WITH DISTINCT n, m RETURN n.bodyId, m.bodyId") == once
    assert found(f"{pairs} RETURN DISTINCT n.bodyId, m.bodyId") == once
    assert found(f"{pairs} WITH DISTINCT n RETURN n.bodyId") == [[1], [2], [4]]
    clear_default_client()


def test_properties_of_relationships_of_several_types(tmp_path: Path) -> None:
    """Outer joins over grouped rows, which the engine's projection_pullup cannot do."""
    nodes = [{"id": i, "labels": ["A"]} for i in (1, 2, 3)]
    edges = [
        {"id": 1, "type": "R", "src": 1, "dst": 2},
        {"id": 2, "type": "S", "src": 1, "dst": 2, "props": {"big": 1}},
        {"id": 3, "type": "r", "src": 1, "dst": 2, "props": {"s": "a", "big": 2}},
    ]
    graph_store(nodes, edges, tmp_path / "store")
    client = Client(tmp_path / "store")
    cypher = (
        "MATCH ()-[e]-() WITH DISTINCT e, e.big AS big WHERE e.s = 'a' RETURN count(e), max(big)"
    )
    assert client.fetch_custom(cypher, format="json")["data"] == [[1, 2]]
    clear_default_client()
