"""The SQL of the main questions, as readable text beside this file.

After a change that is meant, rewrite the snapshots and read the difference in git:

    CONNSTORE_REWRITE_SNAPSHOTS=1 pytest tests/sql/test_snapshots.py
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from client.sample import *  # noqa: F403  (fixtures)

import connstore
from connstore import IsNull, NeuronCriteria, NotNull
from connstore.sql.statement import Statement

SNAPSHOTS = Path(__file__).parent / "snapshots"
REWRITE = os.environ.get("CONNSTORE_REWRITE_SNAPSHOTS") == "1"

Question = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

QUESTIONS: dict[str, Question] = {
    "neurons_all": (connstore.fetch_neurons, (), {"returned_columns": "core"}),
    "neurons_by_id": (connstore.fetch_neurons, ([2**53, 2**53 + 1],), {"returned_columns": "core"}),
    "neurons_by_name": (
        connstore.fetch_neurons,
        ("KCg-m",),
        {"returned_columns": ["bodyId", "type"], "omit_rois": True},
    ),
    "neurons_by_pattern": (
        connstore.fetch_neurons,
        (NeuronCriteria(type=["KC.*", "EPG", None], status="Traced"),),
        {"returned_columns": ["bodyId", "type"], "omit_rois": True},
    ),
    "neurons_by_pattern_beyond_re2": (
        connstore.fetch_neurons,
        (NeuronCriteria(type="KC(?!g).*"),),
        {"returned_columns": ["bodyId"], "omit_rois": True},
    ),
    "neurons_by_rois": (
        connstore.fetch_neurons,
        (
            NeuronCriteria(
                inputRois=["AL(R)", "aL(R)"], outputRois="CA(R)", min_roi_inputs=3, roi_req="any"
            ),
        ),
        {"returned_columns": ["bodyId"], "omit_rois": True},
    ),
    "neurons_by_properties": (
        connstore.fetch_neurons,
        (
            NeuronCriteria(
                hemibrainBodyid=NotNull,
                hemibrainBodyId=IsNull,
                cropped=False,
                somaLocation=NotNull,
                min_pre=2,
                label="Segment",
            ),
        ),
        {"returned_columns": ["bodyId"], "omit_rois": True},
    ),
    "adjacencies_all": (connstore.fetch_adjacencies, (), {}),
    "adjacencies_from_type": (connstore.fetch_adjacencies, ("DA1_lPN", None), {}),
    "adjacencies_to_ids": (connstore.fetch_adjacencies, (None, [2**63 - 1]), {}),
    "adjacencies_in_rois": (
        connstore.fetch_adjacencies,
        ("KC.*", "MBON.*"),
        {
            "rois": ["AL(R)", "MB(R)"],
            "include_nonprimary": True,
            "min_roi_weight": 2,
            "min_total_weight": 5,
        },
    ),
    "adjacencies_omit_rois": (
        connstore.fetch_adjacencies,
        ("KC.*", "MBON.*"),
        {"omit_rois": True, "min_total_weight": 3},
    ),
    "traced_adjacencies": (connstore.fetch_traced_adjacencies, (), {"omit_rois": True}),
    "simple_connections": (connstore.fetch_simple_connections, ("DA1_lPN", "KC.*"), {}),
    "simple_connections_in_rois": (
        connstore.fetch_simple_connections,
        (None, 2**53),
        {"rois": ["EB"], "properties": ["type", "roiInfo"], "min_weight": 2},
    ),
    "mitochondria": (
        connstore.fetch_mitochondria,
        (NeuronCriteria(type="L1", rois=["ME(R)"]),),
        {},
    ),
    "closest_mitochondria": (connstore.fetch_synapses_and_closest_mitochondria, ([10005],), {}),
    "connection_mitochondria": (connstore.fetch_connection_mitochondria, ("L1", "Mi1"), {}),
    "output_completeness": (connstore.fetch_output_completeness, ("L1", ["Traced", "Anchor"]), {}),
    "downstream_orphan_tasks": (connstore.fetch_downstream_orphan_tasks, ([10005],), {}),
    "shortest_paths": (
        connstore.fetch_shortest_paths,
        (1054565057, 488494577, 2, NeuronCriteria(status=["Traced", None])),
        {"timeout": 600},
    ),
    "paths_through_ids": (
        connstore.fetch_paths,
        (1054565057, 2**53, 0, [2**53, 2**53 + 1]),
        {"timeout": 600, "max_path_length": 2},
    ),
    "cypher_one_neuron": (
        connstore.fetch_custom,
        ("MATCH (n:Neuron {bodyId: 10005}) RETURN n.bodyId, n.type AS type",),
        {},
    ),
    "cypher_partners_of_a_type": (
        connstore.fetch_custom,
        (
            "MATCH (n:Neuron)-[e:ConnectsTo]->(m:Neuron) WHERE n.type = 'L1' "
            "RETURN m.type AS type, sum(e.weight) AS weight ORDER BY weight DESC",
        ),
        {},
    ),
    "cypher_synapses_in_steps": (
        connstore.fetch_custom,
        (
            "MATCH (n:Neuron) WHERE n.type = 'L1' "
            "MATCH (n)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse) "
            "WITH n, s WHERE s.confidence > 0.5 RETURN n.bodyId, s.location.x",
        ),
        {},
    ),
    "cypher_synapses_of_a_type": (
        connstore.fetch_custom,
        (
            "MATCH (n:Neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse) "
            "WHERE n.type = 'L1' WITH DISTINCT n, s RETURN n.bodyId, s.type, s.location.x",
        ),
        {},
    ),
    "common_connectivity": (connstore.fetch_common_connectivity, ("MBON14(a3)",), {}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_snapshot(name: str, client: Any) -> None:
    function, args, kwargs = QUESTIONS[name]
    # The plan below the SQL of a Cypher query is the engine's, and changes with its version.
    text = client.explain(function, *args, **kwargs).split("\n\n╭")[0].rstrip() + "\n"
    path = SNAPSHOTS / f"{name}.sql"
    if REWRITE:
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_every_snapshot_is_of_a_question() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.sql")} == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_explain_shows_runs_and_answers_the_same(
    name: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pretty text is SQL of the engine, and means what the statement means."""
    run = type(client).run
    answered: list[tuple[Statement, Any]] = []

    def recorded(self: Any, statement: Statement, timeout: float | None = None) -> Any:
        answered.append((statement, run(self, statement, timeout)))
        return answered[-1][1]

    monkeypatch.setattr(type(client), "run", recorded)
    function, args, kwargs = QUESTIONS[name]
    function(*args, **kwargs, client=client)
    assert answered
    for statement, answer in answered:
        lines = str(statement).splitlines()
        sql = "\n".join(line for line in lines if not line.startswith("-- "))
        again = client._engine.table(sql, statement.values, statement.relations)
        assert again.equals(answer), sql
        shown = [line.split()[1] for line in lines if line.startswith("-- $")]
        assert shown == [f"${value}" for value in statement.values]
