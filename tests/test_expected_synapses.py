"""The facts of hemibrain-mb's expected.json about single synapses, reproduced by connstore."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import SHARED_DATA

EXPECTED = SHARED_DATA / "hemibrain-mb" / "expected.json"
pytestmark = pytest.mark.skipif(
    not EXPECTED.is_file(), reason="the hemibrain-mb test data are not beside the repository"
)
HALF = np.float32(0.5)
T_BAR = ["bodyId_pre", "x_pre", "y_pre", "z_pre"]


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads(EXPECTED.read_text())


@pytest.fixture(scope="module")
def facts(expected: dict[str, Any]) -> dict[int, Any]:
    return {number: fact["value"] for number, fact in enumerate(expected["facts"], 1)}


def _everything(client: Any, function: str, sides: int, **criteria: Any) -> pd.DataFrame:
    import connstore

    everyone = [connstore.NeuronCriteria(label="Segment")] * sides
    synapses = connstore.SynapseCriteria(**criteria, client=client)
    return getattr(connstore, function)(*everyone, synapse_criteria=synapses, client=client)


@pytest.fixture(scope="module")
def old_pairs(mb_old_client: Any) -> pd.DataFrame:
    return _everything(mb_old_client, "fetch_synapse_connections", 2, confidence=0)


@pytest.mark.parametrize("layout", ["mb_snapshot", "mb_old"])
def test_numbers_of_synapses(
    layout: str, facts: dict[int, Any], request: pytest.FixtureRequest
) -> None:
    """Also of the old export: its further 14,313 points belong to no SynapseSet."""
    client = request.getfixturevalue(f"{layout}_client")
    found = _everything(client, "fetch_synapses", 1, confidence=0)
    counts = found["type"].value_counts()
    assert (counts["pre"], counts["post"], len(found)) == (facts[2], facts[3], facts[4])
    assert facts[7] - facts[8] == facts[4]
    t_bars = found[found["type"] == "pre"]
    assert (t_bars["confidence"] == np.float32(0.7)).sum() == facts[43]
    assert t_bars["confidence"].min() == np.float32(facts[46])
    psds = found[found["type"] == "post"]
    assert psds["confidence"].min() == np.float32(facts[45])
    means = _everything(client, "fetch_mean_synapses", 1, confidence=0)
    assert means["count"].sum() == found["roi"].notna().sum()


def test_points_outside_every_roi(mb_snapshot_client: Any, facts: dict[int, Any]) -> None:
    found = _everything(mb_snapshot_client, "fetch_synapses", 1, confidence=0, primary_only=False)
    assert found["roi"].isna().sum() == facts[68]


def test_pairs_of_default_confidence(mb_snapshot_client: Any, facts: dict[int, Any]) -> None:
    pairs = _everything(mb_snapshot_client, "fetch_synapse_connections", 2)
    assert len(pairs) == facts[44]
    below = np.nextafter(0.5, 0)
    pairs = _everything(mb_snapshot_client, "fetch_synapse_connections", 2, confidence=below)
    assert len(pairs) == facts[30]
    assert (pairs["confidence_post"] == HALF).sum() == facts[42]
    assert pairs["roi_post"].isna().sum() == facts[47]


def test_all_pairs(old_pairs: pd.DataFrame, facts: dict[int, Any]) -> None:
    pairs = old_pairs
    assert len(pairs) == facts[1]
    assert (pairs["confidence_post"] == HALF).sum() == facts[42]
    assert pairs["confidence_post"].min() == np.float32(facts[45])
    assert pairs["roi_post"].isna().sum() == facts[48]
    pre, post = (pairs[name].astype(object).fillna("") for name in ("roi_pre", "roi_post"))
    assert (pre != post).sum() == facts[70]
    t_bars = pairs.groupby(T_BAR)
    assert t_bars.size().max() == facts[80]
    assert (t_bars["bodyId_post"].nunique() > 1).sum() == facts[79]


def test_weights(old_pairs: pd.DataFrame, mb_old_client: Any) -> None:
    """In hemibrain a weight is the number of all pairs, whatever their confidence."""
    import connstore

    everyone = connstore.NeuronCriteria(label="Segment")
    _, edges = connstore.fetch_adjacencies(everyone, everyone, omit_rois=True, client=mb_old_client)
    sizes = old_pairs.groupby(["bodyId_pre", "bodyId_post"]).size()
    weights = edges.set_index(["bodyId_pre", "bodyId_post"])["weight"]
    pd.testing.assert_series_equal(sizes, weights, check_names=False)


@pytest.mark.parametrize("layout", ["mb_snapshot", "mb_old"])
def test_named_edges(layout: str, expected: dict[str, Any], request: pytest.FixtureRequest) -> None:
    import connstore

    client = request.getfixturevalue(f"{layout}_client")
    for edge in expected["named_edges"]:
        ends = edge["bodyId_pre"], edge["bodyId_post"]
        found = connstore.fetch_synapse_connections(*ends, client=client)
        assert len(found) == edge["pairs_both_conf_gt_0_5"]
        all_of_them = connstore.SynapseCriteria(confidence=0, client=client)
        found = connstore.fetch_synapse_connections(*ends, all_of_them, client=client)
        if edge[layout.replace("mb_old", "old_loader").replace("mb_", "")]["weight"]:
            assert len(found.drop_duplicates(T_BAR)) == edge["n_tbars"]


@pytest.mark.parametrize("layout", ["mb_snapshot", "mb_old"])
def test_named_bodies(
    layout: str, expected: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """Where pre and post count exactly the points that have partners."""
    import connstore

    client = request.getfixturevalue(f"{layout}_client")
    criteria = connstore.SynapseCriteria(confidence=0, client=client)
    for body, wanted in expected["named_bodies"].items():
        found = connstore.fetch_mean_synapses(int(body), criteria, by_roi=False, client=client)
        counts = dict(zip(found["type"], found["count"], strict=True))
        totals = wanted["snapshot"]["pre"], wanted["snapshot"]["post"]
        assert (counts.get("pre", 0), counts.get("post", 0)) == totals
