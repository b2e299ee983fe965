"""Mitochondria and completeness where no upstream answer tells what is right."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import ROOT

import connstore
from connstore import ConnstoreError, MitoCriteria, SynapseCriteria
from connstore.errors import MissingTableError

SAMPLE = ROOT / "data-samples" / "neuprint"
L1 = connstore.NeuronCriteria(type="L1")
MITO = ["fetch_mitochondria", "fetch_synapses_and_closest_mitochondria"]
PAIRS = "fetch_connection_mitochondria"


def call(function: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(connstore, function)(*args, **kwargs)


def sides(function: str) -> tuple[Any, ...]:
    return (L1, "Mi1") if function == PAIRS else (L1,)


class TestCriteria:
    def test_defaults(self, sample_client: Any) -> None:
        criteria = MitoCriteria(client=sample_client)
        assert (criteria.rois, criteria.mitoType, criteria.size) == ([], None, 0)
        assert criteria.primary_only is True
        assert repr(criteria) == "MitoCriteria('m', primary_only=True)"
        criteria = MitoCriteria("x", size=5, primary_only=False, client=sample_client)
        assert repr(criteria) == "MitoCriteria('x', size=5)"

    @pytest.mark.parametrize(
        "rois",
        ["ME(R)", ["ME(R)"], ("ME(R)",), {"ME(R)"}, np.array(["ME(R)"]), pd.Series(["ME(R)"])],
    )
    def test_rois_in_any_collection(self, rois: Any, sample_client: Any) -> None:
        assert MitoCriteria(rois=rois, client=sample_client).rois == ["ME(R)"]

    def test_equal(self, sample_client: Any) -> None:
        one = MitoCriteria(mitoType="dark", client=sample_client)
        assert one == MitoCriteria(mitoType="dark", client=sample_client)
        assert one != MitoCriteria(mitoType="light", client=sample_client)
        assert one != "dark"

    @pytest.mark.parametrize(
        ("arguments", "error", "says"),
        [
            ({"rois": ["ME(r)"]}, RuntimeError, "Did you mean ME(R)"),
            ({"rois": ["ME(r)"]}, AssertionError, "sample:v1.0"),
            ({"rois": [5]}, ValueError, "5 is no name"),
            ({"mitoType": "drak"}, AssertionError, "Did you mean dark"),
            ({"mitoType": 3}, AssertionError, "mitoType=3"),
            ({"mitoType": ["dark"]}, AssertionError, "mitoType=['dark']"),
            ({"mitoType": np.array(["dark", "light"])}, AssertionError, "mitoType=array"),
            ({"size": -1}, ValueError, "size=-1 should be a number of voxels, 0 or more"),
            ({"size": "big"}, ValueError, "size='big'"),
            ({"size": float("nan")}, ValueError, "size=nan"),
            ({"size": float("inf")}, ValueError, "size=inf"),
            ({"size": True}, ValueError, "size=True"),
            ({"primary_only": "no"}, ValueError, "primary_only='no'"),
            ({"client": 5}, ValueError, "MitoCriteria: client=5 is no connstore.Client"),
        ],
        ids=repr,
    )
    def test_wrong(
        self, arguments: Any, error: type[Exception], says: str, sample_client: Any
    ) -> None:
        with pytest.raises(ConnstoreError) as raised:
            MitoCriteria(**{"client": sample_client, **arguments})
        assert isinstance(raised.value, error)
        assert says in str(raised.value)

    def test_changed_after_they_were_checked(self, sample_client: Any) -> None:
        criteria = MitoCriteria(client=sample_client)
        criteria.rois = ["no such ROI"]
        with pytest.raises(RuntimeError, match=r"fetch_mitochondria.*no such ROI"):
            connstore.fetch_mitochondria(L1, criteria, client=sample_client)

    @pytest.mark.parametrize("wrong", ["dark", 5, {"size": 5}], ids=repr)
    def test_something_else(self, wrong: Any, sample_client: Any) -> None:
        with pytest.raises(ConnstoreError, match="is no MitoCriteria") as raised:
            connstore.fetch_mitochondria(L1, wrong, client=sample_client)
        assert isinstance(raised.value, AttributeError)

    def test_neuprints_own(self, sample_client: Any, sample_upstream: Any) -> None:
        import neuprint

        criteria = neuprint.MitoCriteria(client=sample_upstream)
        with pytest.raises(ConnstoreError, match="take it from connstore"):
            connstore.fetch_mitochondria(L1, criteria, client=sample_client)

    def test_are_left_alone(self, sample_client: Any) -> None:
        neurons = connstore.NeuronCriteria(type="L1")
        mitos = MitoCriteria(rois="ME(R)", client=sample_client)
        before = repr(neurons), repr(mitos)
        connstore.fetch_mitochondria(neurons, mitos, client=sample_client)
        assert (repr(neurons), repr(mitos)) == before


CALLS = [
    *((function, {}) for function in MITO),
    (PAIRS, {}),
    ("fetch_output_completeness", {}),
    ("fetch_output_completeness", {"complete_statuses": ["nothing"]}),
    ("fetch_downstream_orphan_tasks", {}),
    ("fetch_downstream_orphan_tasks", {"complete_statuses": ["nothing"]}),
]


class TestFrames:
    @pytest.mark.parametrize("primary_only", [True, False])
    @pytest.mark.parametrize("confidence", [None, 2], ids=["some", "none"])
    @pytest.mark.parametrize(("function", "kwargs"), CALLS)
    def test_other_kinds_have_the_same(
        self,
        function: str,
        kwargs: Any,
        confidence: float | None,
        primary_only: bool,
        sample_client: Any,
    ) -> None:
        options = {"primary_only": primary_only, "client": sample_client}
        if function == "fetch_mitochondria":
            size = 10**12 if confidence else 0
            kwargs = {**kwargs, "mito_criteria": MitoCriteria(size=size, **options)}
        elif "mitochondria" in function:
            criteria = SynapseCriteria(confidence=confidence, **options)
            kwargs = {**kwargs, "synapse_criteria": criteria}
        frames = {}
        for kind in ("pandas", "arrow", "polars"):
            client = connstore.Client(str(sample_client.store.path), frames=kind)
            frames[kind] = call(function, *sides(function), **kwargs, client=client)
        ours, arrow, polars = frames.values()
        assert isinstance(arrow, pa.Table)
        assert isinstance(polars, pl.DataFrame)
        assert list(ours.columns) == arrow.column_names == polars.columns
        assert len(ours) == arrow.num_rows == len(polars)
        for name in ours:
            plain = [None if value is None or value != value else value for value in ours[name]]
            assert plain == arrow[name].to_pylist() == polars[name].to_list(), name

    @pytest.mark.parametrize(("function", "kwargs"), CALLS)
    def test_one_statement_a_call(self, function: str, kwargs: Any, sample_client: Any) -> None:
        sql = sample_client.explain(getattr(connstore, function), *sides(function), **kwargs)
        assert sql.count("-- $p1 =") == 1

    def test_values_are_bound(self, sample_client: Any) -> None:
        criteria = MitoCriteria(rois=["ME(R)"], size=12_345, mitoType="dark", client=sample_client)
        sql = sample_client.explain(connstore.fetch_mitochondria, L1, criteria)
        statement = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
        assert not any(value in statement for value in ("12345", "ME(R)", "'dark'"))

    def test_origin(self, sample_client: Any) -> None:
        found = connstore.fetch_mitochondria(L1, client=sample_client)
        assert found.attrs["connstore"]["dataset"] == "sample:v1.0"


@pytest.fixture(scope="module")
def strange_client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample with a size beyond 32 bits, missing values, and properties of awkward names."""
    source = tmp_path_factory.mktemp("strange") / "neuprint"
    shutil.copytree(SAMPLE, source)

    def edit(file: str, change: Callable[[list[list[str]]], None]) -> None:
        path = source / file
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        rows = [line.split(",") for line in lines]
        change(rows)
        path.write_bytes(gzip.compress("".join(f"{','.join(row)}\n" for row in rows).encode()))

    def mitochondria(rows: list[list[str]]) -> None:
        size, radius = rows[0].index("size:long"), rows[0].index("r0:float")
        rows[1][size] = str(2**40 + 1)
        rows[2][size] = rows[3][radius] = ""
        rows[0] += ["distance:float", "x_pre:int", "synapse_id:long"]
        for row in rows[1:]:
            row += ["-1.0", "-1", "-1"]

    def links(rows: list[list[str]]) -> None:
        rows[1][rows[0].index("distance:float")] = ""

    edit("Neuprint_Elements/mito/000000.csv.gz", mitochondria)
    edit("Neuprint_Elements_CloseTo_mito.csv.gz", links)
    target = tmp_path_factory.mktemp("strange_store") / "store"
    connstore.ingest(source, target, progress=False)
    return connstore.Client(str(target))


