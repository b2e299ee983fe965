"""``connstore.offline``: scripts that name a server, without one."""

import copy
import gc
import json
import multiprocessing
import os
import pickle
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neuprint
import pytest
from ingest.fixtures import write_mini
from requests.adapters import HTTPAdapter

import connstore
from connstore.errors import (
    ArgumentError,
    MissingDatasetError,
    SeveralStoresError,
    StoreNotFoundError,
)
from connstore.neuprint_adapter import Client
from connstore.testing import sample_path

SERVER = "https://neuprint.janelia.org"
TOKEN = "NEUPRINT_APPLICATION_CREDENTIALS"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A socket is an error; and there is no token."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a socket")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv(TOKEN, raising=False)
    neuprint.clear_default_client()
    yield
    neuprint.clear_default_client()
    connstore.offline({}).close()  # what neuprint-python remembers keeps clients alive
    gc.collect()


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


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of other data than the sample's."""
    home = tmp_path_factory.mktemp("other")
    connstore.ingest(write_mini(home / "export"), home / "store", progress=False)
    return home / "store"


class Derived(neuprint.Client):
    """A client of somebody's own."""


@pytest.mark.parametrize("kind", [neuprint.Client, Derived])
def test_equal_clients_of_different_stores(other: Path, kind: Any) -> None:
    """neuprint-python remembers answers for all clients that are equal."""
    clients = []
    for path in (sample_path(), other):
        with connstore.offline({"it": path, path.name: path}):
            clients.append(kind(SERVER, "it", token="abc"))
    for client in [*clients, *(pickle.loads(pickle.dumps(client)) for client in clients)]:
        assert isinstance(client, kind) and client.server == SERVER
    for _ in range(2):
        for client, path in zip(clients, (sample_path(), other), strict=True):
            alone = Client(path)
            assert client.all_rois == alone.all_rois and client.meta == alone.meta
            assert set(client.fetch_neuron_keys()) == set(alone.fetch_neuron_keys())
            assert sorted(client.fetch_datasets()) == sorted(["it", path.name])
            assert pickle.loads(pickle.dumps(client)) == client == copy.deepcopy(client)
    assert clients[0] != clients[1] and len(set(clients)) == 2


def test_contexts_that_overlap(other: Path) -> None:
    before = neuprint.Client._select_dataset
    first = connstore.offline({"it": sample_path()})
    second = connstore.offline({"it": other})
    first.close()
    assert neuprint.Client(SERVER, "it").meta["dataset"] == "mini"
    third = connstore.offline({"it": sample_path()})
    second.close()
    assert neuprint.Client(SERVER, "it").meta["dataset"] == "sample"
    third.close()
    third.close()
    assert neuprint.Client._select_dataset is before and TOKEN not in os.environ


def test_relative_paths(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("CONNSTORE_HOME", ".")
    for context in (connstore.offline(), connstore.offline({"sample:v1.0": "here"})):
        with context:
            os.chdir(elsewhere)
            assert bodies(neuprint.Client(SERVER, "sample:v1.0"))
            os.chdir(home)
    client = connstore.Client(SERVER, "sample:v1.0")
    os.chdir(elsewhere)
    assert len(connstore.fetch_neurons("DNa02", client=client)[0]) == 2


def test_different_stores_of_a_dataset(home: Path, tmp_path: Path) -> None:
    """Both routes refuse to choose; of equal stores both take the first."""
    (home / "twin").symlink_to(sample_path())
    with connstore.offline():
        assert bodies(neuprint.Client(SERVER, "sample:v1.0"))
    assert connstore.Client(SERVER, "sample:v1.0").store.path == sample_path()
    bundle = write_mini(tmp_path / "export")
    for name, dataset in (("changed", "sample:v1.0"), ("mini", "mini:v0.1")):
        connstore.ingest(bundle, home / name, dataset=dataset, progress=False)
    words = f"different stores of 'sample:v1.0': {home}/changed and {home}/here and {home}/twin"
    with connstore.offline():
        assert neuprint.Client(SERVER, "mini:v0.1").dataset == "mini:v0.1"
        with pytest.raises(SeveralStoresError, match=re.escape(words)) as raised:
            neuprint.Client(SERVER, "sample:v1.0")
        assert raised.value.__suppress_context__, "neuprint-python asks twice, and tells it once"
    with pytest.raises(SeveralStoresError, match=re.escape(words)):
        connstore.Client(SERVER, "sample:v1.0")
    assert list(connstore.Client(SERVER, "mini:v0.1").fetch_datasets()) == ["mini:v0.1"]


def test_where_stores_were_looked_for(home: Path) -> None:
    (home / "broken").mkdir()
    (home / "broken" / "manifest.json").write_text("{")
    broken = rf"Not read: {home}/broken/manifest\.json is not a connstore manifest: "
    with connstore.offline():
        assert neuprint.Client(SERVER, "sample:v1.0")
        words = rf"They are those in {home} \(CONNSTORE_HOME\)\. {broken}"
        with pytest.raises(MissingDatasetError, match=words):
            neuprint.Client(SERVER, "manc:v1.0")
    with pytest.raises(StoreNotFoundError, match=rf"under {home} .*{broken}"):
        connstore.Client(SERVER, "manc:v1.0")


def test_adapters_that_a_script_mounts(home: Path) -> None:
    with connstore.offline():
        client = neuprint.Client(SERVER, "sample:v1.0")
    client.session.mount("https://", HTTPAdapter(max_retries=3))
    assert bodies(client) and bodies(copy.deepcopy(client))


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


PROCESSES = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import neuprint

SERVER = "https://neuprint.invalid"
assert os.path.isabs(__file__)

@dataclass
class Found:
    bodies: list

def begin(name):
    global client
    client = neuprint.Client(SERVER, dataset=name, token="x")

def ask(type_):
    return Found(neuprint.fetch_neurons(type_, client=client)[0]["bodyId"].tolist())

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv.pop())
    os.chdir("/")
    with ProcessPoolExecutor(1, context, begin, ("sample:v1.0",)) as pool:
        found = pool.submit(ask, "DNa02").result(120)
    assert isinstance(found, Found)
    print(found.bodies)
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_a_script_that_starts_processes(method: str, home: Path, tmp_path: Path) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("not on this platform")
    (tmp_path / "script.py").write_text(PROCESSES)
    result = run(home, "script.py", method)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "[776249847, 1993244425]\n"


def test_errors_of_a_script(home: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("def f():\n    raise LookupError('mine')\nf()\n")
    result = run(home, "script.py")
    assert result.returncode == 1
    assert 'script.py", line 2, in f\n    raise LookupError' in result.stderr
    (tmp_path / "script.py").write_text("# coding: latin-1\nimport sys; sys.exit(len('\xe4') + 6)")
    (tmp_path / "script.py").write_bytes((tmp_path / "script.py").read_text().encode("latin-1"))
    assert run(home, "script.py").returncode == 7


def test_wrong_calls(home: Path) -> None:
    for args, words in (((), "usage: "), (("nowhere.py",), "there is no script nowhere.py")):
        result = run(home, *args)
        assert result.returncode == 1 and words in result.stderr
        assert "Traceback" not in result.stderr
