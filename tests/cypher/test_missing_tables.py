"""Questions that a store cannot answer are told so, not answered with nothing."""

from pathlib import Path

import pytest
from ingest.fixtures import write_mini

from connstore.client import Client
from connstore.errors import CypherError
from connstore.ingestion import ingest


@pytest.fixture(scope="module")
def without_synapses(tmp_path_factory: pytest.TempPathFactory) -> Client:
    home = tmp_path_factory.mktemp("bundle")
    bundle = write_mini(home / "export")
    for path in [*bundle.glob("Neuprint_Synapse*"), *bundle.glob("Neuprint_Element*")]:
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file():
                file.unlink()
    for path in sorted(Path(bundle).rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    ingest(bundle, home / "store", progress=False)
    return Client(home / "store")


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
    with pytest.raises(CypherError, match="has no table") as caught:
        without_synapses.fetch_custom(query)
    assert caught.value.column == query.index(at) + 1


def test_what_the_store_has_is_answered(without_synapses: Client) -> None:
    (row,) = without_synapses.fetch_custom(
        "MATCH (n:Neuron) OPTIONAL MATCH (n)-[:Contains]->(x) RETURN count(n) > 0, count(x)",
        format="json",
    )["data"]
    assert row == [True, 0]
