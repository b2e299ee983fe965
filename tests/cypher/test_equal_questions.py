"""Questions to the sample that can be asked in two ways: the answers are the same.

Nodes and relationships of several kinds have keys that are equal numbers, and chains of
relationships may be read from other tables than their single links.
"""

from __future__ import annotations

from typing import Any

import pytest
from client.sample import client as client

CHAIN = "(n:Neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)"
#: The same with the middle under a name that is asked for, so that it is looked at.
LOOKED_AT = CHAIN.replace(":SynapseSet", "x:SynapseSet")

EQUAL = [
    # what a list holds is of the kind that it was
    (
        "MATCH (n) WITH collect(n) AS ns UNWIND ns AS n MATCH (n:Synapse) RETURN count(n)",
        "MATCH (n:Synapse) RETURN count(n)",
    ),
    (
        "MATCH (n) WITH collect(n) AS ns UNWIND ns AS n MATCH (n)-[:SynapsesTo]->() "
        "RETURN count(*)",
        "MATCH ()-[:SynapsesTo]->() RETURN count(*)",
    ),
    (
        "MATCH ()-[r]->() WITH collect(r) AS rs UNWIND rs AS r MATCH ()-[r:SynapsesTo]->() "
        "RETURN count(*)",
        "MATCH ()-[:SynapsesTo]->() RETURN count(*)",
    ),
    # a chain whose middle nobody asks for, beside other paths
    (
        f"MATCH {CHAIN}, (n)-[:ConnectsTo*1..2]->(m:Neuron) "
        "RETURN DISTINCT n.bodyId AS b, s.type AS t, m.bodyId AS c ORDER BY b, t, c",
        f"MATCH {LOOKED_AT}, (n)-[:ConnectsTo*1..2]->(m:Neuron) WHERE x.type <> '' "
        "RETURN DISTINCT n.bodyId AS b, s.type AS t, m.bodyId AS c ORDER BY b, t, c",
    ),
    (
        f"MATCH p = (n)-[:ConnectsTo]->(m:Neuron), {CHAIN} "
        "RETURN DISTINCT [k IN nodes(p) | k.bodyId] AS b, s.type AS t ORDER BY b, t",
        f"MATCH p = (n)-[:ConnectsTo]->(m:Neuron), {LOOKED_AT} WHERE x.type <> '' "
        "RETURN DISTINCT [k IN nodes(p) | k.bodyId] AS b, s.type AS t ORDER BY b, t",
    ),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_answers(client: Any, one: str, other: str) -> None:
    found = client.fetch_custom(one, format="json")["data"]
    assert found == client.fetch_custom(other, format="json")["data"]
    assert found and found[0][0]


def test_null_is_no_node(client: Any) -> None:
    query = "WITH null AS x MATCH (x)-->(y) RETURN count(y)"
    assert client.fetch_custom(query, format="json")["data"] == [[0]]
