"""connstore against unmodified neuprint-python, call by call, on every test data set.

Each test draws one call of one kind from its data set (seeded, so a test id always means the same
call), runs neuprint-python's function over the stand-in and connstore's over its store, and
compares. ``CONNSTORE_DIFFERENTIAL_REPEAT=5`` draws five times as many calls.
"""

import os
import warnings
from collections.abc import Callable
from random import Random
from typing import Any

import neuprint
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import DATASETS
from oracle.calls import NC, NOT_NULL, Call, Words
from oracle.compare import assert_same
from oracle.connection_calls import (
    ADJACENCY_KINDS,
    COMMON_KINDS,
    SIMPLE_KINDS,
    TRACED_KINDS,
    adjacency_call,
    common_call,
    simple_call,
    traced_call,
)
from oracle.neuron_calls import NEURON_KINDS, neuron_call

REPEAT = int(os.environ.get("CONNSTORE_DIFFERENTIAL_REPEAT", "1"))
Outcome = tuple[Any, Exception | None, bool]


def _draws(kinds: dict[str, int]) -> list[tuple[str, int]]:
    return [(kind, i) for kind, count in kinds.items() for i in range(count * REPEAT)]


def _run(library: Any, call: Call, client: Any) -> Outcome:
    """The result, the exception, and whether the user was warned about the data set."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result, error = call.run(library, client), None
        except Exception as exception:
            result, error = None, exception
    told = any(
        issubclass(w.category, UserWarning) and str(w.message).startswith("This dataset")
        for w in caught
    )
    return result, error, told


def check(call: Call, dataset: str, request: pytest.FixtureRequest) -> None:
    """Run one call on both sides and compare results, exceptions and warnings."""
    __tracebackhide__ = True
    upstream, error, warned = _run(neuprint, call, request.getfixturevalue(f"{dataset}_upstream"))
    client = request.getfixturevalue(f"{dataset}_client")
    import connstore

    ours, our_error, we_warned = _run(connstore, call, client)
    if error is not None:
        family = (AssertionError, RuntimeError, ValueError)
        assert isinstance(error, family), f"{call}: upstream breaks with {error!r}: bad test"
        kind = next(k for k in family if isinstance(error, k))
        assert isinstance(our_error, kind), f"{call}: upstream {error!r}, connstore {our_error!r}"
        return
    if our_error is not None:
        raise AssertionError(f"{call}: upstream answers, connstore {our_error!r}") from our_error
    assert_same(upstream, ours, call)
    assert we_warned == warned, f"{call}: upstream warns: {warned}, connstore warns: {we_warned}"


def _check_drawn(
    draw: Callable[[Words, str], Call],
    dataset: str,
    kind: str,
    number: int,
    request: pytest.FixtureRequest,
) -> None:
    __tracebackhide__ = True
    export = request.getfixturevalue(f"{dataset}_export")
    words = Words(export, Random(f"{draw.__name__} {dataset} {kind} {number}"))
    check(draw(words, kind), dataset, request)


datasets = pytest.mark.parametrize("dataset", DATASETS)


@datasets
@pytest.mark.parametrize(("kind", "number"), _draws(NEURON_KINDS))
def test_fetch_neurons(
    dataset: str, kind: str, number: int, request: pytest.FixtureRequest
) -> None:
    _check_drawn(neuron_call, dataset, kind, number, request)


@datasets
@pytest.mark.parametrize(("kind", "number"), _draws(ADJACENCY_KINDS))
def test_fetch_adjacencies(
    dataset: str, kind: str, number: int, request: pytest.FixtureRequest
) -> None:
    _check_drawn(adjacency_call, dataset, kind, number, request)


@datasets
@pytest.mark.parametrize(("kind", "number"), _draws(SIMPLE_KINDS))
def test_fetch_simple_connections(
    dataset: str, kind: str, number: int, request: pytest.FixtureRequest
) -> None:
    _check_drawn(simple_call, dataset, kind, number, request)


@datasets
@pytest.mark.parametrize(("kind", "number"), _draws(COMMON_KINDS))
def test_fetch_common_connectivity(
    dataset: str, kind: str, number: int, request: pytest.FixtureRequest
) -> None:
    _check_drawn(common_call, dataset, kind, number, request)


@datasets
@pytest.mark.parametrize("kind", TRACED_KINDS)
def test_fetch_traced_adjacencies(dataset: str, kind: str, request: pytest.FixtureRequest) -> None:
    _check_drawn(traced_call, dataset, kind, 0, request)


METADATA = [
    Call("fetch_meta"),
    Call("fetch_all_rois"),
    Call("fetch_primary_rois"),
    *(
        Call("fetch_roi_hierarchy", [], {"include_subprimary": s, "mark_primary": m, "format": f})
        for s in (True, False)
        for m in (True, False)
        for f in ("dict", "text")
    ),
]


@datasets
@pytest.mark.parametrize("call", METADATA, ids=repr)
def test_metadata(dataset: str, call: Call, request: pytest.FixtureRequest) -> None:
    check(call, dataset, request)


@pytest.mark.parametrize("dataset", ["mb_snapshot", "mb_old"])
def test_roi_hierarchy_as_graph(dataset: str, request: pytest.FixtureRequest) -> None:
    """Upstream can only draw a hierarchy whose root is called hemibrain, as these are."""
    call = Call("fetch_roi_hierarchy", [], {"format": "nx", "mark_primary": False})
    graph, _, _ = _run(neuprint, call, request.getfixturevalue(f"{dataset}_upstream"))
    client = request.getfixturevalue(f"{dataset}_client")
    import connstore

    assert list(call.run(connstore, client).edges) == list(graph.edges)


#: Wrong arguments that no data set makes right.
MISTAKES = [
    Call("fetch_neurons", [NC(rois=["no such ROI"])]),
    Call("fetch_neurons", [NC(inputRois=["no such ROI"])]),
    Call("fetch_neurons", [NC(outputRois="NotPrimary")]),
    Call("fetch_neurons", [NC(type=[NOT_NULL, "x"])]),
    Call("fetch_neurons", [NC(status=["x", NOT_NULL])]),
    Call("fetch_neurons", [NC(min_roi_inputs=2)]),
    Call("fetch_neurons", [NC(min_roi_outputs=2)]),
    Call("fetch_neurons", [NC(rois=["a"], inputRois=["b"])]),
    Call("fetch_neurons", [NC(roi_req="some")]),
    Call("fetch_neurons", [NC(label="Synapse")]),
    Call("fetch_neurons", [NC(bodyId="one")]),
    Call("fetch_neurons", [NC(bodyId=1.5)]),
    Call("fetch_neurons", [NC(somaLocation=[1, 2, 3])]),
    Call("fetch_neurons", [NC(somaLocation=NOT_NULL, soma="yes")]),
    Call("fetch_neurons", [NC(regex="maybe")]),
    Call("fetch_neurons", [NC(type=5)]),
    Call("fetch_neurons", [NC(instance=[5])]),
    Call("fetch_neurons", [NC(matchvar="N")]),
    Call("fetch_neurons", [NC(matchvar="")]),
    Call("fetch_neurons", [[]]),
    Call("fetch_neurons", [[None]]),
    Call("fetch_neurons", [1.5]),
    Call("fetch_neurons", [], {"returned_columns": 5}),
    Call("fetch_neurons", [], {"returned_columns": "cor"}),
    Call("fetch_neurons", [], {"returned_columns": ["noSuchColumn"]}),
    Call("fetch_adjacencies", [999_999_999_999, None]),
    Call("fetch_adjacencies", [None, 999_999_999_999]),
    Call("fetch_adjacencies", [None, None], {"rois": ["no such ROI"]}),
    Call("fetch_adjacencies", [None, None], {"omit_rois": True, "min_roi_weight": 2}),
    Call("fetch_adjacencies", [None, None], {"omit_rois": True, "include_nonprimary": True}),
    Call("fetch_adjacencies", [None, None], {"weight_props": "weightHR"}),
    Call("fetch_adjacencies", [None, None], {"weight_props": ["weight", "x"]}),
    Call("fetch_adjacencies", [None, NC(rois="no such ROI")]),
    Call("fetch_traced_adjacencies", [], {"weight_props": "x"}),
    Call("fetch_simple_connections", [None, None], {"rois": ["no such ROI"]}),
    Call("fetch_simple_connections", [None, None], {"weight_props": "x"}),
    Call("fetch_simple_connections", [NC(inputRois=["no such ROI"]), None]),
    Call("fetch_common_connectivity", [1, "sideways"]),
    Call("fetch_roi_hierarchy", [], {"format": "xml"}),
]


@datasets
@pytest.mark.parametrize("call", MISTAKES, ids=repr)
def test_mistakes(dataset: str, call: Call, request: pytest.FixtureRequest) -> None:
    _, error, _ = _run(neuprint, call, request.getfixturevalue(f"{dataset}_upstream"))
    assert error is not None, f"{call}: upstream does not mind"
    check(call, dataset, request)


@datasets
def test_roi_mistakes(dataset: str, request: pytest.FixtureRequest) -> None:
    """Mistakes that need ROIs of the data set.

    Non-primary ROIs need include_nonprimary, ROIs do not go with omit_rois, and a primary ROI that
    is not a key of Meta.roiInfo is unknown.
    """
    export = request.getfixturevalue(f"{dataset}_export")
    everything, primary = set(export.all_rois), set(export.primary_rois)
    wrong = [{"rois": [roi]} for roi in sorted(everything - primary)[:1]]
    wrong += [{"rois": [roi]} for roi in sorted(primary - everything)[:1]]
    wrong += [{"rois": [roi], "omit_rois": True} for roi in sorted(primary & everything)[:1]]
    for call in [Call("fetch_adjacencies", [None, None], kwargs) for kwargs in wrong]:
        _, error, _ = _run(neuprint, call, request.getfixturevalue(f"{dataset}_upstream"))
        assert error is not None, f"{call}: upstream does not mind"
        check(call, dataset, request)
