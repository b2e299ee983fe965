"""connstore against unmodified neuprint-python on completeness and orphans, call by call.

As ``test_differential``; what is put right in upstream's answers is told in
``oracle/completeness``. ``CONNSTORE_DIFFERENTIAL_REPEAT=5`` draws five times as many calls.
"""

import os
from functools import cache
from random import Random
from typing import Any

import neuprint
import pandas as pd
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import BUNDLES, bundle_directory
from oracle.calls import NC, Call, Words
from oracle.compare import _assert_frames
from oracle.completeness import (
    COMPLETENESS_KINDS,
    CompletenessStandIn,
    completeness_call,
    expected,
    orphan_call,
)

REPEAT = int(os.environ.get("CONNSTORE_DIFFERENTIAL_REPEAT", "1"))
SMALL = ["sample", "tiny_snapshot", "tiny_compartments", "tiny_old"]
LARGE = ["mb_snapshot", "mb_old"]
FUNCTIONS = {
    "fetch_output_completeness": completeness_call,
    "fetch_downstream_orphan_tasks": orphan_call,
}
functions = pytest.mark.parametrize("function", FUNCTIONS)


@cache
def _stand_in(dataset: str) -> CompletenessStandIn:
    directory, read = BUNDLES[dataset]
    return CompletenessStandIn(read(directory), dataset)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest) -> CompletenessStandIn:
    """The stand-in of the dataset that the test names."""
    dataset = request.getfixturevalue("dataset")
    bundle_directory(dataset)
    return _stand_in(dataset)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Any:
    """connstore's client of the dataset that the test names."""
    return request.getfixturevalue(f"{request.getfixturevalue('dataset')}_client")


def check(call: Call, stand_in: CompletenessStandIn, client: Any) -> pd.DataFrame | None:
    """Run one call on both sides and compare results or exceptions."""
    __tracebackhide__ = True
    import connstore

    try:
        upstream = expected(call, stand_in)
    except (AssertionError, RuntimeError, ValueError) as error:
        kinds = (AssertionError, RuntimeError, ValueError)
        kind = next(k for k in kinds if isinstance(error, k))
        with pytest.raises(connstore.ConnstoreError) as raised:
            call.run(connstore, client)
        assert isinstance(raised.value, kind), f"{call}: upstream {error!r}, we {raised.value!r}"
        return None
    ours = call.run(connstore, client)
    _assert_frames(upstream, ours, call)
    return ours


def _draws(small: bool) -> list[tuple[str, int]]:
    return [
        (kind, i)
        for number, (kind, count) in enumerate(COMPLETENESS_KINDS.items())
        for i in range((1 if small else count) * REPEAT)
        if not small or number % 3 == 0
    ]


@pytest.mark.parametrize(("kind", "number"), _draws(small=False))
@functions
@pytest.mark.parametrize("dataset", SMALL)
def test_call(
    dataset: str,
    function: str,
    kind: str,
    number: int,
    stand_in: CompletenessStandIn,
    client: Any,
) -> None:
    words = Words(stand_in.export, Random(f"{dataset} {function} {kind} {number}"))
    check(FUNCTIONS[function](words, kind), stand_in, client)


@pytest.mark.parametrize(("kind", "number"), _draws(small=True))
@functions
@pytest.mark.parametrize("dataset", LARGE)
def test_call_on_a_large_dataset(
    dataset: str,
    function: str,
    kind: str,
    number: int,
    stand_in: CompletenessStandIn,
    client: Any,
) -> None:
    words = Words(stand_in.export, Random(f"{dataset} {function} {kind} {number}"))
    check(FUNCTIONS[function](words, kind), stand_in, client)


datasets = pytest.mark.parametrize("dataset", [*SMALL, *LARGE])


@datasets
@functions
def test_everything(
    dataset: str, function: str, stand_in: CompletenessStandIn, client: Any
) -> None:
    """All segments, connections of weight 0 and autapses included."""
    found = check(Call(function, [NC(label="Segment")]), stand_in, client)
    assert found is not None


#: Wrong arguments that no data set makes right.
MISTAKES = [
    Call("fetch_output_completeness", [None], {"complete_statuses": None}),
    Call("fetch_output_completeness", [None], {"complete_statuses": 5}),
    *(Call(name, [NC(rois=["no such ROI"])]) for name in FUNCTIONS),
    *(Call(name, [NC(type=5)]) for name in FUNCTIONS),
    *(Call(name, [[]]) for name in FUNCTIONS),
    Call("fetch_downstream_orphan_tasks", [999_999_999_999]),
]


@pytest.mark.parametrize("call", MISTAKES, ids=repr)
@pytest.mark.parametrize("dataset", SMALL)
def test_mistakes(dataset: str, call: Call, stand_in: CompletenessStandIn, client: Any) -> None:
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        expected(call, stand_in)
    assert check(call, stand_in, client) is None


class TestFaults:
    """What ``oracle/completeness`` puts right is wrong in unmodified neuprint-python."""

    @pytest.fixture
    def sample_stand_in(self) -> CompletenessStandIn:
        return _stand_in("sample")

    @functions
    def test_client_is_ignored(self, function: str, sample_stand_in: CompletenessStandIn) -> None:
        with pytest.raises(RuntimeError, match="No default Client"):
            Call(function, ["KC.*"]).run(neuprint, sample_stand_in)

    @pytest.mark.parametrize(
        ("call", "error"),
        [
            (Call("fetch_output_completeness", [999_999_999_999]), "No objects to concatenate"),
            (
                Call("fetch_output_completeness", ["KC.*"], {"complete_statuses": ["none"]}),
                "No objects to concatenate",
            ),
            (Call("fetch_output_completeness", ["KC.*"], {"batch_size": None}), "fetch_custom"),
        ],
        ids=repr,
    )
    def test_no_answer(
        self,
        call: Call,
        error: str,
        sample_stand_in: CompletenessStandIn,
        sample_client: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        import connstore

        monkeypatch.setattr(neuprint.client, "default_client", lambda: sample_stand_in)
        with pytest.raises((ValueError, AttributeError), match=error):
            call.run(neuprint, sample_stand_in)
        found = call.run(connstore, sample_client)
        assert next(iter(found.columns)) == "bodyId"
        assert bool(len(found)) == ("batch_size" in call.kwargs)
