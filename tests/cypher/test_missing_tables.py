"""Questions that a store cannot answer are told so, not answered with nothing."""

import shutil
from pathlib import Path

import pytest
from ingest.fixtures import write_mini
from ingest.test_old_bundle import ingest_bundle

from connstore.client import Client
from connstore.errors import CypherTableError
from connstore.ingestion import ingest


def without(home: Path, *patterns: str) -> Client:
    """A client of the small bundle without some of its files."""
    bundle = write_mini(home / "export")
    for pattern in patterns:
        for path in bundle.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    ingest(bundle, home / "store", progress=False)
    return Client(home / "store")


@pytest.fixture(scope="module")
def without_synapses(tmp_path_factory: pytest.TempPathFactory) -> Client:
    home = tmp_path_factory.mktemp("bundle")
    return without(home, "Neuprint_Synapse*", "Neuprint_Element*")


@pytest.fixture(scope="module")
def without_elements(tmp_path_factory: pytest.TempPathFactory) -> Client:
    return without(tmp_path_factory.mktemp("bundle"), "Neuprint_Element*")


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("MATCH (s:Synapse) RETURN count(s)", "(s:"),
        ("MATCH (n:Neuron)-[:Contains]->(ss:SynapseSet) RETURN count(ss)", "(ss:"),
        ("MATCH ()-[r:SynapsesTo]->() RETURN count(r)", "-[r:"),
        ("MATCH (n) WHERE EXISTS { (n)-[:Contains]->(:SynapseSet) } RETURN n", "(:Syn"),
    ],
)
def test_synapses_of_a_store_without_any(without_synapses: Client, query: str, at: str) -> None:
    with pytest.raises(CypherTableError, match="has no table") as caught:
        without_synapses.fetch_custom(query)
    assert caught.value.column == query.index(at) + 1


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("MATCH (m:Mito) RETURN count(m)", "(m:"),
        ("MATCH (m:mini_Mito) RETURN count(m)", "(m:"),
        ("MATCH (m:Element {type: 'mitochondrion'}) RETURN count(m)", "(m:"),
        (
            "MATCH (n)-[:Contains]->(:ElementSet)-[:Contains]->"
            '(m:Element {type: "mitochondrion"}) RETURN m',
            "(m:",
        ),
        ("MATCH (:Synapse)-[r:CloseTo]->() RETURN count(r)", "-[r:"),
    ],
)
def test_mitochondria_of_a_store_without_any(without_elements: Client, query: str, at: str) -> None:
    with pytest.raises(CypherTableError, match="has no table") as caught:
        without_elements.fetch_custom(query)
    assert caught.value.column == query.index(at) + 1


def test_synapses_of_a_store_without_mitochondria(without_elements: Client) -> None:
    query = (
        "MATCH (s:Synapse) OPTIONAL MATCH (s)-[r]->(m) WHERE m:Mito RETURN count(s) > 0, count(r)"
    )
    assert without_elements.fetch_custom(query, format="json")["data"] == [[True, 0]]
    query = "MATCH (:ElementSet {type: 'pre'})-[:Contains]->(e:Element) RETURN count(e) > 0"
    assert without_elements.fetch_custom(query, format="json")["data"] == [[True]]


def test_mitochondria_that_no_source_of_the_kind_has(tmp_path: Path) -> None:
    """The old loader's export has no elements, so neo4j would find none."""
    client = Client(ingest_bundle(tmp_path).path)
    query = "MATCH (m:Mito) RETURN count(m)"
    assert client.fetch_custom(query, format="json")["data"] == [[0]]


def test_what_the_store_has_is_answered(without_synapses: Client) -> None:
    (row,) = without_synapses.fetch_custom(
        "MATCH (n:Neuron) OPTIONAL MATCH (n)-[:Contains]->(x) RETURN count(n) > 0, count(x)",
        format="json",
    )["data"]
    assert row == [True, 0]
