"""connstore against unmodified neuprint-python on the level of synapses, call by call.

As ``test_differential``: seeded calls, run by neuprint-python over a stand-in that reads the raw
files and by connstore over its store. What is put right in upstream's answers before the strict
comparison is told in ``oracle/synapse_compare``. ``CONNSTORE_DIFFERENTIAL_REPEAT=5`` draws five
times as many calls.
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
from oracle.bundle import RawExport
from oracle.calls import NC, Words
from oracle.compare import _assert_frames
from oracle.synapse_calls import (
    CONNECTION_KINDS,
    LOSSY,
    MEAN_KINDS,
    SC,
    SYNAPSE_KINDS,
    SynapseCall,
    connection_call,
    mean_call,
    synapse_call,
)
from oracle.synapse_compare import expected
from oracle.synapse_standin import SynapseStandIn
from oracle.synapses import RawSynapses

REPEAT = int(os.environ.get("CONNSTORE_DIFFERENTIAL_REPEAT", "1"))
SMALL = ["sample", "tiny_snapshot", "tiny_compartments", "tiny_old"]
LARGE = ["mb_snapshot", "mb_old"]
DRAWS = {
    "fetch_synapses": (synapse_call, SYNAPSE_KINDS),
    "fetch_mean_synapses": (mean_call, MEAN_KINDS),
    "fetch_synapse_connections": (connection_call, CONNECTION_KINDS),
}


@cache
def _stand_in(dataset: str) -> SynapseStandIn:
    directory, read = BUNDLES[dataset]
    export: RawExport = read(directory)
    return SynapseStandIn(export, RawSynapses.read(directory, export), dataset)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest) -> SynapseStandIn:
    """The stand-in of the dataset that the test names."""
    dataset = request.getfixturevalue("dataset")
    bundle_directory(dataset)
    return _stand_in(dataset)


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Any:
    """connstore's client of the dataset that the test names."""
    return request.getfixturevalue(f"{request.getfixturevalue('dataset')}_client")


def check(
    call: SynapseCall, stand_in: SynapseStandIn, client: Any, *, lossy: bool = False
) -> pd.DataFrame | None:
    """Run one call on both sides and compare results or exceptions."""
    __tracebackhide__ = True
    import connstore

    try:
        upstream = expected(call, stand_in, lossy=lossy)
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


def _draws(small: bool) -> list[tuple[str, str, int]]:
    return [
        (function, kind, i)
        for function, (_, kinds) in DRAWS.items()
        for number, (kind, count) in enumerate(kinds.items())
        for i in range((1 if small else count) * REPEAT)
        if not small or number % 2 == 0
    ]


def _check_drawn(
    dataset: str, function: str, kind: str, number: int, stand_in: SynapseStandIn, client: Any
) -> None:
    __tracebackhide__ = True
    draw, _ = DRAWS[function]
    words = Words(stand_in.export, Random(f"{function} {dataset} {kind} {number}"))
    known = bool(stand_in.synapses.transmitters)
    call = draw(words, kind, small=dataset in LARGE, known=known)
    lossy = function == "fetch_synapse_connections" and kind in LOSSY
    check(call, stand_in, client, lossy=lossy)


@pytest.mark.parametrize(("function", "kind", "number"), _draws(small=False))
@pytest.mark.parametrize("dataset", SMALL)
def test_call(
    dataset: str, function: str, kind: str, number: int, stand_in: SynapseStandIn, client: Any
) -> None:
    _check_drawn(dataset, function, kind, number, stand_in, client)


@pytest.mark.parametrize(("function", "kind", "number"), _draws(small=True))
@pytest.mark.parametrize("dataset", LARGE)
def test_call_on_a_large_dataset(
    dataset: str, function: str, kind: str, number: int, stand_in: SynapseStandIn, client: Any
) -> None:
    _check_drawn(dataset, function, kind, number, stand_in, client)


datasets = pytest.mark.parametrize("dataset", SMALL)


@datasets
@pytest.mark.parametrize("nt", [None, "max", "all"])
@pytest.mark.parametrize("primary_only", [True, False])
def test_everything(
    dataset: str, nt: str | None, primary_only: bool, stand_in: SynapseStandIn, client: Any
) -> None:
    """All synapses, and all connections of all segments, whatever their confidence."""
    if nt and not stand_in.synapses.transmitters:
        pytest.skip("the dataset has no neurotransmitters")
    synapses = SC({"confidence": 0, "primary_only": primary_only})
    everybody = NC(label="Segment")
    call = SynapseCall("fetch_synapses", [everybody, synapses], {"nt": nt, "batch_size": 10**6})
    found = check(call, stand_in, client)
    assert found is not None
    points = found.drop_duplicates(["bodyId", "type", "x", "y", "z", "confidence"])
    assert len(points) == len(stand_in.synapses.contained)
    call = SynapseCall("fetch_synapse_connections", [everybody, everybody, synapses], {"nt": nt})
    check(call, stand_in, client, lossy=True)


#: Wrong arguments that no data set makes right.
MISTAKES = [
    SynapseCall("fetch_synapses", [None, SC({"rois": ["no such ROI"]})]),
    SynapseCall("fetch_synapses", [None, SC({"rois": "NotPrimary", "primary_only": False})]),
    SynapseCall("fetch_synapses", [None, SC({"type": "both"})]),
    SynapseCall("fetch_synapses", [NC(rois=["no such ROI"])]),
    SynapseCall("fetch_synapses", [NC(type=5)]),
    SynapseCall("fetch_synapses", [NC(label="Segment")], {"nt": "min"}),
    SynapseCall("fetch_synapses", [[]]),
    SynapseCall("fetch_mean_synapses", [None], {"by_roi": "yes"}),
    SynapseCall("fetch_mean_synapses", [None, SC({"rois": ["no such ROI"]})]),
    SynapseCall("fetch_synapse_connections", [999_999_999_999, None]),
    SynapseCall("fetch_synapse_connections", [None, 999_999_999_999]),
    SynapseCall("fetch_synapse_connections", [None, None, SC({"rois": ["no such ROI"]})]),
    SynapseCall(
        "fetch_synapse_connections",
        [NC(label="Segment"), NC(label="Segment")],
        {"nt": "most"},
    ),
]


@datasets
@pytest.mark.parametrize("call", MISTAKES, ids=repr)
def test_mistakes(dataset: str, call: SynapseCall, stand_in: SynapseStandIn, client: Any) -> None:
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        call.run(neuprint, stand_in)
    assert check(call, stand_in, client) is None


@datasets
def test_mistakes_about_the_dataset(dataset: str, stand_in: SynapseStandIn, client: Any) -> None:
    """Non-primary ROIs with primary_only, neurotransmitters where there are none."""
    export = stand_in.export
    calls = [
        SynapseCall("fetch_synapses", [None, SC({"rois": [roi]})])
        for roi in sorted(set(export.all_rois) - set(export.primary_rois))[:1]
    ]
    if not stand_in.synapses.transmitters:
        calls.append(SynapseCall("fetch_synapses", [NC(label="Segment")], {"nt": "max"}))
        sides = [NC(label="Segment"), NC(label="Segment")]
        calls.append(SynapseCall("fetch_synapse_connections", sides, {"nt": "all"}))
    assert calls
    for call in calls:
        assert check(call, stand_in, client) is None, f"{call}: upstream does not mind"
