"""The synapse level where no upstream answer tells what is right: criteria, frames, bad input."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import ROOT, bundle_directory

import connstore
from connstore import ConnstoreError, SynapseCriteria

SAMPLE = ROOT / "data-samples"
FUNCTIONS = ["fetch_synapses", "fetch_mean_synapses", "fetch_synapse_connections"]
L1 = connstore.NeuronCriteria(type="L1")


def call(function: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(connstore, function)(*args, **kwargs)


class TestCriteria:
    def test_defaults(self, sample_client: Any) -> None:
        criteria = SynapseCriteria(client=sample_client)
        assert (criteria.rois, criteria.type, criteria.confidence) == ([], None, 0.5)
        assert criteria.primary_only is True
        assert repr(criteria) == "SynapseCriteria('s', confidence=0.5, primary_only=True)"

    @pytest.mark.parametrize(
        "rois",
        ["ME(R)", ["ME(R)"], ("ME(R)",), {"ME(R)"}, np.array(["ME(R)"]), pd.Series(["ME(R)"])],
    )
    def test_rois_in_any_collection(self, rois: Any, sample_client: Any) -> None:
        assert SynapseCriteria(rois=rois, client=sample_client).rois == ["ME(R)"]

    def test_equal(self, sample_client: Any) -> None:
        one = SynapseCriteria(type="pre", client=sample_client)
        assert one == SynapseCriteria(type="pre", client=sample_client)
        assert one != SynapseCriteria(type="post", client=sample_client)
        assert one != "pre"

    @pytest.mark.parametrize(
        ("arguments", "error", "says"),
        [
            ({"rois": ["ME(r)"]}, RuntimeError, "Did you mean ME(R)"),
            ({"rois": ["ME(r)"]}, AssertionError, "sample:v1.0"),
            ({"rois": [5]}, ValueError, "5 is no name"),
            ({"rois": ["OL(R)"]}, AssertionError, "primary_only=False"),
            ({"type": "pr"}, AssertionError, "Did you mean pre"),
            ({"type": 1}, AssertionError, "type=1"),
            ({"confidence": "high"}, ValueError, "confidence='high'"),
            ({"confidence": float("nan")}, ValueError, "confidence=nan"),
            ({"confidence": True}, ValueError, "confidence=True"),
            ({"confidence": [0.5]}, ValueError, "0.0 to 1.0"),
            ({"primary_only": "no"}, ValueError, "primary_only='no'"),
            ({"client": 5}, ValueError, "is no connstore.Client"),
        ],
        ids=repr,
    )
    def test_wrong(
        self, arguments: Any, error: type[Exception], says: str, sample_client: Any
    ) -> None:
        with pytest.raises(ConnstoreError) as raised:
            SynapseCriteria(**{"client": sample_client, **arguments})
        assert isinstance(raised.value, error)
        assert says in str(raised.value)

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_changed_after_they_were_checked(self, function: str, sample_client: Any) -> None:
        criteria = SynapseCriteria(primary_only=False, rois=["OL(R)"], client=sample_client)
        criteria.primary_only = True
        with pytest.raises(RuntimeError, match=r"fetch_.*OL\(R\).*primary_only=False"):
            call(function, L1, synapse_criteria=criteria, client=sample_client)
        criteria.rois = ["no such ROI"]
        with pytest.raises(RuntimeError, match="no such ROI"):
            call(function, L1, synapse_criteria=criteria, client=sample_client)

    @pytest.mark.parametrize("function", FUNCTIONS)
    @pytest.mark.parametrize("wrong", ["pre", 0.5, {"type": "pre"}], ids=repr)
    def test_something_else(self, function: str, wrong: Any, sample_client: Any) -> None:
        with pytest.raises(ConnstoreError, match="is no SynapseCriteria") as raised:
            call(function, L1, synapse_criteria=wrong, client=sample_client)
        assert isinstance(raised.value, AttributeError)

    def test_neuprints_own(self, sample_client: Any, sample_upstream: Any) -> None:
        import neuprint

        criteria = neuprint.SynapseCriteria(client=sample_upstream)
        with pytest.raises(ConnstoreError, match="take it from connstore"):
            connstore.fetch_synapses(L1, criteria, client=sample_client)

    def test_are_left_alone(self, sample_client: Any) -> None:
        neurons = connstore.NeuronCriteria(type="L1")
        synapses = SynapseCriteria(rois="ME(R)", client=sample_client)
        before = repr(neurons), repr(synapses)
        for function in FUNCTIONS:
            call(function, neurons, synapse_criteria=synapses, client=sample_client)
        assert (repr(neurons), repr(synapses)) == before


class TestBoundaries:
    """A 32-bit confidence is compared with a 64-bit number, on both ends of a pair."""

    @pytest.mark.parametrize(("confidence", "kept"), [(0.4, True), (0.7, False), (0.95, False)])
    def test_equal_confidence(
        self, confidence: float, kept: bool, tiny_snapshot_client: Any
    ) -> None:
        client = tiny_snapshot_client
        criteria = SynapseCriteria(confidence=confidence, client=client)
        everyone = connstore.NeuronCriteria(label="Segment")
        found = connstore.fetch_synapses(everyone, criteria, client=client)
        stored = np.float32(confidence)
        assert (found["confidence"] == stored).any() == kept
        pairs = connstore.fetch_synapse_connections(everyone, everyone, criteria, client=client)
        assert (pairs[["confidence_pre", "confidence_post"]] >= stored).all(axis=None)

    def test_weightless_connections_are_never_there(self, mb_snapshot_client: Any) -> None:
        client = mb_snapshot_client
        criteria = SynapseCriteria(confidence=0, client=client)
        neurons = connstore.NeuronCriteria(type="PAM.*")
        pairs = connstore.fetch_synapse_connections(
            neurons, neurons, criteria, min_total_weight=0, client=client
        )
        _, edges = connstore.fetch_adjacencies(neurons, neurons, omit_rois=True, client=client)
        found = set(zip(pairs["bodyId_pre"], pairs["bodyId_post"], strict=True))
        assert found == set(zip(edges["bodyId_pre"], edges["bodyId_post"], strict=True))


CALLS = [
    ("fetch_synapses", (L1,), {"nt": "max"}),
    ("fetch_synapses", (L1,), {"nt": "all"}),
    ("fetch_mean_synapses", (L1,), {}),
    ("fetch_mean_synapses", (L1,), {"by_roi": False}),
    ("fetch_synapse_connections", (L1, "Mi1"), {"nt": "max"}),
]


class TestFrames:
    @pytest.mark.parametrize("primary_only", [True, False])
    @pytest.mark.parametrize(("function", "args", "kwargs"), CALLS)
    @pytest.mark.parametrize("confidence", [None, 2], ids=["some", "none"])
    def test_other_kinds_have_the_same(
        self,
        function: str,
        args: Any,
        kwargs: Any,
        primary_only: bool,
        confidence: float | None,
        sample_client: Any,
    ) -> None:
        criteria = SynapseCriteria(
            primary_only=primary_only, confidence=confidence, client=sample_client
        )
        frames = {}
        for kind in ("pandas", "arrow", "polars"):
            client = connstore.Client(str(sample_client.store.path), frames=kind)
            frames[kind] = call(function, *args, synapse_criteria=criteria, **kwargs, client=client)
        ours, arrow, polars = frames.values()
        assert isinstance(arrow, pa.Table)
        assert isinstance(polars, pl.DataFrame)
        assert list(ours.columns) == arrow.column_names == polars.columns
        assert len(ours) == arrow.num_rows == len(polars)
        assert arrow.num_rows or confidence
        for name in ours:
            plain = [
                None if isinstance(v, float) and np.isnan(v) else v for v in ours[name].tolist()
            ]
            assert plain == arrow[name].to_pylist() == polars[name].to_list(), name

    def test_lists_of_rois_are_each_rows_own(self, sample_client: Any) -> None:
        criteria = SynapseCriteria(primary_only=False, client=sample_client)
        found = connstore.fetch_synapse_connections(L1, "Mi1", criteria, client=sample_client)
        before = found["roi_pre"].tolist()[1:]
        copies = [list(rois) for rois in before]
        found["roi_pre"].iloc[0].append("mine")
        assert before == copies

    def test_origin(self, sample_client: Any) -> None:
        found = connstore.fetch_synapses(L1, client=sample_client)
        assert found.attrs["connstore"]["dataset"] == "sample:v1.0"

    @pytest.mark.parametrize(("function", "args", "kwargs"), CALLS)
    def test_one_statement_a_call(
        self, function: str, args: Any, kwargs: Any, sample_client: Any
    ) -> None:
        sql = sample_client.explain(getattr(connstore, function), *args, **kwargs)
        assert sql.count("ORDER BY") == 1

    @pytest.mark.parametrize("function", FUNCTIONS)
    def test_values_are_bound(self, function: str, sample_client: Any) -> None:
        criteria = SynapseCriteria(rois=["ME(R)"], confidence=0.123, client=sample_client)
        sql = sample_client.explain(getattr(connstore, function), L1, synapse_criteria=criteria)
        statement = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
        assert "0.123" not in statement
        assert "ME(R)" not in statement

    def test_compartments_beyond_the_known_ones_are_kept(self) -> None:
        from connstore.queries.synapse_frames import COMPARTMENTS, _categorical

        texts = pa.chunked_array([["axon", None, "soma"]])
        assert _categorical(texts, COMPARTMENTS).tolist()[::2] == ["axon", "soma"]
        known = _categorical(texts.slice(0, 2), COMPARTMENTS)
        assert isinstance(known, pd.Categorical)
        assert known.isna().tolist() == [False, True]


class TestStores:
    def test_without_synapses(self, tmp_path: Path) -> None:
        source = tmp_path / "export"
        shutil.copytree(SAMPLE / "neuprint", source)
        for path in source.glob("*Synap*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in source.glob("*Element*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        connstore.ingest(source, tmp_path / "store", progress=False)
        client = connstore.Client(str(tmp_path / "store"))
        for function in FUNCTIONS:
            with pytest.raises(ConnstoreError, match=r"no table .*needs the Synapse"):
                call(function, L1, client=client)

    def test_without_post_index(self, tmp_path: Path, sample_client: Any) -> None:
        connstore.ingest(SAMPLE, tmp_path / "store", progress=False, post_index=False)
        client = connstore.Client(str(tmp_path / "store"))
        assert not client.store.has("pair_by_post")
        ours, theirs = (
            connstore.fetch_synapse_connections(None, "Mi1", client=c)
            for c in (client, sample_client)
        )
        pd.testing.assert_frame_equal(ours, theirs)

    @pytest.mark.parametrize("dataset", ["tiny_old"])
    def test_without_neurotransmitters(self, dataset: str, request: pytest.FixtureRequest) -> None:
        bundle_directory(dataset)
        client = request.getfixturevalue(f"{dataset}_client")
        for function in ("fetch_synapses", "fetch_synapse_connections"):
            with pytest.raises(RuntimeError, match=f"{function}.*no neurotransmitter"):
                call(function, None, nt="max", client=client)

    def test_transmitters_that_the_dataset_lists(
        self, sample_client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Meta.ntSynapseProperties decides; other properties are columns like any."""
        listed = '{"ntGabaProb": "float", "ntOtherProb": "float"}'
        monkeypatch.setitem(sample_client.store.meta, "ntSynapseProperties", listed)
        found = connstore.fetch_synapses(L1, nt="all", client=sample_client)
        assert list(found.columns)[-2:] == ["gaba", "other"]
        assert found["other"].isna().all()
        assert "ntDopamineProb" in found


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "says"),
    [
        ("fetch_synapses", (L1,), {"nt": "min"}, "nt='min'"),
        ("fetch_synapses", (L1,), {"nt": ""}, "nt=''"),
        ("fetch_synapses", (1.5,), {}, "1.5"),
        ("fetch_synapse_connections", (L1,), {"nt": "alll"}, "Did you mean all"),
        ("fetch_synapse_connections", (L1,), {"min_total_weight": "2"}, "min_total_weight='2'"),
        ("fetch_synapse_connections", (L1,), {"min_total_weight": -1}, "0 or more"),
        ("fetch_synapse_connections", (None, {"type": 1}), {}, "No criteria can be made"),
        ("fetch_mean_synapses", (L1,), {"by_roi": 2}, "by_roi=2"),
        ("fetch_mean_synapses", (L1,), {"by_roi": None}, "by_roi=None"),
    ],
)
def test_bad_input(function: str, args: Any, kwargs: Any, says: str, sample_client: Any) -> None:
    with pytest.raises(ConnstoreError) as raised:
        call(function, *args, **kwargs, client=sample_client)
    assert isinstance(raised.value, ValueError)
    assert says in str(raised.value)
