"""The facts of hemibrain-mb's expected.json about mitochondria and completeness."""

import json
from typing import Any

import pandas as pd
import pytest
from fixtures_shared import *  # noqa: F403  (fixtures)
from fixtures_shared import SHARED_DATA

import connstore
from connstore import MitoCriteria, NeuronCriteria, SynapseCriteria

EXPECTED = SHARED_DATA / "hemibrain-mb" / "expected.json"
pytestmark = pytest.mark.skipif(
    not EXPECTED.is_file(), reason="the hemibrain-mb test data are not beside the repository"
)
EVERYBODY = NeuronCriteria(label="Segment")
APL = 425790257


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads(EXPECTED.read_text())


@pytest.fixture(scope="module")
def facts(expected: dict[str, Any]) -> dict[int, Any]:
    return {number: fact["value"] for number, fact in enumerate(expected["facts"], 1)}


@pytest.fixture(scope="module")
def all_of_them(mb_snapshot_client: Any) -> pd.DataFrame:
    return connstore.fetch_mitochondria(EVERYBODY, client=mb_snapshot_client)


def _in_roi(roi: str, client: Any) -> int:
    criteria = MitoCriteria(rois=roi, client=client)
    return len(connstore.fetch_mitochondria(EVERYBODY, criteria, client=client))


def test_mitochondria(
    all_of_them: pd.DataFrame, facts: dict[int, Any], mb_snapshot_client: Any
) -> None:
    assert len(all_of_them) == facts[81]
    assert all_of_them["mitoType"].value_counts().to_dict() == facts[82]
    assert all_of_them["bodyId"].nunique() == facts[84]
    assert all_of_them["size"].sum() == facts[87]
    large = MitoCriteria(size=1_000_000, client=mb_snapshot_client)
    found = connstore.fetch_mitochondria(EVERYBODY, large, client=mb_snapshot_client)
    assert len(found) == facts[86] == (all_of_them["size"] >= 1_000_000).sum()
    for kind, number in facts[82].items():
        criteria = MitoCriteria(mitoType=kind, client=mb_snapshot_client)
        found = connstore.fetch_mitochondria(EVERYBODY, criteria, client=mb_snapshot_client)
        assert (len(found), {*found["mitoType"]}) == (number, {kind})


def test_rois(facts: dict[int, Any], mb_snapshot_client: Any) -> None:
    client = mb_snapshot_client
    assert _in_roi("AL(R)", client) == facts[99]
    assert _in_roi("aL(R)", client) == facts[100]
    criteria = MitoCriteria(primary_only=False, client=client)
    found = connstore.fetch_mitochondria(EVERYBODY, criteria, client=client)
    assert found["roi"].isna().sum() == facts[85]


def test_links(facts: dict[int, Any], mb_snapshot_client: Any) -> None:
    criteria = SynapseCriteria(confidence=0, client=mb_snapshot_client)
    found = connstore.fetch_synapses_and_closest_mitochondria(
        EVERYBODY, criteria, client=mb_snapshot_client
    )
    assert len(found) == facts[83]


def test_named_bodies(expected: dict[str, Any], mb_snapshot_client: Any) -> None:
    client = mb_snapshot_client
    criteria = MitoCriteria(primary_only=False, client=client)
    for body, wanted in expected["named_bodies"].items():
        counts = wanted["snapshot"]
        found = connstore.fetch_mitochondria(int(body), client=client)
        assert len(found) == counts["mito"]
        by_roi = connstore.fetch_mitochondria(int(body), criteria, client=client)
        by_roi = by_roi["roi"].value_counts().to_dict()
        rois = {roi: c["mito"] for roi, c in counts["roiInfo"].items() if c.get("mito")}
        assert by_roi == rois


def test_traced_share(facts: dict[int, Any], mb_snapshot_client: Any) -> None:
    (found,) = connstore.fetch_output_completeness(APL, client=mb_snapshot_client).to_dict(
        "records"
    )
    assert found["traced_weight"] == facts[109]


@pytest.mark.parametrize(
    ("layout", "total"), [("mb_snapshot", "sum_out_weight"), ("mb_old", "sum_out_weightHR")]
)
def test_total_weights(
    layout: str, total: str, expected: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """In hemibrain a weight is the number of all pairs, whatever their confidence."""
    client = request.getfixturevalue(f"{layout}_client")
    sums = {int(b): v["snapshot"][total] for b, v in expected["named_bodies"].items()}
    found = connstore.fetch_output_completeness(list(sums), client=client)
    assert len(found)
    for body, weight in zip(found["bodyId"], found["total_weight"], strict=True):
        assert weight == sums[body]


@pytest.mark.parametrize("layout", ["mb_snapshot", "mb_old"])
def test_weights_add_up(layout: str, request: pytest.FixtureRequest) -> None:
    """Orphans have what the complete outputs leave of the total."""
    client = request.getfixturevalue(f"{layout}_client")
    tasks = connstore.fetch_downstream_orphan_tasks(EVERYBODY, client=client)
    known = tasks[tasks["total_weight"].notna()]
    last = known.groupby("bodyId_pre").last()
    assert (last["cum_orphan_weight"] == last["orig_untraced_weight"]).all()
    assert (last["cum_completeness"] == 1).all()
    sums = known.groupby("bodyId_pre")["orphan_weight"].sum()
    assert (sums == last["cum_orphan_weight"]).all()
