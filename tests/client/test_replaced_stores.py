"""A store that is replaced under an open client: an error, never the answers of two stores."""

import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ingest.fixtures import META, NEURONS_1, write_mini

import connstore
from connstore import Client, registry
from connstore.errors import StoreDamagedError
from connstore.ingestion import ingest
from connstore.store.manifest import MANIFEST
from connstore.testing import sample_path

REPLACED = "was replaced or removed since it was opened; make a new Client"
QUERY = "MATCH (n:Neuron) RETURN n.bodyId AS bodyId ORDER BY bodyId"

QUESTIONS: list[Callable[[Any], Any]] = [
    lambda client: connstore.fetch_neurons(client=client),
    lambda client: connstore.fetch_adjacencies(client=client),
    lambda client: connstore.fetch_custom(QUERY, client=client),
    lambda client: client.explain(connstore.fetch_neurons),
    lambda client: client.store.verify(progress=False),
    lambda client: client.store.read("segment"),
]


@pytest.fixture(autouse=True)
def _unregistered() -> Iterator[None]:
    """Clients made here are nobody's default."""
    with registry._no_registration():
        yield


def replace(path: Path, export: Path, **options: Any) -> None:
    shutil.rmtree(path)
    ingest(export, path, progress=False, **options)


def change(export: Path) -> None:
    """Rename an ROI, so that the ids of all come out otherwise."""
    for file in export.rglob("*.csv"):
        file.write_text(file.read_text().replace("FB-column3", "zz-column3"))
    assert "zz-column3" in (export / META).read_text()
    assert (export / NEURONS_1).is_file()


@pytest.mark.parametrize("asked_before", [True, False])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_store_replaced_by_another(
    question: Callable[[Any], Any], asked_before: bool, tmp_path: Path
) -> None:
    export = write_mini(tmp_path / "export")
    path = ingest(export, tmp_path / "store", progress=False).path
    client = Client(path)
    if asked_before:
        question(client)
    change(export)
    replace(path, export)
    for _ in range(2):
        with pytest.raises(StoreDamagedError, match=REPLACED):
            question(client)
    question(Client(path))


def test_a_store_that_is_gone(tmp_path: Path) -> None:
    path = ingest(write_mini(tmp_path / "export"), tmp_path / "store", progress=False).path
    client = Client(path)
    connstore.fetch_neurons(client=client)
    shutil.rmtree(path)
    with pytest.raises(StoreDamagedError, match=REPLACED):
        connstore.fetch_neurons(client=client)


@pytest.mark.parametrize("question", QUESTIONS)
def test_equal_content_in_other_tables(question: Callable[[Any], Any], tmp_path: Path) -> None:
    """The fingerprint leaves the second order of pairs out; engines and graphs may not."""
    export = write_mini(tmp_path / "export")
    path = ingest(export, tmp_path / "store", post_index=False, progress=False).path
    before = Client(path)
    connstore.fetch_custom(QUERY, client=before)
    replace(path, export)
    after = Client(path)
    assert after.store.fingerprint == before.store.fingerprint
    question(after)
    bodies = connstore.fetch_custom(QUERY, client=after)["bodyId"].tolist()
    assert len(connstore.fetch_synapse_connections(None, bodies, client=after))
    with pytest.raises(StoreDamagedError, match=REPLACED):
        question(before)


def test_a_store_replaced_while_it_is_read(tmp_path: Path) -> None:
    path = Path(shutil.copytree(sample_path(), tmp_path / "store"))
    client = Client(path, frames="batches")
    complete, _ = connstore.fetch_neurons(client=client)
    streaming = connstore.fetch_synapses("KC.*", client=client)
    replace(path, write_mini(tmp_path / "export"))
    assert complete.read_all().num_rows == 330
    with pytest.raises(StoreDamagedError, match=REPLACED):
        streaming.read_all()


def test_the_same_store_copied_back(tmp_path: Path) -> None:
    """Another inode and another time do not make it another store."""
    path = ingest(write_mini(tmp_path / "export"), tmp_path / "store", progress=False).path
    client = Client(path)
    expected = connstore.fetch_custom(QUERY, client=client)
    os.utime(path / MANIFEST, (1, 1))
    assert connstore.fetch_custom(QUERY, client=client).equals(expected)
    shutil.copytree(path, tmp_path / "copy")
    shutil.rmtree(path)
    (tmp_path / "copy").rename(path)
    assert connstore.fetch_custom(QUERY, client=client).equals(expected)


def test_a_client_that_was_sent_knows_its_store(tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    path = ingest(export, tmp_path / "store", progress=False).path
    sent = pickle.dumps(Client(path))
    assert len(connstore.fetch_custom(QUERY, client=pickle.loads(sent)))
    change(export)
    replace(path, export)
    with pytest.raises(StoreDamagedError, match=REPLACED):
        connstore.fetch_custom(QUERY, client=pickle.loads(sent))
