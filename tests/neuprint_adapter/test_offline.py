"""``connstore.offline``: scripts that name a server, without one."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import neuprint
import pytest

import connstore
from connstore.errors import ArgumentError, MissingDatasetError, StoreNotFoundError
from connstore.testing import sample_path

SERVER = "https://neuprint.janelia.org"
TOKEN = "NEUPRINT_APPLICATION_CREDENTIALS"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket is an error; and there is no token."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a socket")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv(TOKEN, raising=False)
    neuprint.clear_default_client()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").symlink_to(sample_path())
    monkeypatch.setenv("CONNSTORE_HOME", str(tmp_path))
    return tmp_path


def bodies(client: Any) -> list[int]:
    return neuprint.fetch_neurons("DNa02", client=client)[0]["bodyId"].tolist()


def test_stores_of_the_home(home: Path) -> None:
    with connstore.offline():
        client = neuprint.Client(SERVER, dataset="sample:v1.0")
        assert client.server == SERVER
        assert bodies(client) == [776249847, 1993244425]
        assert list(client.fetch_datasets()) == ["sample:v1.0"]
        assert neuprint.Client(SERVER).dataset == "sample:v1.0"
    assert len(bodies(client)) == 2, "clients that were made within keep their stores"


def test_stores_by_other_names() -> None:
    with connstore.offline({"hemibrain:v1.2.1": sample_path(), "manc:v1.0": str(sample_path())}):
        client = neuprint.Client("neuprint.janelia.org", "hemibrain:v1.2.1", token="abc")
        assert bodies(client) and client.token == "abc"
        assert sorted(client.fetch_datasets()) == ["hemibrain:v1.2.1", "manc:v1.0"]
        assert client.fetch_instances()["skeletons"][1]["datasets"] == ["manc:v1.0"]


def test_a_dataset_without_a_store(home: Path) -> None:
    with connstore.offline():
        for dataset in ("sampel:v1.0", "manc:v1.0"):
            with pytest.raises(MissingDatasetError, match=r"Available.*'sample:v1.0'") as raised:
                neuprint.Client(SERVER, dataset)
            assert isinstance(raised.value, RuntimeError)
        with pytest.raises(RuntimeError, match=r"Did you mean sample:v1\.0"):
            neuprint.Client(SERVER, "sampel:v1.0")
    with connstore.offline({}), pytest.raises(RuntimeError, match=r"Available datasets: \[\]"):
        neuprint.Client(SERVER)


def test_what_is_no_mapping_to_stores(tmp_path: Path) -> None:
    for stores in (str(sample_path()), [sample_path()], {"sample:v1.0": 5}):
        with pytest.raises(ArgumentError, match="should map names of datasets to paths"):
            connstore.offline(stores)  # type: ignore[arg-type]
    with pytest.raises(StoreNotFoundError, match="nowhere"):
        connstore.offline({"sample:v1.0": tmp_path / "nowhere"})


def test_leaving_it(home: Path) -> None:
    before = neuprint.Client._select_dataset
    with connstore.offline():
        assert os.environ[TOKEN]
        with connstore.offline({"inner": sample_path()}):
            assert neuprint.Client(SERVER).dataset == "inner"
        assert neuprint.Client(SERVER).dataset == "sample:v1.0"
    assert neuprint.Client._select_dataset is before and TOKEN not in os.environ
    assert neuprint.Client.DATASETS_CACHE == {}
    with pytest.raises(RuntimeError, match="No token"):
        neuprint.Client(SERVER, "sample:v1.0")
    with pytest.raises(Exception, match="a socket"):
        neuprint.Client(SERVER, "sample:v1.0", token="abc")


def test_what_neuprint_python_remembers_is_forgotten(tmp_path: Path) -> None:
    """Clients of equal server and dataset share caches upstream."""
    other = tmp_path / "other"
    export = Path(__file__).parents[2] / "data-samples"
    connstore.ingest(export, other, dataset="other:v9", progress=False)
    tags = []
    for path in (sample_path(), other):
        with connstore.offline({"it": path}):
            tags.append(neuprint.Client(SERVER, "it").fetch_datasets())
    assert len(tags) == 2 and all(list(each) == ["it"] for each in tags)


def test_the_name_stays_a_function() -> None:
    import connstore.offline
    from connstore.offline import main

    assert callable(connstore.offline) and callable(main)
    assert not isinstance(connstore.offline, type(connstore))


# --- python -m connstore.offline -------------------------------------------------------------

SCRIPT = """
import json, sys
import beside
from neuprint import Client, fetch_adjacencies, NeuronCriteria as NC

client = Client("https://neuprint.janelia.org", dataset="sample:v1.0", token="x")
neurons, edges = fetch_adjacencies(NC(type="KC.*"), None)
print(json.dumps([sys.argv, __name__, len(edges), beside.HERE]))
"""


def run(home: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "CONNSTORE_HOME": str(home)}
    env["PYTHONPATH"] = str(Path(connstore.__file__).parents[1])
    command = [sys.executable, "-m", "connstore.offline", *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd=home)


def test_a_script(home: Path, tmp_path: Path) -> None:
    directory = tmp_path / "scripts"
    directory.mkdir()
    (directory / "script.py").write_text(SCRIPT)
    (directory / "beside.py").write_text("HERE = 7")
    result = run(home, "scripts/script.py", "a", "--b")
    assert result.returncode == 0, result.stderr
    argv, name, edges, here = json.loads(result.stdout.splitlines()[-1])
    assert (argv, name, here) == (["scripts/script.py", "a", "--b"], "__main__", 7)
    assert edges > 0


def test_wrong_calls(home: Path) -> None:
    for args, words in (((), "usage: "), (("nowhere.py",), "there is no script nowhere.py")):
        result = run(home, *args)
        assert result.returncode == 1 and words in result.stderr
        assert "Traceback" not in result.stderr
