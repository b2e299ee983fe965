"""Every identity finds the contradiction that it is there for, and counts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connstore.errors import MemoryLimitError
from connstore.ingestion import identities, ingest
from connstore.ingestion.identities import IDENTITIES
from connstore.store.opening import Store
from ingest.fixtures import (
    CLOSE_TO,
    CONNECTIONS,
    ELEMENT_SETS,
    META,
    NEURONS_1,
    PAIRS,
    SET_LINKS,
    SHARED_DATA,
    SYNAPSES_0,
    SYNAPSES_1,
    write_mini,
)

#: Old bundles -> identities that are only told, with the number of violations.
OLD = {
    "tiny/old-dvid-loader": {
        "upstream_of_connections": 1,
        "connection_ends_exist": 1,
        "synapse_bodies_exist": 1,
    },
    "hemibrain-mb/old-loader": {"upstream_of_connections": 5},
}


def checked(store: Store) -> dict[str, dict[str, Any]]:
    return {f["code"]: f for f in store.read("finding").to_pylist() if f["kind"] == "identity"}


@pytest.mark.parametrize(
    ("code", "file", "old", "new", "violations"),
    [
        ("synapses_of_body", NEURONS_1, "10001,2,2,2", "10001,2,3,2", 1),
        ("synapses_of_body", SYNAPSES_1, "0.35,10001", "0.35,10000", 2),
        ("synapses_of_body_in_roi", NEURONS_1, '""post"":2,""pre"":1', '""post"":2,""pre"":2', 1),
        ("synapses_of_body_in_roi", NEURONS_1, '""post"":2,""pre"":1', '""post"":2', 1),
        ("synapses_of_body_in_roi", SYNAPSES_1, '300}",true', '300}",', 1),
        ("weightHR_of_pairs", CONNECTIONS, "10001,2,1,1", "10001,3,1,1", 1),
        ("weightHR_of_pairs", CONNECTIONS, "10001,2,1,1", "10001,,1,1", 1),
        ("weight_of_pairs", CONNECTIONS, "10001,2,1,1", "10001,2,2,1", 1),
        # 0.4 and 0.7 are the thresholds; nothing less counts, however little.
        ("weight_of_pairs", SYNAPSES_0, "post,0.4,", "post,0.39999998,", 1),
        ("weightHP_of_pairs", CONNECTIONS, "10001,2,1,1", "10001,2,1,0", 1),
        ("weightHP_of_pairs", "Neuprint_Synapses/000002.csv", "post,0.7,", "post,0.69999993,", 1),
        ("roi_weight_of_pairs", CONNECTIONS, '2,1,1,"{""CRE(-ROB', '2,1,1,"{""cre(-ROB', 1),
        ("roi_weight_of_pairs", SYNAPSES_1, '300}",true', '300}",', 1),
        ("roi_weights_within_weight", CONNECTIONS, '(R)"":{""post"":1}}', '(R)"":{""post"":2}}', 1),
        ("downstream_of_connections", NEURONS_1, "10001,2,2,2", "10001,2,2,3", 1),
        ("upstream_is_post", NEURONS_1, "10001,2,2,2,2", "10001,2,2,2,1", 1),
        ("synweight_is_sum", NEURONS_1, "10001,2,2,2,2,4", "10001,2,2,2,2,5", 1),
        ("upstream_of_connections", CONNECTIONS, "10000,10000,1", "10000,10000,2", 1),
        (
            "downstream_of_pairs_in_roi",
            NEURONS_1,
            '""FB-column3"":{""pre"":1,""downstream"":1',
            '""FB-column3"":{""pre"":1,""downstream"":2',
            1,
        ),
        ("connection_ends_exist", CONNECTIONS, "10000,10000,1", "10000,5,1", 1),
        ("psd_has_one_partner", PAIRS, "26388283260948,", "26388283260948,5\n26388283260948,", 0),
        ("psd_has_one_partner", PAIRS, ",1323812421369957", ",1319414372761700", 1),
        ("synapse_sets_of_pairs", SET_LINKS, "10000_10000_pre,10000_10000_post\n", "", 1),
        ("closeto_ends_exist", CLOSE_TO, ",21990234652682,", ",5,", 1),
        ("element_set_members_exist", ELEMENT_SETS, ",35184380477471", ",5", 1),
        ("synapse_bodies_exist", SYNAPSES_1, "0.35,10001", "0.35,5", 1),
        ("weight_not_zero", CONNECTIONS, "10001,2,1,1", "10001,2,0,1", 2),
        ("meta_total_pre", META, ",3,5,", ",7,5,", 4),
        ("meta_total_post", META, ",3,5,", ",3,3,", 2),
    ],
)
def test_identity_finds_its_contradiction(
    code: str, file: str, old: str, new: str, violations: int, tmp_path: Path
) -> None:
    bundle = write_mini(tmp_path / "export")
    text = (bundle / file).read_bytes().decode()
    assert text.count(old) == 1
    (bundle / file).write_bytes(text.replace(old, new).encode())
    found = checked(ingest(bundle, tmp_path / "store", progress=False))[code]
    must_hold = next(i.must_hold for i in IDENTITIES if i.code == code)
    assert found["rows"] == violations
    assert found["ok"] == ((violations == 0) if must_hold else None)


def test_every_identity_of_current_bundles_is_tried_above() -> None:
    (mark,) = test_identity_finds_its_contradiction.pytestmark
    tried = {arguments[0] for arguments in mark.args[1] if arguments[-1]}
    assert tried == {identity.code for identity in IDENTITIES if "neuprint" in identity.formats}


def test_a_threshold_is_compared_as_float32(tmp_path: Path) -> None:
    """0.7f < 0.7 in double precision; the exporter compares floats."""
    found = checked(ingest(write_mini(tmp_path / "export"), tmp_path / "store", progress=False))
    assert (found["weight_of_pairs"]["rows"], found["weightHP_of_pairs"]["rows"]) == (0, 0)


def test_identities_need_their_tables(tmp_path: Path) -> None:
    """Without synapses, what compares them is not checked rather than violated."""
    bundle = write_mini(tmp_path / "export")
    for path in (*bundle.glob("Neuprint_Synapse*"), *bundle.glob("Neuprint_Element*")):
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file():
                file.unlink()
    for path in sorted(bundle.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    found = checked(ingest(bundle, tmp_path / "store", progress=False))
    assert found.keys() == {
        "roi_weights_within_weight",
        "downstream_of_connections",
        "upstream_is_post",
        "synweight_is_sum",
        "upstream_of_connections",
        "connection_ends_exist",
        "weight_not_zero",
    }
    assert not [code for code, f in found.items() if f["ok"] is False]


def test_a_check_that_does_not_fit_costs_no_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> set[str]:
        raise MemoryLimitError("too much")

    monkeypatch.setattr(identities, "make_check_tables", too_much)
    store = ingest(write_mini(tmp_path / "export"), tmp_path / "store", progress=False)
    notes = [f for f in store.read("finding").to_pylist() if f["kind"] == "note"]
    assert [note["code"] for note in notes] == ["identities_unchecked"]
    assert checked(store) == {}


@pytest.mark.parametrize("name", OLD)
def test_identities_of_old_bundles(name: str, tmp_path: Path) -> None:
    bundle = SHARED_DATA / name
    if not bundle.is_dir():
        pytest.skip(f"no data: {name}")
    found = checked(ingest(bundle, tmp_path / "store", progress=False))
    expected = {i.code: i.must_hold for i in IDENTITIES if "dvid" in i.formats}
    # Bodies have no synweight in this generation.
    del expected["synweight_is_sum"]
    assert {code: f["ok"] for code, f in found.items()} == {
        code: True if must_hold else None for code, must_hold in expected.items()
    }
    assert {code: f["rows"] for code, f in found.items() if f["rows"]} == OLD[name]
