"""However an export is packed, the store says the same; other content has another fingerprint."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

import connstore.ingestion.export_file
from connstore.ingestion import ingest
from connstore.store.opening import Store
from ingest.fixtures import (
    CONNECTIONS,
    META,
    NEURONS_1,
    PAIRS,
    SYNAPSES_1,
    copy_bundle,
    files_of,
    pack,
    read_table,
    write_feathers,
    write_mini,
)

SMALL = ["mini", "tiny", "sample"]

LARGE_BODIES = {
    "10000": "9007199254740993",  # 2**53 + 1
    "10001": "9223372036854775807",  # 2**63 - 1
    "777": "-9007199254740993",
}


def test_side_feathers_say_the_same(store: Store, name: str, tmp_path: Path) -> None:
    copy = copy_bundle(name, tmp_path / "export")
    feathers = sorted(copy.glob("Neuprint_*.feather"))
    if feathers:
        for path in feathers:
            path.unlink()
    else:
        write_feathers(copy)
    other = ingest(copy, tmp_path / "store", progress=False)
    assert other.fingerprint == store.fingerprint
    assert files_of(other) == files_of(store)
    read = {r["path"] for r in other.read("source_file").to_pylist() if r["rows_read"] is not None}
    assert any(path.endswith(".feather") for path in read) == (not feathers)


@pytest.mark.parametrize(
    ("small", "suffix", "nested"),
    [
        *((small, suffix, False) for small in ("mini", "tiny") for suffix in ("", ".gz", ".bz2")),
        *((small, ".gz", True) for small in SMALL),
        ("sample", "", False),
        ("sample", ".bz2", False),
    ],
)
def test_packing_makes_no_difference(
    small: str, suffix: str, nested: bool, tmp_path: Path, fingerprints: dict[str, str]
) -> None:
    copy = copy_bundle(small, tmp_path / "export/inner" if nested else tmp_path / "export")
    pack(copy, suffix)
    assert any(path.name.endswith(f"Neuprint_Meta.csv{suffix}") for path in copy.iterdir())
    other = ingest(tmp_path / "export", tmp_path / "store", progress=False)
    assert other.fingerprint == fingerprints[small]
    paths = other.read("source_file")["path"].to_pylist()
    assert f"Neuprint_Synapse_Connections.csv{suffix}" in paths


@pytest.fixture(scope="module")
def fingerprints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Fingerprint of each small bundle as it lies there; empty where the data are missing."""
    found = {}
    for small in SMALL:
        home = tmp_path_factory.mktemp(small)
        try:
            copy = copy_bundle(small, home / "export")
        except pytest.skip.Exception:
            continue
        found[small] = ingest(copy, home / "store", progress=False).fingerprint
    return found


@pytest.mark.parametrize("small", SMALL)
def test_ingesting_twice_gives_equal_files(small: str, tmp_path: Path) -> None:
    copy = copy_bundle(small, tmp_path / "export")
    one, two = (ingest(copy, tmp_path / name, progress=False) for name in ("one", "two"))
    assert one.fingerprint == two.fingerprint
    for path in files_of(one):
        assert (one.path / path).read_bytes() == (two.path / path).read_bytes(), path
    assert one.manifest.tables == two.manifest.tables


def test_threads_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = copy_bundle("sample", tmp_path / "export")
    one = ingest(copy, tmp_path / "one", progress=False)
    monkeypatch.setenv("CONNSTORE_THREADS", "1")
    two = ingest(copy, tmp_path / "two", progress=False)
    assert files_of(one) == files_of(two)


def test_blocks_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = write_mini(tmp_path / "export")
    one = ingest(copy, tmp_path / "one", progress=False)
    monkeypatch.setattr(connstore.ingestion.export_file, "BLOCK_BYTES", 1_000)
    two = ingest(copy, tmp_path / "two", progress=False)
    assert files_of(one) == files_of(two)


def test_shards_may_come_in_any_order(tmp_path: Path, fingerprints: dict[str, str]) -> None:
    copy = copy_bundle("sample", tmp_path / "export")
    for feather in copy.glob("*.feather"):
        feather.unlink()
    for directory in ("Neuprint_Neurons", "Neuprint_Synapses"):
        shards = sorted((copy / directory).iterdir())
        for number, shard in enumerate(reversed(shards)):
            suffix = "".join(shard.suffixes)
            shard.rename(shard.with_name(f"shuffled{number:04}{suffix}"))
    assert ingest(copy, tmp_path / "store", progress=False).fingerprint == fingerprints["sample"]


