"""connstore against unmodified neuprint-python on mitochondria, call by call.

As ``test_differential_synapses``; what is put right in upstream's answers is told in
``oracle/mito_compare``. One more dataset, ``odd``, is the sample with what exporters may write and
the sample does not have. ``CONNSTORE_DIFFERENTIAL_REPEAT=5`` draws five times as many calls.
"""

import gzip
import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
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
from oracle.mito_calls import (
    CLOSEST_KINDS,
    MC,
    MITO_KINDS,
    PAIR_KINDS,
    MitoCall,
    closest_call,
    mito_call,
    pair_call,
)
from oracle.mito_compare import expected
from oracle.mito_standin import MitoStandIn
from oracle.mitochondria import RawMitochondria
from oracle.synapse_calls import LOSSY, SC
from oracle.synapses import RawSynapses

REPEAT = int(os.environ.get("CONNSTORE_DIFFERENTIAL_REPEAT", "1"))
SMALL = ["sample", "odd", "tiny_snapshot", "tiny_compartments"]
LARGE = ["mb_snapshot"]
DRAWS = {
    "fetch_mitochondria": (mito_call, MITO_KINDS),
    "fetch_synapses_and_closest_mitochondria": (closest_call, CLOSEST_KINDS),
    "fetch_connection_mitochondria": (pair_call, PAIR_KINDS),
}


@pytest.fixture(scope="module")
def odd_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with odd elements and odd links."""
    directory = tmp_path_factory.mktemp("odd") / "neuprint"
    shutil.copytree(bundle_directory("sample"), directory)

    def edit(file: str, change: Callable[[list[str]], list[str]]) -> None:
        path = directory / file
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        path.write_bytes(gzip.compress("".join(f"{line}\n" for line in change(lines)).encode()))

    def elements(lines: list[str]) -> list[str]:
        """Two primary ROIs, another type, no mitoType, fractions; the 7th is in no set."""
        header, *rows = lines
        rows[1] = rows[1].replace(",mitochondrion,", ",vesicle,")
        rows[2] = rows[2].replace(",dark,", ",,")
        rows[3] = rows[3].replace(", y:", ".75, y:")
        rows = [f"{row},true,true" for row in rows]
        return [f"{header},AL(R):boolean,aL(R):boolean", *rows]

    def links(lines: list[str]) -> list[str]:
        """Synapses with links to several mitochondria: equally far, twice the same one."""
        header, *rows = lines
        more = []
        for one, other in zip(rows[:400:3], rows[1:400:3], strict=False):
            (distance, synapse, _), (_, _, element) = one.split(","), other.split(",")
            more += [f"{distance},{synapse},{element}", f"1.5,{synapse},{element}"]
        return [header, *rows, *more, *rows[50:60]]

    edit("Neuprint_Elements/mito/000000.csv.gz", elements)
    edit("Neuprint_Elements_CloseTo_mito.csv.gz", links)
    edit("Neuprint_ElementSet_to_Element_mitochondrion.csv.gz", lambda rows: rows[:7] + rows[8:])
    return directory


@pytest.fixture(scope="module")
def odd_client(odd_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import connstore

    target = tmp_path_factory.mktemp("odd_store") / "store"
    connstore.ingest(odd_directory, target, progress=False)
    return connstore.Client(str(target))


@cache
def _stand_in(dataset: str, directory: Path, read: Callable[[Path], RawExport]) -> MitoStandIn:
    export = read(directory)
    synapses = RawSynapses.read(directory, export)
    return MitoStandIn(export, synapses, RawMitochondria.read(directory, export), dataset)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest) -> MitoStandIn:
    """The stand-in of the dataset that the test names."""
    dataset = request.getfixturevalue("dataset")
    if dataset == "odd":
        directory = request.getfixturevalue("odd_directory")
        return _stand_in(dataset, directory, RawExport.from_neuprint)
    return _stand_in(dataset, bundle_directory(dataset), BUNDLES[dataset][1])


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Any:
    """connstore's client of the dataset that the test names."""
    return request.getfixturevalue(f"{request.getfixturevalue('dataset')}_client")


