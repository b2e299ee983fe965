"""Stores of literal property graphs: what goes in comes out, and nothing odd goes in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connstore import Client
from connstore.errors import ArgumentError, MissingTableError
from connstore.store.opening import Store
from connstore.testing import graph_store, sample_store

NODES = [
    {"id": 7, "labels": ["Person", "person", "a`'\"/b 🧠"], "props": {"n": 1, "N": 1.0, "$p": "x"}},
    {"id": -(2**63), "props": {"at": {"__point__": [1, 2.5, 3]}, "on": {"__point__": [0, 1]}}},
    {"id": 2**63 - 1, "labels": [], "props": {"all": [1, 2**53 + 1], "none": [], "ok": [True]}},
]
RELATIONSHIPS = [
    {"id": 1, "type": "LOOP", "src": 7, "dst": 7},
    {"id": 3, "type": "to", "src": 7, "dst": -(2**63), "props": {"w": float("inf")}},
    {"id": 2, "type": "TO", "src": 7, "dst": -(2**63), "props": {"w": -0.0}},
]


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    store = graph_store(NODES, RELATIONSHIPS, tmp_path / "store")
    assert store.read("node").to_pylist() == [
        {
            "node_id": -(2**63),
            "labels": [],
            "properties": '{"at":{"$point":[9157,1.0,2.5,3.0]},"on":{"$point":[7203,0.0,1.0]}}',
        },
        {
            "node_id": 7,
            "labels": ["Person", "person", "a`'\"/b 🧠"],
            "properties": '{"n":1,"N":1.0,"$$p":"x"}',
        },
        {
            "node_id": 2**63 - 1,
            "labels": [],
            "properties": '{"all":[1,9007199254740993],"none":[],"ok":[true]}',
        },
    ]
    assert [tuple(row.values()) for row in store.read("relationship").to_pylist()] == [
        (1, "LOOP", 7, 7, "{}"),
        (2, "TO", 7, -(2**63), '{"w":-0.0}'),
        (3, "to", 7, -(2**63), '{"w":{"$float":"Infinity"}}'),
    ]


def test_it_is_a_store_like_any_other(tmp_path: Path) -> None:
    graph_store(NODES, RELATIONSHIPS, tmp_path / "store")
    store = Store.open(tmp_path / "store")
    store.verify(progress=False)
    client = Client(tmp_path / "store")
    assert client.dataset == "graph:v1"
    assert client.primary_rois == client.all_rois == []


def test_the_dataset_is_that_of_meta(tmp_path: Path) -> None:
    meta = {"id": 1, "labels": ["Meta"], "props": {"dataset": "hemibrain", "tag": "v1.2.1"}}
    assert graph_store([meta], [], tmp_path / "a").dataset == "hemibrain:v1.2.1"
    del meta["props"]["tag"]  # type: ignore[attr-defined]
    assert graph_store([meta], [], tmp_path / "b").dataset == "hemibrain"


def test_equal_graphs_have_equal_fingerprints(tmp_path: Path) -> None:
    one = graph_store(NODES, RELATIONSHIPS, tmp_path / "one")
    two = graph_store(NODES[::-1], RELATIONSHIPS[::-1], tmp_path / "two")
    other = graph_store(NODES, RELATIONSHIPS[1:], tmp_path / "other")
    assert one.fingerprint == two.fingerprint != other.fingerprint


SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)


@settings(max_examples=30, deadline=None)
@given(props=st.dictionaries(st.text(min_size=1), SCALARS | st.lists(SCALARS)))
def test_any_names_and_values(
    props: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("any") / "store"
    store = graph_store([{"id": 0, "props": props}], [], path)
    text = store.read("node")["properties"][0].as_py()
    expected = {("$" + name if name.startswith("$") else name): v for name, v in props.items()}
    assert repr(json.loads(text)) == repr(expected)  # repr tells 1, 1.0 and True apart


A, B = {"id": 1}, {"id": 2}
BAD: dict[str, tuple[list[Any], list[Any], str]] = {
    "dangling source": (
        [A],
        [{"id": 1, "type": "T", "src": 9, "dst": 1}],
        "relationship 1 has source 9, which is no node",
    ),
    "dangling target": (
        [A],
        [{"id": 1, "type": "T", "src": 1, "dst": 9}],
        "relationship 1 has target 9, which is no node",
    ),
    "two nodes of one id": ([A, B, A], [], "two nodes of id 1"),
    "two relationships of one id": (
        [A],
        [{"id": 5, "type": "T", "src": 1, "dst": 1}] * 2,
        "two relationships of id 5",
    ),
    "null": ([{"id": 1, "props": {"x": None}}], [], r"nodes\[0\]\.x: None is no value"),
    "null in a list": ([{"id": 1, "props": {"x": [1, None]}}], [], "None is no value"),
    "list in a list": ([{"id": 1, "props": {"x": [[1]]}}], [], "flat list"),
    "map": ([{"id": 1, "props": {"x": {"y": 1}}}], [], "is no value of a property"),
    "odd point": ([{"id": 1, "props": {"x": {"__point__": [1]}}}], [], "is no value"),
    "true point": ([{"id": 1, "props": {"x": {"__point__": [1, True]}}}], [], "is no value"),
    "point of NaN": (
        [{"id": 1, "props": {"x": {"__point__": [1, float("nan")]}}}],
        [],
        "is no value",
    ),
    "big integer": ([{"id": 1, "props": {"x": 2**63}}], [], "is no value"),
    "half a surrogate": ([{"id": 1, "props": {"x": "\ud800"}}], [], "no Unicode text"),
    "half a surrogate as name": ([{"id": 1, "props": {"\ud800": 1}}], [], "no Unicode text"),
    "object": ([{"id": 1, "props": {"x": object()}}], [], "is no value"),
    "props no dict": ([{"id": 1, "props": [1]}], [], "is no dict"),
    "node no dict": ([1], [], r"nodes\[0\] 1 is no dict"),
    "no id": ([{"labels": ["A"]}], [], r"nodes\[0\] has no 'id'"),
    "no type": ([A], [{"id": 1, "src": 1, "dst": 1}], r"relationships\[0\] has no 'type'"),
    "empty type": ([A], [{"id": 1, "type": "", "src": 1, "dst": 1}], "no text, or an empty one"),
    "id a text": ([{"id": "1"}], [], "id '1' is no 64-bit integer"),
    "id a bool": ([{"id": True}], [], "id True is no 64-bit integer"),
    "id too big": ([{"id": 2**63}], [], "is no 64-bit integer"),
    "labels a text": ([{"id": 1, "labels": "A"}], [], "labels 'A' is no list"),
    "label a number": ([{"id": 1, "labels": [1]}], [], "label 1 is no text"),
    "misspelt key": ([{"id": 1, "label": ["A"]}], [], r"Did you mean labels\?"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_error(case: str, tmp_path: Path) -> None:
    nodes, relationships, message = BAD[case]
    with pytest.raises(ArgumentError, match=message):
        graph_store(nodes, relationships, tmp_path / "store")
    assert not list(tmp_path.iterdir())


def test_an_existing_place_is_refused(tmp_path: Path) -> None:
    graph_store([A], [], tmp_path / "store")
    with pytest.raises(ArgumentError, match="exists"):
        graph_store([A], [], tmp_path / "store")


def test_a_missing_graph_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingTableError, match="graph_store"):
        sample_store().require("node")
