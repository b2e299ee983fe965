"""What a client answers in the place of a server, what it refuses, and bad input to both."""

import inspect
import json
import pickle
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from client.sample import *  # noqa: F403
from neuprint import Client as Upstream

import connstore
from connstore import Client, ConnstoreError, registry
from connstore.errors import (
    ArgumentError,
    BodyIdError,
    MissingPackageError,
    MissingTableError,
    NotStoredError,
    OutputError,
    ServerNeededError,
)
from connstore.queries.server import ROUTES, SERVER_ONLY
from connstore.queries.wrangle import MissingColumnError
from connstore.store.manifest import checksum
from connstore.testing import sample_path

ROOT = Path(__file__).resolve().parents[2]
BODY = 5235447303  # OA-VPM3_L


@pytest.fixture(autouse=True)
def _unregistered() -> Any:
    with registry._no_registration():
        yield


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client of a store without skeletons and meshes."""
    path = tmp_path_factory.mktemp("bare") / "store"
    connstore.ingest(ROOT / "data-samples", path, progress=False)
    with registry._no_registration():
        return Client(path)


# --- in the place of a server ----------------------------------------------------------------


def test_versions(client: Any) -> None:
    assert client.fetch_version() == connstore.__version__
    assert client.fetch_db_version() == "0.5.0"
    assert client.arrow_endpoint() is False and client.fetch_server_info() is True


def test_database_and_instances(client: Any, bare: Any) -> None:
    where = client.fetch_database()
    assert set(where) == {"Location", "Description"} and Client(where["Location"]) == client
    both = client.fetch_instances()
    assert set(both) == {"skeletons", "roimeshes"} and bare.fetch_instances() == {}
    assert both["skeletons"] == [{"instance": "skeletons", "datasets": ["sample:v1.0"]}]


def test_routes_lead_to_methods_that_answer(client: Any) -> None:
    routes = client.fetch_available()
    assert [(r["method"], r["path"], r["name"]) for r in routes] == list(ROUTES)
    for route in routes:
        assert callable(getattr(client, route["name"])) and route["name"] not in SERVER_ONLY
        assert route["path"].startswith("/api/")


def test_datasets_are_those_of_the_home(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "damaged"):
        shutil.copytree(sample_path(), tmp_path / name)
        manifest = tmp_path / name / "manifest.json"
        content = json.loads(manifest.read_text()) | {"dataset": f"{name}:v1"}
        manifest.write_text(json.dumps(content | {"checksum": checksum(content)}))
    (tmp_path / "damaged" / "tables" / "meta.parquet").unlink()
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("CONNSTORE_HOME", str(tmp_path))
    found = client.fetch_datasets(reload_cache=True)
    assert list(found) == ["a:v1", "b:v1", "sample:v1.0"]
    assert found["a:v1"] == found["sample:v1.0"]


def test_what_a_server_only_has_is_refused(client: Any) -> None:
    for name in SERVER_ONLY:
        method = getattr(client, name)
        for arguments in ((), ("instance", "key"), ("instance", "key", b"value")):
            with pytest.raises(ServerNeededError, match=f"^{name} asks for") as caught:
                method(*arguments)
            assert isinstance(caught.value, RuntimeError)
        assert "Offline:" in method.__doc__ and method.__name__ == name


ANSWERED = [
    name
    for name, _ in inspect.getmembers(Upstream, inspect.isfunction)
    if not name.startswith("_") and name not in SERVER_ONLY
]


@pytest.mark.parametrize("name", ANSWERED)
def test_signatures_are_upstreams(name: str) -> None:
    ours = inspect.signature(getattr(Client, name)).parameters
    theirs = inspect.signature(getattr(Upstream, name)).parameters
    assert list(ours)[: len(theirs)] == list(theirs)
    assert [p.default for p in theirs.values()] == [ours[n].default for n in theirs]


# --- kinds of frames -------------------------------------------------------------------------


def test_polars_and_arrow(client: Any) -> None:
    kinds = {"polars": pl.DataFrame, "arrow": pa.Table}
    for kind, cls in kinds.items():
        other = Client(sample_path(), frames=kind)
        for call in (
            lambda c: c.fetch_skeleton(BODY),
            lambda c: c.fetch_skeleton(2**53, heal=True, with_distances=True),
            lambda c: c.fetch_roi_completeness(),
            lambda c: c.fetch_roi_connectivity(),
        ):
            found, expected = call(other), call(client)
            assert isinstance(found, cls) and len(found) == len(expected)
            frame = found.to_pandas()
            assert frame.columns.tolist() == expected.columns.tolist()
            for column in frame:
                kind_of = expected[column].dtype
                assert (frame[column].astype(kind_of) == expected[column]).all()
        skeleton = other.fetch_skeleton(BODY)
        types = skeleton.schema if kind == "arrow" else skeleton.to_arrow().schema
        assert [types.field(n).type for n in ("rowId", "x")] == [pa.int32(), pa.float64()]


def test_where_frames_come_from(client: Any) -> None:
    origin = {"dataset": "sample:v1.0", "fingerprint": client.store.fingerprint}
    for frame in (
        client.fetch_skeleton(BODY, with_distances=True),
        client.fetch_roi_completeness(),
    ):
        assert frame.attrs["connstore"] == origin


def test_explain(client: Any) -> None:
    assert f"$body = {BODY}" in client.explain(connstore.fetch_skeleton, BODY)


def test_clients_travel(client: Any) -> None:
    copy = pickle.loads(pickle.dumps(client))
    assert copy.fetch_roi_mesh("EB") == client.fetch_roi_mesh("EB")


# --- bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, "DA1", "", "5.0", 1.5, np.nan, np.inf, True, [5], 2.0**60])
def test_no_body_id(client: Any, body: Any) -> None:
    with pytest.raises(BodyIdError, match=r"body=.* should be a body id") as caught:
        client.fetch_skeleton(body)
    assert isinstance(caught.value, RuntimeError) and isinstance(caught.value, ValueError)


@pytest.mark.parametrize("body", [5, 2**63, 2**80, -(2**70), "384798130"])
def test_no_skeleton(client: Any, body: Any) -> None:
    with pytest.raises(NotStoredError, match=f"no skeleton of body {body}$") as caught:
        connstore.fetch_skeleton(body, client=client)
    assert isinstance(caught.value, OSError) and isinstance(caught.value, LookupError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "csv"}, "format='csv' is none of"),
        ({"format": "Pandas"}, "Did you mean pandas"),
        ({"format": "swc", "with_distances": True}, "needs format='pandas' or 'nx'"),
        ({"heal": "yes"}, "heal='yes' should be True, False or the longest gap"),
        ({"heal": -1}, "heal=-1 should be"),
        ({"heal": np.nan}, "heal=nan should be"),
        ({"heal": None}, "heal=None should be"),
    ],
)
def test_bad_arguments(client: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        client.fetch_skeleton(BODY, **arguments)


def test_no_place_to_write(client: Any, tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "file", tmp_path, str(tmp_path / "no" / "file")):
        for call in (
            lambda p: client.fetch_skeleton(BODY, export_path=p),
            lambda p: client.fetch_roi_mesh("EB", export_path=p),
        ):
            with pytest.raises(OutputError, match="cannot write") as caught:
                call(path)
            assert isinstance(caught.value, OSError)


def test_no_mesh(client: Any) -> None:
    with pytest.raises(NotStoredError, match=r"'al\(r\)'; it has 4 of others\. Did you mean"):
        client.fetch_roi_mesh("al(r)")
    for roi in (None, 5, ["EB"]):
        with pytest.raises(ArgumentError, match="should be the name of an ROI"):
            client.fetch_roi_mesh(roi)


def test_a_store_without_shapes(bare: Any) -> None:
    with pytest.raises(MissingTableError, match="an ingest with --skeletons DIRECTORY"):
        bare.fetch_skeleton(BODY)
    with pytest.raises(MissingTableError, match="an ingest with --roi-meshes DIRECTORY"):
        bare.fetch_roi_mesh("EB")


@pytest.mark.parametrize("method", ["fetch_roi_completeness", "fetch_roi_connectivity"])
def test_bad_formats(client: Any, method: str) -> None:
    with pytest.raises(ArgumentError, match="format='JSON' is none of"):
        getattr(client, method)("JSON")


# --- neuprint-python's functions -------------------------------------------------------------

BORROWED = {
    "syndist_matrix": 1,
    "bilateral_syndist": 1,
    "assign_sides_in_groups": 2,
    "skeleton_df_to_nx": 1,
    "skeleton_df_to_swc": 1,
    "heal_skeleton": 1,
    "reorient_skeleton": 1,
    "calc_segment_distances": 1,
    "skeleton_segments": 1,
    "upsample_skeleton": 1,
    "attach_synapses_to_skeleton": 2,
}
FULL = [*"xyz", "rowId", "radius", "link", "type", "bodyId", "instance", "group", "somaSide", "roi"]


@pytest.mark.parametrize("name", BORROWED)
def test_frames_that_are_none(name: str) -> None:
    function = getattr(connstore, name)
    further = {"upsample_skeleton": (5,), "reorient_skeleton": (1,)}.get(name, ())
    good = pd.DataFrame(columns=[*FULL, "pre", "post"])
    for position in range(BORROWED[name]):
        frames = [good] * BORROWED[name]
        for bad in (pl.DataFrame({"x": [1]}), None):
            frames[position] = bad
            with pytest.raises(ArgumentError, match=f"^{name}: .* should be a pandas frame"):
                function(*frames, *further)
        frames[position] = pd.DataFrame({"z": [1]})
        with pytest.raises(MissingColumnError, match=f"^{name}: .* has no column"):
            function(*frames, *further)


COUNTS = pd.DataFrame({"bodyId": [1], "roi": ["EB(R)"], "pre": [2], "post": [3]})
NODES = pd.DataFrame(
    [[1, 0, 0, 0, 1, -1], [2, 0, 0, 9, 1, 1]], columns=["rowId", *"xyz", "radius", "link"]
)
NO_NODES = NODES.iloc[:0]

MISTAKES: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("syndist_matrix", (COUNTS,), {"syn_columns": ["pre", "nope"]}, "has no column 'nope'"),
    ("syndist_matrix", (COUNTS,), {"syn_columns": 5}, "syn_columns: 5 is no name"),
    ("syndist_matrix", (COUNTS,), {"rois": [5]}, "rois: 5 is no name"),
    ("bilateral_syndist", (COUNTS,), {"syn_columns": "nope"}, "has no column 'nope'"),
    ("bilateral_syndist", (COUNTS,), {"bodies": ["a"]}, "bodies: 'a' is no body id"),
    ("bilateral_syndist", (COUNTS,), {"bodies": 1.5}, "bodies: 1.5 is no body id"),
    ("heal_skeleton", (NO_NODES,), {}, "skeleton_df has no nodes"),
    ("heal_skeleton", (NODES, "x"), {}, "max_distance='x' should be the longest gap"),
    ("heal_skeleton", (NODES, -1), {}, "max_distance=-1 should be"),
    ("heal_skeleton", (NODES,), {"root_parent": "x"}, "root_parent='x' should be"),
    ("reorient_skeleton", (NODES,), {}, "give one of rowId=None, xyz=None"),
    ("reorient_skeleton", (NODES, 1), {"use_max_radius": True}, "give one of rowId=1, xyz=None"),
    ("reorient_skeleton", (NODES, 9), {}, "rowId=9 should be that of a node"),
    ("reorient_skeleton", (NODES, 0), {}, "rowId=0 should be that of a node"),
    ("reorient_skeleton", (NODES, [1, 2]), {}, "should be that of a node"),
    ("reorient_skeleton", (NODES,), {"xyz": (1, 2)}, r"xyz=\(1, 2\) should be a place"),
    ("reorient_skeleton", (NODES,), {"xyz": "abc"}, "xyz='abc' should be a place"),
    ("reorient_skeleton", (NO_NODES,), {"use_max_radius": True}, "skeleton_df has no nodes"),
    ("skeleton_swc_to_df", ("1 2 3",), {}, "seven numbers a line"),
    ("skeleton_swc_to_df", ("1 0 0 0 0 0 -1 8",), {}, "seven numbers a line, .*there are more"),
    ("skeleton_swc_to_df", ("1 0 0 x 0 0 -1",), {}, "seven numbers a line"),
    ("skeleton_swc_to_df", (None,), {}, "swc=None should be SWC text"),
    ("upsample_skeleton", (NODES, 0), {}, "max_segment_length=0 should be a length"),
    ("upsample_skeleton", (NODES, -1), {}, "max_segment_length=-1 should be"),
    ("upsample_skeleton", (NODES, "x"), {}, "max_segment_length='x' should be"),
    ("upsample_skeleton", (NODES, np.nan), {}, "max_segment_length=nan should be"),
    ("attach_synapses_to_skeleton", (NO_NODES, NODES.assign(type="pre")), {}, "has no nodes"),
]


@pytest.mark.parametrize(("name", "args", "options", "words"), MISTAKES)
def test_wrong_arguments_of_borrowed_functions(
    name: str, args: tuple[Any, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ArgumentError, match=f"^{name}: .*{words}"):
        getattr(connstore, name)(*args, **options)


def test_one_name_or_id_is_enough() -> None:
    one = connstore.syndist_matrix(COUNTS, "EB(R)", "pre")
    assert one.equals(connstore.syndist_matrix(COUNTS, ["EB(R)"], ["pre"])) and one.shape == (1, 1)
    assert connstore.bilateral_syndist(COUNTS, 1, "EB(R)", "pre")["roi"].tolist() == ["EB(LR)"]
    assert connstore.heal_skeleton(NODES, True).equals(NODES)
    assert connstore.heal_skeleton(NODES, None, -1).equals(NODES)


def test_swc_that_cannot_be_written(tmp_path: Path) -> None:
    connstore.skeleton_df_to_swc(NODES, tmp_path / "a.swc")
    assert connstore.skeleton_swc_to_df(str(tmp_path / "a.swc"))["link"].tolist() == [-1, 1]
    with pytest.raises(OutputError, match=r"skeleton_df_to_swc: cannot write .*nowhere/a\.swc: No"):
        connstore.skeleton_df_to_swc(NODES, tmp_path / "nowhere" / "a.swc")


def test_without_neuprint_python(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does not do works; the rest says what to install."""
    synapses = connstore.fetch_synapses(BODY, client=client)
    for name in [name for name in sys.modules if name.split(".")[0] == "neuprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "neuprint", None)
    skeleton = client.fetch_skeleton(BODY)
    assert len(skeleton) > 50 and client.fetch_skeleton(BODY, format="swc").startswith("# rowId")
    calls = {name: (skeleton,) for name in BORROWED if "skeleton" in name or "segment" in name}
    calls |= {
        "reorient_skeleton": (skeleton, 2),
        "upsample_skeleton": (skeleton, 5),
        "attach_synapses_to_skeleton": (skeleton, synapses),
        "skeleton_swc_to_df": ("1 0 0 0 0 0 -1",),
    }
    for name, arguments in calls.items():
        with pytest.raises(MissingPackageError, match=r"connstore\[neuprint\]") as caught:
            getattr(connstore, name)(*arguments)
        assert isinstance(caught.value, ImportError)
    for arguments in ({"heal": True}, {"with_distances": True}, {"format": "nx"}):
        with pytest.raises(ConnstoreError, match=r"pip install 'connstore\[neuprint\]'"):
            client.fetch_skeleton(BODY, **arguments)