def check(
    call: MitoCall, stand_in: MitoStandIn, client: Any, *, lossy: bool = False
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
    dataset: str, function: str, kind: str, number: int, stand_in: MitoStandIn, client: Any
) -> None:
    words = Words(stand_in.export, Random(f"{dataset} {function} {kind} {number}"))
    make, _ = DRAWS[function]
    call = make(words, kind, small=dataset in LARGE)
    lossy = function == "fetch_connection_mitochondria" and kind in LOSSY
    check(call, stand_in, client, lossy=lossy)


@pytest.mark.parametrize(("function", "kind", "number"), _draws(small=False))
@pytest.mark.parametrize("dataset", SMALL)
def test_call(
    dataset: str, function: str, kind: str, number: int, stand_in: MitoStandIn, client: Any
) -> None:
    _check_drawn(dataset, function, kind, number, stand_in, client)


@pytest.mark.parametrize(("function", "kind", "number"), _draws(small=True))
@pytest.mark.parametrize("dataset", LARGE)
def test_call_on_a_large_dataset(
    dataset: str, function: str, kind: str, number: int, stand_in: MitoStandIn, client: Any
) -> None:
    _check_drawn(dataset, function, kind, number, stand_in, client)


datasets = pytest.mark.parametrize("dataset", SMALL)


@datasets
@pytest.mark.parametrize("primary_only", [True, False])
def test_everything(dataset: str, primary_only: bool, stand_in: MitoStandIn, client: Any) -> None:
    """All mitochondria, all synapses close to one, and all connections with them."""
    everybody = NC(label="Segment")
    whole = {"batch_size": 10**6}
    mitos = MC({"primary_only": primary_only})
    found = check(MitoCall("fetch_mitochondria", [everybody, mitos], whole), stand_in, client)
    assert found is not None
    own = ["bodyId", "x", "y", "z", "size", "r0", "r1", "r2"]
    elements = stand_in.mitochondria.elements.loc[stand_in.mitochondria.contained["element"]]
    kinds = [has["type"] for has in elements["properties"]]
    assert len(found.drop_duplicates(own)) == kinds.count("mitochondrion")
    synapses = SC({"confidence": 0, "primary_only": primary_only})
    function = "fetch_synapses_and_closest_mitochondria"
    check(MitoCall(function, [everybody, synapses], whole), stand_in, client)
    call = MitoCall("fetch_connection_mitochondria", [everybody, everybody, synapses])
    check(call, stand_in, client, lossy=True)