class TestStrangeValues:
    EVERYBODY = connstore.NeuronCriteria(label="Segment")

    def test_mitochondria(self, strange_client: Any, sample_client: Any) -> None:
        """Upstream wraps sizes beyond 32 bits, and breaks where one is missing."""
        found = connstore.fetch_mitochondria(self.EVERYBODY, client=strange_client)
        usual = connstore.fetch_mitochondria(self.EVERYBODY, client=sample_client)
        assert found["size"].dtype == "float64"
        assert found["size"].isna().sum() == 1
        assert found["r0"].isna().sum() == 1
        assert (found["size"] == 2**40 + 1).sum() == 1
        same = ["bodyId", "mitoType", "roi", "x", "y", "z", "r1", "r2"]
        pd.testing.assert_frame_equal(found[same], usual[same])
        (body,) = found.loc[found["size"] == 2**40 + 1, "bodyId"]
        large = MitoCriteria(size=2**40 + 1, client=strange_client)
        found = connstore.fetch_mitochondria(int(body), large, client=strange_client)
        assert found["size"].tolist() == [2**40 + 1]
        assert found["size"].dtype == "int64"

    def test_what_has_no_size_is_in_no_range(self, strange_client: Any) -> None:
        small = MitoCriteria(size=1, client=strange_client)
        found = connstore.fetch_mitochondria(self.EVERYBODY, small, client=strange_client)
        every = connstore.fetch_mitochondria(self.EVERYBODY, client=strange_client)
        assert len(found) == len(every) - 1

    def test_properties_of_awkward_names(self, strange_client: Any, sample_client: Any) -> None:
        criteria = SynapseCriteria(confidence=0, client=sample_client)
        for function in (MITO[1], PAIRS):
            args = (self.EVERYBODY,) * len(sides(function))
            found, usual = (
                call(function, *args, synapse_criteria=criteria, client=client)
                for client in (strange_client, sample_client)
            )
            assert list(found) == list(usual)
            changed = [name for name in usual if "istance" in name or "ize" in name]
            changed += [name for name in usual if name == "r0"]
            kept = [name for name in usual if name not in changed]
            pd.testing.assert_frame_equal(found[kept], usual[kept])
            missing = found["distance" if function == MITO[1] else "distance_pre"].isna()
            assert missing.any()


