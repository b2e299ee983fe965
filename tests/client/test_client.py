"""Ways to make a client, what is wrong with the others, and the kinds of frames it answers in."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import connstore
from connstore import Client, registry
from connstore.errors import ArgumentError, OutputError, StoreFormatError, StoreNotFoundError
from connstore.store.manifest import checksum
from connstore.testing import sample_path

BIG = 2**63 - 1  # OA-VPM3_R
ODD = 2**53 + 1  # LHPV4/5_L


@pytest.fixture(autouse=True)
def _unregistered() -> Any:
    """Clients made here are nobody's default."""
    with registry._no_registration():
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CONNSTORE_HOME with the sample and with a store of another dataset."""
    monkeypatch.setenv("CONNSTORE_HOME", str(tmp_path))
    shutil.copytree(sample_path(), tmp_path / "sample")
    shutil.copytree(sample_path(), tmp_path / "old")
    manifest = tmp_path / "old" / "manifest.json"
    content = json.loads(manifest.read_text()) | {"dataset": "sample:v0.9"}
    manifest.write_text(json.dumps(content | {"checksum": checksum(content)}))
    (tmp_path / "no store").mkdir()
    (tmp_path / "notes.txt").write_text("not even a directory")
    return tmp_path


def test_export_dir_that_cannot_be_written(tmp_path: Path) -> None:
    client = Client(sample_path())
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "neurons.csv").mkdir(parents=True)
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "taken"):
        with pytest.raises(OutputError, match=f"cannot write to export_dir {place}: [A-Z]"):
            connstore.fetch_adjacencies("EPG", None, export_dir=place, client=client)


@pytest.mark.parametrize("kind", [str, Path])
def test_by_path(kind: type) -> None:
    client = Client(kind(sample_path()))
    assert client.dataset == "sample:v1.0"
    assert "AL(R)" in client.all_rois
    assert set(client.primary_rois) - set(client.all_rois) == {"BU(L)"}
    assert client.meta == connstore.fetch_meta(client=client)
    assert set(client.fetch_neuron_keys()) > {"bodyId", "type", "roiInfo"}


def test_relative_and_home_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample_path().parent)
    monkeypatch.setenv("HOME", str(sample_path().parent))
    assert Client("sample") == Client("~/sample") == Client(sample_path())


def test_by_dataset(home: Path) -> None:
    args = ("neuprint.janelia.org", "sample:v0.9", "token", False, False)
    client = Client(*args)
    assert (client.dataset, client.server) == ("sample:v0.9", "neuprint.janelia.org")
    assert client.store.path == home / "old"
    named = Client("https://neuprint.janelia.org/", dataset="sample:v1.0", token="x")
    assert named.store.path == home / "sample"
    assert named != client and hash(named) != hash(client)


def test_by_path_and_dataset(home: Path) -> None:
    assert Client(home / "old", "sample:v0.9").dataset == "sample:v0.9"
    with pytest.raises(StoreNotFoundError, match=r"is of 'sample:v0\.9', not of 'sample:v1\.0'"):
        Client(home / "old", "sample:v1.0")


def test_unknown_dataset(home: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        Client("neuprint.janelia.org", dataset="smaple:v1.0", token="x")
    message = str(caught.value)
    assert isinstance(caught.value, connstore.ConnstoreError)
    assert "'smaple:v1.0'" in message and "['sample:v0.9', 'sample:v1.0']" in message
    assert "Did you mean sample:v1.0" in message
    assert f"connstore ingest EXPORT {home / 'smaple-v1.0'}" in message


def test_no_dataset(home: Path) -> None:
    with pytest.raises(StoreNotFoundError) as caught:
        Client("neuprint.janelia.org", token="x")
    assert "dataset=" in str(caught.value) and "'sample:v1.0'" in str(caught.value)


def test_empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNSTORE_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(StoreNotFoundError, match="there are: none"):
        Client("neuprint.janelia.org", dataset="sample:v1.0")


def test_not_a_store(home: Path) -> None:
    for path in (home / "no store", home / "notes.txt"):
        with pytest.raises((StoreFormatError, StoreNotFoundError), match="connstore ingest"):
            Client(path)


@pytest.mark.parametrize("server", [None, 5, b"path", ["path"]])
def test_server_of_a_wrong_kind(server: Any) -> None:
    with pytest.raises(ArgumentError, match="server="):
        Client(server)
    with pytest.raises(ArgumentError, match="server="):
        Client(server, dataset="sample:v1.0")


@pytest.mark.parametrize("frames", ["Polars", "numpy", None, 5, ["arrow"]])
def test_unknown_frames(frames: Any) -> None:
    with pytest.raises(ArgumentError, match="'pandas', 'polars', 'arrow'"):
        Client(sample_path(), frames=frames)


def test_two_stores_of_one_content_differ(home: Path) -> None:
    assert Client(home / "sample") != Client(sample_path())
    assert Client(sample_path()) != Client(sample_path(), frames="arrow")
    assert Client(sample_path()) != "sample:v1.0"
    assert repr(Client(sample_path())).endswith(", 'sample:v1.0')")
    assert repr(Client(sample_path(), frames="polars")).endswith(", frames='polars')")


CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("fetch_neurons", (), {}),
    ("fetch_neurons", (["OA-VPM3", "LHPV4/5"],), {"omit_rois": True}),
    ("fetch_neurons", ("no such type",), {}),
    ("fetch_neurons", (), {"returned_columns": ["type", "somaLocation", "bodyId"]}),
    ("fetch_adjacencies", ("OA-VPM3", None), {}),
    ("fetch_adjacencies", (None, "OA-VPM3"), {"omit_rois": True, "properties": ["group", "size"]}),
    ("fetch_adjacencies", (BIG, BIG), {}),
    ("fetch_simple_connections", (None, "OA-VPM3"), {}),
    ("fetch_simple_connections", (None, None), {"rois": ["EB"], "properties": ["roiInfo"]}),
    ("fetch_common_connectivity", ("MBON14(a3)",), {}),
    ("fetch_traced_adjacencies", (), {}),
]


def answers(frames: Any, function: str, args: Any, kwargs: Any) -> list[Any]:
    client = Client(sample_path(), frames=frames)
    result = getattr(connstore, function)(*args, **kwargs, client=client)
    return list(result) if isinstance(result, tuple) else [result]


def rows(table: pa.Table) -> list[dict[str, Any]]:
    return [{name: plain(name, value) for name, value in row.items()} for row in table.to_pylist()]


def plain(name: str, value: Any) -> Any:
    """A value, whichever kind of frame it comes from."""
    if isinstance(value, str) and ("roiInfo" in name):
        return json.loads(value)
    if isinstance(value, dict) and value.keys() == {"x", "y", "z"}:
        return list(value.values())
    if isinstance(value, dict) and "coordinates" in value:
        return value["coordinates"]
    if isinstance(value, (np.ndarray, list, tuple)):
        return list(value)
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is pd.NA or value is None or value != value else value


@pytest.mark.parametrize(("function", "args", "kwargs"), CALLS)
def test_all_kinds_of_frames_have_the_same_content(function: str, args: Any, kwargs: Any) -> None:
    tables = answers("arrow", function, args, kwargs)
    polars = answers("polars", function, args, kwargs)
    pandas = answers("pandas", function, args, kwargs)
    assert len(tables) == len(polars) == len(pandas)
    for table, pl_frame, pd_frame in zip(tables, polars, pandas, strict=True):
        assert isinstance(table, pa.Table)
        assert isinstance(pl_frame, pl.DataFrame)
        assert isinstance(pd_frame, pd.DataFrame)
        assert table.column_names == pl_frame.columns == list(pd_frame.columns)
        expected = rows(table)
        assert rows(pl_frame.to_arrow()) == expected
        found = [
            {name: plain(name, value) for name, value in row.items()}
            for row in pd_frame.to_dict("records")
        ]
        assert found == expected


def test_ids_are_exact_and_typed() -> None:
    ids = [2**53, ODD, BIG]
    (table,) = answers("arrow", "fetch_neurons", (ids,), {"omit_rois": True})
    (frame,) = answers("polars", "fetch_neurons", (ids,), {"omit_rois": True})
    (pandas,) = answers("pandas", "fetch_neurons", (ids,), {"omit_rois": True})
    assert table["bodyId"].to_pylist() == frame["bodyId"].to_list() == list(pandas["bodyId"]) == ids
    for name in ("bodyId", "size", "group"):  # group has nulls: float64 in pandas
        assert table.schema.field(name).type == pa.int64()
        assert frame.schema[name] == pl.Int64
    assert pandas["bodyId"].dtype == np.int64
    assert frame["group"].null_count() > 0


def test_pandas_frames_tell_their_origin() -> None:
    client = Client(sample_path())
    origin = {"dataset": "sample:v1.0", "fingerprint": client.store.fingerprint}
    for function, args, kwargs in CALLS:
        for frame in answers("pandas", function, args, kwargs):
            assert frame.attrs == {"connstore": origin}, function
