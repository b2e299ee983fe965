"""Paths on small random graphs against brute force; time-outs; what is wrong with arguments."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from client.sample import *  # noqa: F403  (fixtures)
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle.paths import outputs, shortest, trails

import connstore
from connstore import NeuronCriteria, fetch_paths, fetch_shortest_paths, registry
from connstore.errors import ArgumentError, UnknownPropertyError, UnknownRoiError

Edge = tuple[int, int, int]

_META = (
    "dataset:string,tag:string,primaryRois:string[],roiHierarchy:string,roiInfo:string,:Label\n"
    'graph,v1,,"{""name"": ""graph""}",{},Meta;graph_Meta\n'
)
_LABELS = "Segment;graph_Segment"


def graph_client(directory: Path, statuses: list[str], edges: list[Edge]) -> Any:
    """A client on bodies 1, 2, ... with these statuses; one without is no neuron."""
    export = directory / "export"
    (export / "Neuprint_Neurons").mkdir(parents=True)
    (export / "Neuprint_Meta.csv").write_text(_META)
    rows = [
        f"{body},{body},{status},type{body % 3},{{}},{_LABELS}"
        + (";Neuron;graph_Neuron" if status else "")
        for body, status in enumerate(statuses, 1)
    ]
    header = ":ID(Body-ID),bodyId:long,status:string,type:string,roiInfo:string,:LABEL"
    (export / "Neuprint_Neurons/0.csv").write_text("\n".join([header, *rows, ""]))
    header = ":START_ID(Body-ID),:END_ID(Body-ID),weight:int,roiInfo:string"
    rows = [f"{pre},{post},{weight},{{}}" for pre, post, weight in edges]
    (export / "Neuprint_Neuron_Connections.csv").write_text("\n".join([header, *rows, ""]))
    connstore.ingest(export, directory / "store", progress=False)
    with registry._no_registration():
        return connstore.Client(directory / "store")


def found(frame: Any) -> list[list[int]]:
    """The bodies of each path, in order."""
    return [rows["bodyId"].tolist() for _, rows in frame.groupby("path")]


@st.composite
def graphs(draw: Any) -> tuple[list[str], list[Edge]]:
    """Up to seven bodies and some connections, autapses and both directions among them."""
    statuses = draw(
        st.lists(st.sampled_from(["Traced", "Traced", "Leaves", ""]), min_size=2, max_size=7)
    )
    body = st.integers(1, len(statuses))
    ends = draw(st.lists(st.tuples(body, body), unique=True, max_size=18))
    return statuses, [(pre, post, draw(st.integers(0, 3))) for pre, post in ends]


@settings(max_examples=60, deadline=None)
@given(
    graph=graphs(),
    ends=st.tuples(st.integers(1, 3), st.integers(1, 2)),
    least=st.integers(0, 2),
    inner=st.sampled_from(["status", "all", "ids"]),
    exact=st.integers(0, 6),
    longest=st.sampled_from([0, 1, 2, 3, 4, 5, 1000]),
)
def test_random_graphs(
    graph: tuple[list[str], list[Edge]],
    ends: tuple[int, int],
    least: int,
    inner: str,
    exact: int,
    longest: int,
) -> None:
    """Shortest paths, and all trails of some lengths."""
    statuses, edges = graph
    criteria, through = {
        "status": (None, {body for body, status in enumerate(statuses, 1) if status == "Traced"}),
        "all": (NeuronCriteria(), set(range(1, len(statuses) + 1))),
        "ids": ([1, 2, 99], {1, 2}),
    }[inner]
    source, target = ends
    are_neurons = all(end <= len(statuses) and statuses[end - 1] for end in ends)
    table = pd.DataFrame(edges, columns=["pre", "post", "weight"], dtype="int64")
    allowed = outputs(table, least, through | set(ends))
    if longest == 1000 and len(edges) > 10:
        longest = 4
    with TemporaryDirectory() as directory:
        client = graph_client(Path(directory), statuses, edges)
        asked = (source, target, least, criteria, 60)
        for argument, lengths in [
            ({"path_length": exact}, range(exact, exact + 1)),
            ({"max_path_length": longest}, range(1, longest + 1)),
        ]:
            expected = trails(allowed, source, target, lengths) if are_neurons else []
            frame = fetch_paths(*asked, client=client, **argument)
            assert found(frame) == sorted(expected, key=lambda path: (len(path), path)), argument
        if source != target:
            expected = shortest(allowed, source, target) if are_neurons else []
            frame = fetch_shortest_paths(*asked, client=client)
            assert found(frame) == sorted(expected)


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client on 40 neurons that all connect with all, themselves included."""
    bodies = range(1, 41)
    edges = [(pre, post, pre + post) for pre in bodies for post in bodies]
    return graph_client(tmp_path_factory.mktemp("dense"), ["Traced"] * 40, edges)