def test_the_odd_dataset_is_odd(odd_client: Any) -> None:
    """The differential calls above meet what they are meant to meet."""
    import connstore

    everybody = connstore.NeuronCriteria(label="Segment")
    found = connstore.fetch_mitochondria(everybody, client=odd_client)
    own = ["bodyId", "x", "y", "z", "size"]
    assert found.groupby(own, sort=False)["roi"].nunique().max() == 3
    close = connstore.fetch_synapses_and_closest_mitochondria(everybody, client=odd_client)
    sizes = close.groupby(["bodyId", "x", "y", "z"]).size()
    assert sizes.max() >= 3
    assert odd_client.store.properties("element")["mitoType"]
    elements = odd_client.store.read("element").to_pandas()
    assert (elements["type"] == "vesicle").sum() == 1
    assert (elements["x"] != elements["x"] // 1).any()
    assert ((elements["bodyId"] != 0) & ~elements["in_set"]).any()


#: Wrong arguments that no data set makes right.
MISTAKES = [
    MitoCall("fetch_mitochondria", [None, MC({"rois": ["no such ROI"]})]),
    MitoCall("fetch_mitochondria", [None, MC({"rois": "NotPrimary", "primary_only": False})]),
    MitoCall("fetch_mitochondria", [None, MC({"mitoType": "grey"})]),
    MitoCall("fetch_mitochondria", [None, MC({"mitoType": ["dark"]})]),
    MitoCall("fetch_mitochondria", [NC(rois=["no such ROI"])]),
    MitoCall("fetch_mitochondria", [[]]),
    MitoCall("fetch_synapses_and_closest_mitochondria", [None, SC({"type": "both"})]),
    MitoCall("fetch_synapses_and_closest_mitochondria", [None, SC({"rois": ["no such ROI"]})]),
    MitoCall("fetch_synapses_and_closest_mitochondria", [NC(type=5)]),
    MitoCall("fetch_connection_mitochondria", [999_999_999_999, None]),
    MitoCall("fetch_connection_mitochondria", [None, 999_999_999_999]),
    MitoCall("fetch_connection_mitochondria", [None, None, SC({"rois": ["no such ROI"]})]),
]


@datasets
@pytest.mark.parametrize("call", MISTAKES, ids=repr)
def test_mistakes(dataset: str, call: MitoCall, stand_in: MitoStandIn, client: Any) -> None:
    with pytest.raises((AssertionError, RuntimeError, ValueError)):
        expected(call, stand_in)
    assert check(call, stand_in, client) is None


@datasets
def test_nonprimary_rois_of_synapses(dataset: str, stand_in: MitoStandIn, client: Any) -> None:
    """Those of mitochondria may be asked for together with primary_only, as upstream allows."""
    export = stand_in.export
    (roi, *_) = sorted(set(export.all_rois) - set(export.primary_rois))
    function = "fetch_synapses_and_closest_mitochondria"
    assert check(MitoCall(function, [None, SC({"rois": [roi]})]), stand_in, client) is None
    found = check(MitoCall("fetch_mitochondria", [None, MC({"rois": [roi]})]), stand_in, client)
    assert found is not None


@pytest.mark.parametrize("dataset", ["tiny_old"])
@pytest.mark.parametrize("function", DRAWS)
def test_datasets_without_mitochondria(
    dataset: str, function: str, stand_in: MitoStandIn, client: Any
) -> None:
    """Upstream's answer is empty, connstore says what is missing."""
    import connstore

    sides = 2 if function == "fetch_connection_mitochondria" else 1
    call = MitoCall(function, [stand_in.export.neurons[0].id] * sides)
    if sides == 1:
        assert len(expected(call, stand_in)) == 0
    with pytest.raises(connstore.errors.MissingTableError, match=r"'element'.*Elements files"):
        call.run(connstore, client)


class TestFaults:
    """What ``mito_compare`` puts right is wrong in unmodified neuprint-python."""

    PAIR = (SC({"confidence": 0}),)

    @pytest.fixture
    def default_stand_in(self, monkeypatch: pytest.MonkeyPatch) -> MitoStandIn:
        """Upstream ignores ``client`` at the first step."""
        stand_in = _stand_in("sample", bundle_directory("sample"), BUNDLES["sample"][1])
        monkeypatch.setattr(neuprint.client, "default_client", lambda: stand_in)
        return stand_in

    def test_client_is_ignored(self) -> None:
        stand_in = _stand_in("sample", bundle_directory("sample"), BUNDLES["sample"][1])
        call = MitoCall("fetch_connection_mitochondria", ["KC.*", "MBON.*"])
        with pytest.raises(RuntimeError, match=r"No default Client|more than one Client"):
            call.run(neuprint, stand_in)

    def test_synapses_of_low_confidence_have_their_mitochondria(
        self, default_stand_in: MitoStandIn, sample_client: Any
    ) -> None:
        import connstore

        call = MitoCall("fetch_connection_mitochondria", ["KC.*", "MBON.*", SC({"confidence": 0})])
        theirs, ours = call.run(neuprint, default_stand_in), call.run(connstore, sample_client)
        low = ours["confidence_pre"] <= 0.5
        found = ours.loc[low, "distance_pre"].notna()
        assert found.any()
        key = ["x_pre", "y_pre", "z_pre"]
        merged = ours[low][found].merge(theirs[[*key, "distance_pre"]], on=key)
        assert merged["distance_pre_y"].isna().all()

    def test_no_synapse(self, default_stand_in: MitoStandIn, sample_client: Any) -> None:
        import connstore

        call = MitoCall("fetch_connection_mitochondria", ["KC.*", "MBON.*", SC({"confidence": 2})])
        with pytest.raises(ValueError, match="No objects to concatenate"):
            call.run(neuprint, default_stand_in)
        assert len(call.run(connstore, sample_client)) == 0