def _without(source: Path, *patterns: str) -> None:
    shutil.copytree(SAMPLE, source)
    for path in (path for pattern in patterns for path in source.glob(pattern)):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


class TestStores:
    def test_without_mitochondria(self, tmp_path: Path) -> None:
        _without(tmp_path / "export", "*Element*", "*element*")
        connstore.ingest(tmp_path / "export", tmp_path / "store", progress=False)
        client = connstore.Client(str(tmp_path / "store"))
        for function in (*MITO, PAIRS):
            with pytest.raises(MissingTableError, match=r"no table 'element'.*the Elements files"):
                call(function, *sides(function), client=client)

    def test_without_synapses(self, tmp_path: Path, sample_client: Any) -> None:
        _without(tmp_path / "export", "*Synap*")
        connstore.ingest(tmp_path / "export", tmp_path / "store", progress=False)
        client = connstore.Client(str(tmp_path / "store"))
        for function in (MITO[1], PAIRS):
            with pytest.raises(MissingTableError, match="needs the Synapse"):
                call(function, *sides(function), client=client)
        for function in (MITO[0], "fetch_output_completeness", "fetch_downstream_orphan_tasks"):
            found, usual = (call(function, L1, client=each) for each in (client, sample_client))
            pd.testing.assert_frame_equal(found, usual)

    def test_without_links(self, tmp_path: Path, sample_client: Any) -> None:
        _without(tmp_path / "export", "*CloseTo*")
        connstore.ingest(tmp_path / "export", tmp_path / "store", progress=False)
        client = connstore.Client(str(tmp_path / "store"))
        assert len(connstore.fetch_mitochondria(L1, client=client))
        found, usual = (call(MITO[1], L1, client=each) for each in (client, sample_client))
        pd.testing.assert_frame_equal(found, usual.iloc[:0].assign(roi=found["roi"]))
        found = call(PAIRS, L1, "Mi1", client=client)
        pairs = connstore.fetch_synapse_connections(L1, "Mi1", client=client)
        pd.testing.assert_frame_equal(found[list(pairs)], pairs)
        assert found.drop(columns=list(pairs)).isna().all(axis=None)
        dtypes = found.dtypes.astype(str)
        assert dtypes[["mitoType_pre", "distance_pre", "mitoSize_pre", "mx_post"]].tolist() == [
            "str",
            "float32",
            "float64",
            "float64",
        ]


