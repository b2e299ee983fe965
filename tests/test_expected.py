"""hemibrain-mb's expected.json, computed from the raw synapse tables, reproduced by connstore.

The facts, named bodies and named edges are those that fetch_meta, fetch_neurons,
fetch_adjacencies and fetch_simple_connections can know.
"""

import json
from typing import Any

import pandas as pd
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import SHARED_DATA
from oracle.expected import (
    adjacency_facts,
    body_mismatches,
    edge_mismatches,
    roi_total_mismatches,
    traced_adjacency_facts,
)
from oracle.facts import OLD_LOADER, SNAPSHOT, Tables

EXPECTED = SHARED_DATA / "hemibrain-mb" / "expected.json"
pytestmark = pytest.mark.skipif(
    not EXPECTED.is_file(), reason="the hemibrain-mb test data are not beside the repository"
)
LAYOUTS = {
    "snapshot": ("mb_snapshot_client", SNAPSHOT),
    "old_loader": ("mb_old_client", OLD_LOADER),
}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads(EXPECTED.read_text())


@pytest.fixture(scope="module")
def tables(mb_snapshot_client: Any, mb_old_client: Any) -> dict[str, Tables]:
    return {"snapshot": _tables(mb_snapshot_client), "old_loader": _tables(mb_old_client)}


def _tables(client: Any) -> Tables:
    """Everything the facts need, by connstore's public functions alone."""
    import connstore

    segments = connstore.NeuronCriteria(label="Segment")
    bodies, _ = connstore.fetch_neurons(segments, client=client)
    ids = connstore.fetch_neurons(returned_columns=["bodyId"], omit_rois=True, client=client)
    edges = connstore.fetch_simple_connections(segments, segments, min_weight=0, client=client)
    edges = edges.rename(columns={"bodyId_pre": "pre", "bodyId_post": "post"})
    return Tables(
        bodies={row["bodyId"]: _without_nulls(row) for row in bodies.to_dict("records")},
        neuron_ids=set(ids["bodyId"].tolist()),
        roi_info=dict(zip(bodies["bodyId"].tolist(), bodies["roiInfo"], strict=True)),
        edges=edges,
        edge_roi_info=edges["conn_roiInfo"].tolist(),
        meta_roi_info=connstore.fetch_meta(client=client)["roiInfo"],
        primary=set(connstore.fetch_primary_rois(client=client)),
    )


def _without_nulls(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if isinstance(v, list | dict) or not pd.isna(v)}


FACTS = [(layout, number) for layout, (_, facts) in LAYOUTS.items() for number in facts]


@pytest.mark.parametrize(("layout", "number"), FACTS)
def test_fact(
    layout: str, number: int, tables: dict[str, Tables], expected: dict[str, Any]
) -> None:
    fact = expected["facts"][number - 1]
    assert LAYOUTS[layout][1][number](tables[layout]) == fact["value"], fact["what"]


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_named_bodies(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    bodies = expected["named_bodies"].items()
    assert [m for b, e in bodies for m in body_mismatches(tables[layout], layout, int(b), e)] == []


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_named_edges(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    assert edge_mismatches(tables[layout], layout, expected["named_edges"]) == []


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_roi_totals(layout: str, tables: dict[str, Tables], expected: dict[str, Any]) -> None:
    assert roi_total_mismatches(tables[layout], expected["roi_totals"][layout]) == []


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_named_edges_by_adjacency(
    layout: str, expected: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """Every named edge, asked for alone, ROI by ROI; edges of weight 0 have no row."""
    import connstore

    client = request.getfixturevalue(LAYOUTS[layout][0])
    for edge in expected["named_edges"]:
        wanted = edge[layout]
        rows = {**wanted["roiInfo_post"], "NotPrimary": wanted["NotPrimary"]}
        _, found = connstore.fetch_adjacencies(
            edge["bodyId_pre"],
            edge["bodyId_post"],
            include_nonprimary=True,
            client=client,
        )
        assert dict(zip(found["roi"], found["weight"], strict=True)) == {
            roi: weight for roi, weight in rows.items() if weight
        }
        _, total = connstore.fetch_adjacencies(
            edge["bodyId_pre"], edge["bodyId_post"], omit_rois=True, client=client
        )
        assert total["weight"].tolist() == [wanted["weight"]] * (wanted["weight"] > 0)


def test_adjacency_facts(mb_snapshot_client: Any, expected: dict[str, Any]) -> None:
    import connstore

    everything = connstore.NeuronCriteria()
    neurons, connections = connstore.fetch_adjacencies(
        everything, everything, client=mb_snapshot_client
    )
    _, totals = connstore.fetch_adjacencies(
        everything, everything, omit_rois=True, client=mb_snapshot_client
    )
    facts = adjacency_facts(neurons, connections, totals)
    assert facts == {n: expected["facts"][n - 1]["value"] for n in facts}


def test_traced_adjacency_facts(mb_old_client: Any, expected: dict[str, Any]) -> None:
    import connstore

    neurons, connections = connstore.fetch_traced_adjacencies(client=mb_old_client)
    _, totals = connstore.fetch_traced_adjacencies(omit_rois=True, client=mb_old_client)
    facts = traced_adjacency_facts(neurons, connections, totals)
    assert facts == {n: expected["facts"][n - 1]["value"] for n in facts}