def test_time_out(dense: Any) -> None:
    """A search that would take ages is given up, quietly, and the client goes on."""
    before = time.monotonic()
    frame = fetch_paths(1, 2, timeout=1.0, path_length=12, client=dense)
    assert 0.9 < time.monotonic() - before < 30
    assert list(frame.columns) == ["path", "bodyId", "type", "weight", "path_length"]
    assert len(frame) == 0
    nothing = fetch_paths(1, 2, 1000, path_length=2, client=dense)
    pd.testing.assert_frame_equal(frame, nothing)
    assert fetch_paths(1, 2, timeout=60, path_length=2, client=dense)["path"].nunique() == 40


def test_no_time_at_all(dense: Any) -> None:
    for timeout in (0, 0.0, 1e-9):
        frame = fetch_shortest_paths(1, 2, timeout=timeout, client=dense)
        assert list(frame.columns) == ["path", "bodyId", "type", "weight"]
        assert len(frame) == 0


@pytest.mark.parametrize("frames", ["polars", "arrow"])
def test_time_out_in_other_frames(dense: Any, frames: Any) -> None:
    with registry._no_registration():
        client = connstore.Client(dense.store.path, frames=frames)
    asked = {"path_length": 2, "client": client}
    late, found = (fetch_paths(1, 2, timeout=t, **asked) for t in (0, 60))
    assert late.schema == found.schema
    assert (len(late), len(found)) == (0, 120)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"upstream_bodyId": "one"}, "upstream_bodyId='one' should be one body id"),
        ({"downstream_bodyId": [1, 2]}, "downstream_bodyId=[1, 2] should be one body id"),
        ({"downstream_bodyId": None}, "downstream_bodyId=None should be one body id"),
        ({"downstream_bodyId": 2**63}, "should be one body id"),
        ({"upstream_bodyId": True}, "upstream_bodyId=True should be one body id"),
        ({"min_weight": -1}, "min_weight=-1 should be a whole number, 0 or more"),
        ({"min_weight": None}, "min_weight=None should be"),
        ({"path_length": -1}, "path_length=-1 should be a whole number, 0 or more"),
        ({"path_length": 1.5}, "path_length=1.5 should be"),
        ({"max_path_length": -1}, "max_path_length=-1 should be"),
        ({"max_path_length": "many"}, "max_path_length='many' should be"),
        ({"path_length": 1, "max_path_length": 2}, "path_length or max_path_length, not both"),
        ({"timeout": None}, "timeout=None should be a number of seconds"),
        ({"timeout": -1}, "timeout=-1 should be"),
        ({"timeout": float("nan")}, "timeout=nan should be"),
        ({"timeout": float("inf")}, "timeout=inf should be"),
        ({"timeout": True}, "timeout=True should be"),
        ({"downstream_bodyId": 1}, "both are 1; give path_length or max_path_length"),
        ({"intermediate_criteria": NeuronCriteria(outputRois="EB")}, "inputRois or outputRois"),
    ],
)
def test_wrong_arguments(dense: Any, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError) as error:
        fetch_paths(**{"upstream_bodyId": 1, "downstream_bodyId": 2} | asked, client=dense)
    assert str(error.value).startswith("fetch_paths: ")
    assert told in str(error.value)


def test_wrong_criteria(dense: Any) -> None:
    with pytest.raises(UnknownRoiError, match="no such ROI"):
        fetch_shortest_paths(1, 2, 1, NeuronCriteria(rois="no such ROI"), client=dense)
    with pytest.raises(UnknownPropertyError, match="statsu"):
        fetch_shortest_paths(1, 2, 1, NeuronCriteria(statsu="Traced"), client=dense)


def test_numbers_of_numpy(dense: Any) -> None:
    one, two, weight = np.int64(1), np.uint64(2), np.int32(3)
    frame = fetch_paths(one, two, weight, timeout=np.float64(60), max_path_length=one, client=dense)
    assert frame["bodyId"].tolist() == [1, 2]
    assert frame["weight"].tolist() == [0, 3]


def test_criteria_are_left_alone(dense: Any) -> None:
    criteria = NeuronCriteria(status="Traced")
    fetch_shortest_paths(1, 2, 1, criteria, client=dense)
    assert criteria == NeuronCriteria(status="Traced")
    assert criteria.client is None


def test_explain_shows_every_level(client: Any) -> None:
    text = client.explain(fetch_paths, 1, 2, path_length=3)
    assert text.count("connection_by_pre") + text.count("connection_by_post") >= 3