class TestCompleteness:
    def test_a_status_may_be_a_text(self, sample_client: Any) -> None:
        for function in ("fetch_output_completeness", "fetch_downstream_orphan_tasks"):
            one, several = (
                call(function, L1, statuses, client=sample_client)
                for statuses in ("Traced", np.array(["Traced"]))
            )
            assert len(one)
            pd.testing.assert_frame_equal(one, several)

    def test_an_autapse_counts(self, sample_client: Any) -> None:
        _, edges = connstore.fetch_adjacencies("ER4d", omit_rois=True, client=sample_client)
        own = edges[edges["bodyId_pre"] == edges["bodyId_post"]]
        assert len(own)
        criteria = connstore.NeuronCriteria(label="Segment")
        _, edges = connstore.fetch_adjacencies(
            "ER4d", criteria, omit_rois=True, client=sample_client
        )
        found = connstore.fetch_output_completeness("ER4d", client=sample_client)
        total = edges.groupby("bodyId_pre")["weight"].sum()
        assert found.set_index("bodyId")["total_weight"].to_dict() == total.to_dict()

    def test_unknown_bodies(self, sample_client: Any) -> None:
        found = connstore.fetch_output_completeness(999_999_999_999, client=sample_client)
        assert len(found) == 0
        assert found.dtypes.astype(str).tolist() == ["int64"] * 4 + ["float64"]
        with pytest.raises(RuntimeError, match="No neurons match your source criteria"):
            connstore.fetch_downstream_orphan_tasks(999_999_999_999, client=sample_client)


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "says"),
    [
        ("fetch_mitochondria", (1.5,), {}, "1.5"),
        ("fetch_synapses_and_closest_mitochondria", (L1, 0.5), {}, "is no SynapseCriteria"),
        (PAIRS, (L1, "Mi1"), {"min_total_weight": "2"}, "min_total_weight='2'"),
        (PAIRS, (L1, "Mi1"), {"min_total_weight": -1}, "0 or more"),
        (PAIRS, (L1, {"type": 1}), {}, "No criteria can be made"),
        *(
            (function, (L1, wrong), {}, says)
            for function in ("fetch_output_completeness", "fetch_downstream_orphan_tasks")
            for wrong, says in (
                (None, f"{function}: complete_statuses=None should be a list"),
                (5, f"{function}: complete_statuses: 5 is no name"),
                (["Traced", None], "None is no name"),
            )
        ),
    ],
    ids=repr,
)
def test_bad_input(function: str, args: Any, kwargs: Any, says: str, sample_client: Any) -> None:
    with pytest.raises(ConnstoreError) as raised:
        call(function, *args, **kwargs, client=sample_client)
    assert isinstance(raised.value, ValueError)
    assert says in str(raised.value)
