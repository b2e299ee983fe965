"""Paths: connstore against unmodified neuprint-python over paths found by brute force.

As ``test_differential``: seeded calls on every data set, compared strictly. Upstream's order of
paths is the server's; the stand-in answers in connstore's documented one.
``CONNSTORE_DIFFERENTIAL_REPEAT=5`` draws five times as many calls.
"""

import os
from functools import cache
from random import Random
from typing import Any

import neuprint
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import BUNDLES, DATASETS, bundle_directory
from oracle.calls import NC, Call, Words
from oracle.compare import assert_same
from oracle.path_calls import LENGTHS, SHORTEST, PathCall, length_call, shortest_call
from oracle.paths import PathStandIn

import connstore

REPEAT = int(os.environ.get("CONNSTORE_DIFFERENTIAL_REPEAT", "1"))
#: Paths of many connections are asked for along connections of about this weight.
STRONG = {"mb_snapshot": 20, "mb_old": 20}


@cache
def _stand_in(dataset: str) -> PathStandIn:
    directory, read = BUNDLES[dataset]
    return PathStandIn(read(directory), dataset)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest) -> PathStandIn:
    """The stand-in of the dataset that the test names."""
    dataset = request.getfixturevalue("dataset")
    bundle_directory(dataset)
    return _stand_in(dataset)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Any:
    """connstore's client of the dataset that the test names."""
    return request.getfixturevalue(f"{request.getfixturevalue('dataset')}_client")


def check(call: Call, stand_in: PathStandIn, client: Any) -> None:
    __tracebackhide__ = True
    assert_same(call.run(neuprint, stand_in), call.run(connstore, client), call)


datasets = pytest.mark.parametrize("dataset", DATASETS)


@datasets
@pytest.mark.parametrize("number", range(2 * REPEAT))
@pytest.mark.parametrize("kind", SHORTEST)
def test_shortest_paths(
    dataset: str, kind: str, number: int, stand_in: PathStandIn, client: Any
) -> None:
    words = Words(stand_in.export, Random(f"shortest {dataset} {kind} {number}"))
    check(shortest_call(words, kind), stand_in, client)


@datasets
@pytest.mark.parametrize("number", range(2 * REPEAT))
@pytest.mark.parametrize("kind", LENGTHS)
def test_paths_of_some_lengths(
    dataset: str, kind: str, number: int, stand_in: PathStandIn, client: Any
) -> None:
    words = Words(stand_in.export, Random(f"lengths {dataset} {kind} {number}"))
    check(length_call(words, kind, STRONG.get(dataset, 1)), stand_in, client)


@datasets
def test_ends_that_are_no_neurons(dataset: str, stand_in: PathStandIn, client: Any) -> None:
    """Unknown bodies, and fragments, have no paths, although fragments may lie on one."""
    words = Words(stand_in.export, Random(dataset))
    neuron = words.one(words.neurons)
    fragments = sorted(set(words.segments) - set(words.neurons))[:1]
    for body in (words.UNKNOWN_ID, -1, 2**63 - 1, *fragments):
        for kwargs in ({}, {"path_length": 1}, {"max_path_length": 2}):
            everything = {"min_weight": 0, "intermediate_criteria": NC(), **kwargs}
            for ends in ([body, neuron], [neuron, body]):
                check(PathCall("fetch_paths", ends, everything), stand_in, client)
    check(PathCall("fetch_paths", [words.UNKNOWN_ID] * 2, {"path_length": 0}), stand_in, client)


MISTAKES = [
    Call("fetch_paths", [1, 2], {"path_length": 1, "max_path_length": 1}),
    Call("fetch_paths", [1, 2], {"path_length": 0, "max_path_length": 0}),
    Call("fetch_paths", [1, 2], {"path_length": "two"}),
    Call("fetch_paths", [1, 2, 1, NC(inputRois=["x"])]),
    Call("fetch_paths", [1, 2, 1, []]),
    Call("fetch_shortest_paths", [1, 2, 1, NC(rois=["no such ROI"])]),
]


@pytest.mark.parametrize("dataset", ["sample"])
@pytest.mark.parametrize("call", MISTAKES, ids=repr)
def test_mistakes(dataset: str, call: Call, stand_in: PathStandIn, client: Any) -> None:
    family = (AssertionError, RuntimeError, ValueError)
    with pytest.raises(family) as upstream:
        call.run(neuprint, stand_in)
    kind = next(k for k in family if isinstance(upstream.value, k))
    with pytest.raises(connstore.ConnstoreError) as ours:
        call.run(connstore, client)
    assert isinstance(ours.value, kind)
