"""Cypher queries against hand-written DuckDB SQL for the same questions on the same files.

python bench/cypher.py STORE [--runs 9] [--json FILE]

The queries are those that people send most: one neuron, its partners, all pairs and their ROIs, all
synapses of a type and their partners. Both ways give pandas frames; answers are compared before
anything is timed, and runs alternate. Printed are the median times, what of connstore's is
compiling, and the median of the ratios pair by pair.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
from by_hand import ByHand
from pandas.testing import assert_frame_equal

import connstore
from connstore.cypher.compile import compile_query
from connstore.cypher.graph.graphs import graph_of

#: Name, Cypher, SQL; both with the parameters $body, $bodies, $type and $least.
QUESTIONS = (
    (
        "one neuron",
        "MATCH (n:Neuron {bodyId: $body}) "
        "RETURN n.bodyId AS bodyId, n.type AS type, n.instance AS instance, n.pre AS pre",
        "SELECT bodyId, type, instance, pre FROM segment_neuron WHERE bodyId = $body",
    ),
    (
        "ROIs of one neuron",
        "MATCH (n:Neuron {bodyId: $body}) WITH apoc.convert.fromJsonMap(n.roiInfo) AS info "
        "UNWIND keys(info) AS roi "
        "RETURN roi, coalesce(info[roi].pre, 0) AS pre, coalesce(info[roi].post, 0) AS post",
        "SELECT roi.name AS roi, coalesce(r.pre, 0) AS pre, coalesce(r.post, 0) AS post "
        "FROM segment_roi AS r JOIN roi USING (roi_id) JOIN segment_neuron USING (bodyId) "
        "WHERE bodyId = $body",
    ),
    (
        "partners of one neuron",
        "MATCH (n:Neuron {bodyId: $body})-[e:ConnectsTo]->(m:Neuron) "
        "RETURN m.bodyId AS bodyId, m.type AS type, e.weight AS weight",
        "SELECT m.bodyId, m.type, e.weight FROM connection_by_pre_neuron AS e "
        "JOIN segment_neuron AS m ON m.bodyId = e.body_post WHERE e.body_pre = $body",
    ),
    (
        "inputs of 100 neurons",
        "WITH $bodies AS bodies MATCH (n:Neuron)-[e:ConnectsTo]->(m:Neuron) "
        "WHERE m.bodyId IN bodies RETURN m.bodyId AS bodyId, n.bodyId AS pre, e.weight AS weight",
        "SELECT body_post AS bodyId, body_pre AS pre, weight FROM connection_by_post_neuron "
        "WHERE body_post IN (SELECT unnest($bodies))",
    ),
    (
        "all pairs",
        "MATCH (a:Neuron)-[c:ConnectsTo]->(b:Neuron) "
        "RETURN a.bodyId AS pre, b.bodyId AS post, c.weight AS weight",
        "SELECT body_pre AS pre, body_post AS post, weight FROM connection_by_pre_neuron",
    ),
    (
        "weights between types",
        "MATCH (a:Neuron)-[c:ConnectsTo]->(b:Neuron) WHERE c.weight >= $least "
        "RETURN a.type AS pre, b.type AS post, sum(c.weight) AS weight, count(*) AS pairs",
        "SELECT a.type AS pre, b.type AS post, sum(weight)::BIGINT AS weight, count(*) AS pairs "
        "FROM connection_by_pre_neuron AS c JOIN segment_neuron AS a ON a.bodyId = body_pre "
        "JOIN segment_neuron AS b ON b.bodyId = body_post WHERE weight >= $least GROUP BY ALL",
    ),
    (
        "synapses of a type",
        "MATCH (n:Neuron)-[:Contains]->(ss:SynapseSet)-[:Contains]->(s:Synapse) "
        "WHERE n.type = $type WITH DISTINCT n, s RETURN n.bodyId AS bodyId, s.type AS type, "
        "s.location.x AS x, s.location.y AS y, s.location.z AS z",
        "SELECT n.bodyId, s.type, x, y, z FROM segment_neuron AS n "
        "JOIN synapse AS s ON s.bodyId = n.bodyId WHERE n.type = $type AND s.has_partner",
    ),
    (
        "synapse pairs of a type",
        "MATCH (n:Neuron)-[:Contains]->(:SynapseSet)-[:Contains]->(s:Synapse)-[:SynapsesTo]->"
        "(t:Synapse)<-[:Contains]-(:SynapseSet)<-[:Contains]-(m:Neuron) WHERE n.type = $type "
        "RETURN DISTINCT m.bodyId AS partner, s.location.x AS x_pre, s.location.y AS y_pre, "
        "t.location.x AS x_post, t.location.y AS y_post",
        "SELECT DISTINCT body_post AS partner, x_pre, y_pre, x_post, y_post FROM pair_by_pre "
        "JOIN segment_neuron AS n ON n.bodyId = body_pre "
        "JOIN segment_neuron AS m ON m.bodyId = body_post WHERE n.type = $type",
    ),
    (
        "ROIs of all pairs",
        "MATCH (a:Neuron)-[c:ConnectsTo]->(b:Neuron) "
        "WITH a, b, apoc.convert.fromJsonMap(c.roiInfo) AS info UNWIND keys(info) AS roi "
        "RETURN a.bodyId AS pre, b.bodyId AS post, roi, coalesce(info[roi].post, 0) AS weight",
        "SELECT c.body_pre AS pre, c.body_post AS post, roi.name AS roi, "
        "coalesce(r.post, 0) AS weight FROM connection_by_pre_neuron AS c "
        "JOIN connection_roi_by_pre_neuron AS r USING (body_pre, body_post) "
        "JOIN roi USING (roi_id)",
    ),
)


def parameters(client: Any) -> dict[str, Any]:
    """Values of the parameters: a middling neuron, a hundred of them, the commonest type."""
    neurons = connstore.fetch_neurons(omit_rois=True, client=client).sort_values("downstream")
    bodies = neurons["bodyId"].tolist()
    return {
        "body": bodies[len(bodies) // 2],
        "bodies": bodies[:: max(1, len(bodies) // 100)][:100],
        "type": neurons["type"].dropna().mode()[0],
        "least": 3,
    }


def measure(
    name: str, cypher: str, sql: str, values: dict[str, Any], client: Any, hand: ByHand, runs: int
) -> dict[str, Any]:
    """Compare and time one question both ways."""

    def ours() -> pd.DataFrame:
        return connstore.fetch_custom(cypher, parameters=values, client=client)

    def by_hand() -> pd.DataFrame:
        return hand.frame(sql, {key: values[key] for key in values if f"${key}" in sql})

    mine, theirs = ours(), by_hand()
    columns = list(mine.columns)
    left, right = (
        frame.sort_values(columns, ignore_index=True, key=lambda column: column.astype(str))
        for frame in (mine, theirs[columns])
    )
    assert_frame_equal(left, right, check_dtype=False)
    graph = graph_of(client.store)
    compiling = [_seconds(lambda: compile_query(cypher, graph, values)) for _ in range(runs)]
    pairs = [(_seconds(ours), _seconds(by_hand)) for _ in range(runs)]
    return {
        "question": name,
        "rows": len(mine),
        "connstore ms": round(1000 * statistics.median(ours for ours, _ in pairs), 1),
        "compiling ms": round(1000 * statistics.median(compiling), 1),
        "by hand ms": round(1000 * statistics.median(hand for _, hand in pairs), 1),
        "ratio": round(statistics.median(ours / hand for ours, hand in pairs), 2),
    }


def _seconds(ask: Any) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def main(arguments: list[str]) -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    client = connstore.Client(given.store)
    hand, values = ByHand(client.store), parameters(client)
    results = [measure(*question, values, client, hand, given.runs) for question in QUESTIONS]
    print(pd.DataFrame(results).to_string(index=False))
    if given.json:
        given.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