def test_line_ends_of_windows(tmp_path: Path, fingerprints: dict[str, str]) -> None:
    copy = write_mini(tmp_path / "export")
    for name in (CONNECTIONS, PAIRS, SYNAPSES_1):
        (copy / name).write_bytes((copy / name).read_bytes().replace(b"\n", b"\r\n"))
    assert ingest(copy, tmp_path / "store", progress=False).fingerprint == fingerprints["mini"]


def test_without_post_index(tmp_path: Path, fingerprints: dict[str, str]) -> None:
    copy = write_mini(tmp_path / "export")
    store = ingest(copy, tmp_path / "store", post_index=False, progress=False)
    assert not store.has("pair_by_post")
    assert store.fingerprint == fingerprints["mini"]


def test_dataset_may_be_given(tmp_path: Path, fingerprints: dict[str, str]) -> None:
    copy = write_mini(tmp_path / "export")
    store = ingest(copy, tmp_path / "store", dataset="other:v2", progress=False)
    assert store.dataset == "other:v2"
    assert store.meta["dataset"] == "mini"
    assert store.fingerprint != fingerprints["mini"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (NEURONS_1, "Traced", "traced"),
        (NEURONS_1, ",10000,5.0,", ",10000,,"),
        (NEURONS_1, '""downstream"":1', '""downstream"":0'),
        (CONNECTIONS, "10000,10001,2,1,1", "10000,10001,2,1,0"),
        (SYNAPSES_1, "0.35", "0.36"),
        (PAIRS, "21990234652682,1319414372761700\n", ""),
        (META, "nanometers", "nanometres"),
    ],
)
def test_fingerprint_tells_a_changed_cell(
    file: str, old: str, new: str, tmp_path: Path, fingerprints: dict[str, str]
) -> None:
    copy = write_mini(tmp_path / "export")
    text = (copy / file).read_bytes().decode()
    assert old in text
    (copy / file).write_bytes(text.replace(old, new, 1).encode())
    assert ingest(copy, tmp_path / "store", progress=False).fingerprint != fingerprints["mini"]


@pytest.mark.parametrize("feathers", [False, True])
def test_large_ids_are_exact(feathers: bool, tmp_path: Path) -> None:
    """Body and synapse ids that no float holds, through CSV and through feather."""
    copy = write_mini(tmp_path / "export")
    synapse, t_bar = "21990234652682", 2**63 - 2
    for path in copy.rglob("*.csv"):
        # `group` is a double in feathers, so the exporter itself cannot keep large ones there.
        text = path.read_bytes().decode().replace("false,10000,", "false,5,")
        for old, new in LARGE_BODIES.items():
            for end in ",_":
                text = text.replace(f"\n{old}{end}", f"\n{new}{end}")
                text = text.replace(f",{old}{end}", f",{new}{end}").replace(
                    f",{old}{end}", f",{new}{end}"
                )
            text = text.replace(f"_{old}_", f"_{new}_")
        path.write_bytes(text.replace(synapse, str(t_bar)).encode())
    if feathers:
        write_feathers(copy)
    store = ingest(copy, tmp_path / "store", progress=False)
    bodies = {*map(int, LARGE_BODIES.values()), 720575940596125868}
    assert set(read_table(store, "segment")["bodyId"].to_pylist()) == bodies
    edges = read_table(store, "connection_by_post").select(["body_pre", "body_post"]).to_pylist()
    assert {tuple(edge.values()) for edge in edges} == {
        (2**53 + 1, 2**53 + 1),
        (2**53 + 1, 2**63 - 1),
        (2**63 - 1, 2**53 + 1),
        (2**63 - 1, 720575940596125868),
    }
    pairs = read_table(store, "pair_by_pre")
    assert pc.sum(pc.equal(pairs["pre_id"], t_bar)).as_py() == 3
    assert set(pairs["body_pre"].to_pylist()) == {2**53 + 1, 2**63 - 1}
    assert set(read_table(store, "closeto")["synapse_id"].to_pylist()) == {t_bar}
    assert set(read_table(store, "element")["bodyId"].to_pylist()) == {-(2**53) - 1}
    assert not [f for f in store.read("finding").to_pylist() if f["ok"] is False]
