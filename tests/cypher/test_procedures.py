"""Procedures that clients of neuPrint call before they ask."""

from __future__ import annotations

from typing import Any

import pytest

from connstore import Client
from connstore.errors import CypherError
from connstore.registry import clear_default_client
from connstore.testing import sample_path

ANSWERS: dict[str, list[list[Any]]] = {
    "CALL db.relationshipTypes()": [["CloseTo"], ["ConnectsTo"], ["Contains"], ["SynapsesTo"]],
    "UNWIND [1, 2] AS x CALL db.labels() YIELD label WHERE label STARTS WITH 'Syn' "
    "RETURN x, label": [[1, "Synapse"], [1, "SynapseSet"], [2, "Synapse"], [2, "SynapseSet"]],
    # neuPrintExplorer looks at the version, and for an index, to choose how it searches
    "CALL dbms.components()": [["Neo4j Kernel", ["4.4.16"], "community"]],
    "CALL dbms.components() YIELD versions AS v RETURN v[0] AS version": [["4.4.16"]],
    "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]": [
        ["4.4.16"],
    ],
    "CALL db.indexes() YIELD name WITH collect(name) AS names "
    "RETURN 'find_neurons_fulltext_properties_index' IN names AS there": [[False]],
    "CALL db.indexes()": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Any:
    yield Client(sample_path())
    clear_default_client()


@pytest.mark.parametrize("cypher", ANSWERS)
def test_answers(cypher: str, client: Any) -> None:
    assert client.fetch_custom(cypher, format="json")["data"] == ANSWERS[cypher]


def test_an_unknown_procedure_names_the_known_ones(client: Any) -> None:
    with pytest.raises(CypherError, match=r"no procedure .* in connstore\..*db\.indexes"):
        client.fetch_custom("CALL db.index.fulltext.queryNodes('i', 'a') YIELD node RETURN node")


def test_what_a_procedure_does_not_yield(client: Any) -> None:
    with pytest.raises(CypherError, match=r"db\.indexes yields id, name, .*, not `size`"):
        client.fetch_custom("CALL db.indexes() YIELD size RETURN size")
