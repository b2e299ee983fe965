"""Whole exports become whole stores: every row, every cell, in order, however they are packed."""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import connstore.ingest.export_file
from connstore.ingest import ingest
from connstore.store.opening import Store
from connstore.store.schema import SQL_TYPES, TABLES
from ingest.fixtures import (
    CONNECTIONS,
    META,
    NEURONS_1,
    PAIRS,
    SYNAPSES_1,
    copy_bundle,
    entries,
    pack,
    write_feathers,
    write_mini,
)

ARROW_TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "FLOAT": pa.float32(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
}
#: Tables that tell where a store came from; its fingerprint leaves them out.
PROVENANCE = ("source_file", "finding")

FORMER_BODIES = {
    "10000": "9007199254740993",  # 2**53 + 1
    "10001": "9223372036854775807",  # 2**63 - 1
    "777": "-9007199254740993",
}


def rows_of(path: Path) -> list[list[str]]:
    """The rows of a CSV file, by Python's own reader, header first."""
    data = path.read_bytes()
    data = {".gz": gzip.decompress, ".bz2": bz2.decompress}.get(path.suffix, bytes)(data)
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def csv_rows(bundle: Path, *patterns: str) -> int:
    """How many rows the CSV files of a table have."""
    files = [path for pattern in patterns for path in bundle.glob(pattern)]
    return sum(len(rows_of(path)) - 1 for path in files)


def files_of(store: Store) -> dict[str, str]:
    """Path -> hash, of every file but those of provenance."""
    return {
        file.path: file.sha256
        for table, parts in store.manifest.tables.items()
        if table not in PROVENANCE
        for file in parts.values()
    }


def findings(store: Store, kind: str) -> dict[str, dict[str, Any]]:
    return {f["code"]: f for f in store.read("finding").to_pylist() if f["kind"] == kind}


# What is in the store --------------------------------------------------------------------


def test_every_identity_holds(store: Store) -> None:
    checked = findings(store, "identity")
    assert {code: f["rows"] for code, f in checked.items() if f["ok"] is False} == {}
    assert {code for code, f in checked.items() if f["ok"]} == {
        "synapses_of_body",
        "synapses_of_body_in_roi",
        "weightHR_of_pairs",
        "weight_of_pairs",
        "weightHP_of_pairs",
        "roi_weight_of_pairs",
        "roi_weights_within_weight",
        "downstream_of_connections",
        "upstream_is_post",
        "synweight_is_sum",
        "upstream_of_connections",
        "downstream_of_pairs_in_roi",
        "connection_ends_exist",
        "psd_has_one_partner",
        "synapse_sets_of_pairs",
        "closeto_ends_exist",
        "element_set_members_exist",
    }
    assert {code for code, f in checked.items() if f["ok"] is None} == {
        "weight_not_zero",
        "meta_total_pre",
        "meta_total_post",
    }
    assert checked["meta_total_pre"]["rows"] == checked["meta_total_post"]["rows"] == 0


def test_connections_of_weight_zero_are_counted(store: Store) -> None:
    zero = pc.sum(pc.equal(store.read("connection_by_pre")["weight"], 0)).as_py()
    assert findings(store, "identity")["weight_not_zero"]["rows"] == zero > 0


def test_nothing_is_dropped_or_repaired(store: Store) -> None:
    assert findings(store, "drop") == findings(store, "repair") == {}


def test_tables_are_sorted(store: Store) -> None:
    for table, parts in store.manifest.tables.items():
        keys = list(TABLES[table].order)
        for part in parts.values():
            rows = pq.read_table(store.path / part.path, columns=keys)
            ordered = rows.sort_by([(key, "ascending") for key in keys])
            assert rows.equals(ordered), f"{part.path} is not sorted"
            assert rows.group_by(keys).aggregate([]).num_rows == rows.num_rows, part.path


def test_parts_are_disjoint_and_complete(store: Store, bundle: Path) -> None:
    expected = {
        "segment": csv_rows(bundle, "Neuprint_Neurons/*"),
        "connection_by_pre": csv_rows(bundle, "Neuprint_Neuron_Connections.csv*"),
        "synapse": csv_rows(bundle, "Neuprint_Synapses/*"),
        "pair_by_pre": csv_rows(bundle, "Neuprint_Synapse_Connections.csv*"),
        "element": csv_rows(bundle, "Neuprint_Elements/*/*"),
        "closeto": csv_rows(bundle, "Neuprint_Elements_CloseTo_*"),
    }
    assert {table: store.read(table).num_rows for table in expected} == expected
    segments = store.read("segment")
    is_neuron = [("Neuron" in labels.split(";")) for labels in segments["labels"].to_pylist()]
    neurons = segments["bodyId"].filter(pa.array(is_neuron)).combine_chunks()
    for table, parts in store.manifest.tables.items():
        if not TABLES[table].parts:
            continue
        names = pq.read_schema(store.path / parts["neuron"].path).names
        bodies = ["bodyId"] if "bodyId" in names else ["body_pre", "body_post"]
        for part in ("neuron", "fragment"):
            rows = pq.read_table(store.path / parts[part].path, columns=bodies)
            inside = [pc.is_in(rows[body], neurons) for body in bodies]
            among = pc.and_(inside[0], inside[-1])
            assert pc.sum(among).as_py() in (None, rows.num_rows if part == "neuron" else 0)


def test_twins_hold_the_same_rows(store: Store) -> None:
    for table, spec in TABLES.items():
        if spec.twin:
            keys = [(key, "ascending") for key in spec.order]
            assert store.read(spec.twin).sort_by(keys).equals(store.read(table).sort_by(keys))


def test_columns_are_those_of_the_schema(store: Store) -> None:
    for table, parts in store.manifest.tables.items():
        spec = TABLES[table]
        types = {column.name: column.type for column in spec.columns}
        if spec.properties:
            for prop in store.properties(spec.properties).values():
                assert types.setdefault(prop.column, prop.type) == prop.type
        for part in parts.values():
            schema = pq.read_schema(store.path / part.path)
            assert schema.names == list(types)
            for column, type_ in types.items():
                assert matches(schema.field(column).type, type_), (part.path, column, type_)


def matches(found: pa.DataType, type_: str) -> bool:
    """Whether an Arrow type is what Parquet makes of a type of the schema."""
    if type_ == "voxel":
        return found in (pa.int32(), pa.float64())
    if type_ == "point":
        return pa.types.is_struct(found) and [found.field(i).name for i in range(3)] == [*"xyz"]
    if type_ in ("strings", "ints"):
        return pa.types.is_list(found) and matches(found.value_type, type_.removesuffix("s"))
    if type_ == "int":
        return found == pa.int32()
    return found == ARROW_TYPES[SQL_TYPES[type_]]


def test_keys_have_values(store: Store) -> None:
    for table in store.manifest.tables:
        rows = store.read(table)
        for column in TABLES[table].columns:
            if not column.nullable:
                assert rows[column.name].null_count == 0, (table, column.name)


def test_segments_hold_every_cell(store: Store, bundle: Path) -> None:
    """Each property of each body, against the CSV cell as text."""
    found = {row["bodyId"]: row for row in store.read("segment").to_pylist()}
    read = {
        "string": str,
        "int": int,
        "long": int,
        "float": float,
        "boolean": {"true": True, "false": False}.__getitem__,
        "point{srid": lambda cell: dict(
            zip("xyz", map(float, cell.strip("{}").replace("x:", "").replace("y:", "")
                           .replace("z:", "").split(",")), strict=True)
        ),
    }  # fmt: skip
    cells = 0
    for shard in sorted((bundle / "Neuprint_Neurons").iterdir()):
        header, *rows = rows_of(shard)
        end = header.index(":LABEL")
        for row in rows:
            body = found[int(row[0])]
            assert body["labels"] == row[end]
            for text, cell in zip(header[1:end], row[1:end], strict=True):
                name, type_ = text.removesuffix(":9157}").rsplit(":", 1)
                if name != "roiInfo":
                    expected = read[type_](cell) if cell else None
                    assert body[name] == expected, (row[0], text)
                    cells += 1
    assert cells > len(found) * 10


def test_roi_counts_hold_every_key(store: Store, bundle: Path) -> None:
    roi = {number: name for name, number in store.roi_ids.items()}
    kinds = [p.column for p in store.properties("neuron_roi").values()]
    found: dict[int, dict[str, dict[str, int]]] = {}
    for row in store.read("segment_roi").to_pylist():
        counts = {kind: row[kind] for kind in kinds if row[kind] is not None}
        found.setdefault(row["bodyId"], {})[roi[row["roi_id"]]] = counts
    expected = {}
    for shard in sorted((bundle / "Neuprint_Neurons").iterdir()):
        header, *rows = rows_of(shard)
        place = header.index("roiInfo:string")
        expected |= {int(row[0]): json.loads(row[place]) for row in rows if row[place] != "{}"}
    assert found == expected


def test_meta_is_lossless(store: Store, bundle: Path) -> None:
    header, row = rows_of(next(bundle.glob("Neuprint_Meta.csv*")))
    one = {
        "string": str,
        "int": int,
        "long": int,
        "float": float,
        "boolean": {"true": True, "false": False}.__getitem__,
    }
    expected, types = {}, {}
    for text, cell in zip(header, row, strict=True):
        name, _, type_ = text.rpartition(":")
        if name:
            kind = type_.removesuffix("[]")
            values = [one[kind](item) for item in cell.split(";")] if kind != type_ else None
            expected[name] = (values or one[kind](cell)) if cell else None
            types[name] = type_
    assert store.meta == expected
    table = store.read("meta")
    assert (
        dict(zip(table["property"].to_pylist(), table["neo4j_type"].to_pylist(), strict=True))
        == types
    )
    assert len(expected) > 10


def test_sources_are_recorded(store: Store, bundle: Path) -> None:
    found = {row["path"]: row for row in store.read("source_file").to_pylist()}
    files = [path for path in bundle.rglob("*") if path.is_file()]
    assert found.keys() == {path.relative_to(bundle).as_posix() for path in files}
    for path in files:
        row = found[path.relative_to(bundle).as_posix()]
        assert row["bytes"] == path.stat().st_size
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        if row["rows_read"] is not None and ".csv" in path.name:
            assert row["rows_read"] == len(rows_of(path)) - 1
    assert sum(row["rows_read"] is not None for row in found.values()) > 8


def test_store_verifies(store: Store) -> None:
    store.verify(progress=False)


# However it is packed ---------------------------------------------------------------------


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


SMALL = ["mini", "tiny", "sample"]


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
@pytest.mark.parametrize("nested", [False, True])
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


@pytest.mark.parametrize("threads", ["1", "3"])
def test_threads_make_no_difference(
    threads: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_bundle("sample", tmp_path / "export")
    one = ingest(copy, tmp_path / "one", progress=False)
    monkeypatch.setenv("CONNSTORE_THREADS", threads)
    two = ingest(copy, tmp_path / "two", progress=False)
    assert files_of(one) == files_of(two)


def test_blocks_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = write_mini(tmp_path / "export")
    one = ingest(copy, tmp_path / "one", progress=False)
    monkeypatch.setattr(connstore.ingest.export_file, "BLOCK_BYTES", 1_000)
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
        for old, new in FORMER_BODIES.items():
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
    bodies = {*map(int, FORMER_BODIES.values()), 720575940596125868}
    assert set(store.read("segment")["bodyId"].to_pylist()) == bodies
    edges = store.read("connection_by_post").select(["body_pre", "body_post"]).to_pylist()
    assert {tuple(edge.values()) for edge in edges} == {
        (2**53 + 1, 2**53 + 1),
        (2**53 + 1, 2**63 - 1),
        (2**63 - 1, 2**53 + 1),
        (2**63 - 1, 720575940596125868),
    }
    pairs = store.read("pair_by_pre")
    assert pc.sum(pc.equal(pairs["pre_id"], t_bar)).as_py() == 3
    assert set(pairs["body_pre"].to_pylist()) == {2**53 + 1, 2**63 - 1}
    assert set(store.read("closeto")["synapse_id"].to_pylist()) == {t_bar}
    assert set(store.read("element")["bodyId"].to_pylist()) == {-(2**53) - 1}
    assert not [f for f in store.read("finding").to_pylist() if f["ok"] is False]


# Interrupted ingests ----------------------------------------------------------------------

CHILD = """
import sys
from connstore.ingest import ingest
print("begin", flush=True)
ingest(sys.argv[1], sys.argv[2], progress=False)
print("end", flush=True)
"""


def interrupt(export: Path, dest: Path, delay: float, number: int) -> tuple[int, str]:
    """Ingest in another process and send it a signal; its exit code and what it said."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(export), str(dest)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begin\n"
        time.sleep(delay)
        child.send_signal(number)
        said = child.stdout.read()
    return child.returncode, said


@pytest.fixture(scope="module")
def duration(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long an ingest of the sample takes in a process of its own."""
    home = tmp_path_factory.mktemp("duration")
    copy = copy_bundle("sample", home / "export")
    code = (
        "import sys, time; from connstore.ingest import ingest; start = time.perf_counter(); "
        "ingest(*sys.argv[1:], progress=False); print(time.perf_counter() - start)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(copy), str(home / "store")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return float(answer.stdout)


def check_interrupts(tmp_path: Path, delays: list[float], number: int) -> int:
    """Interrupt ingests to one destination after some delays; how many were cut off."""
    export, dest = copy_bundle("sample", tmp_path / "export"), tmp_path / "store"
    cut_off = 0
    for delay in delays:
        code, said = interrupt(export, dest, delay, number)
        if dest.exists():
            # Too late: the store had taken its place already, whole.
            Store.open(dest).verify(progress=False)
            shutil.rmtree(dest)
            continue
        assert code != 0 and said == ""
        cut_off += 1
        if number == signal.SIGINT:
            assert list(entries(tmp_path)) == ["export"]
    store = ingest(export, dest, progress=False)
    store.verify(progress=False)
    assert list(entries(tmp_path)) == ["export", "store"]
    return cut_off


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_ingest_leaves_no_store(number: int, tmp_path: Path, duration: float) -> None:
    generator = random.Random(number)
    delays = [duration * generator.uniform(0.02, 0.9) for _ in range(4)]
    assert check_interrupts(tmp_path, delays, number) >= 2


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_many_interrupted_ingests(number: int, tmp_path: Path, duration: float) -> None:
    delays = [duration * random.uniform(0, 1.2) for _ in range(100)]
    assert check_interrupts(tmp_path, delays, number) >= 50


def test_next_ingest_removes_what_a_killed_one_left(tmp_path: Path, duration: float) -> None:
    export, dest = copy_bundle("sample", tmp_path / "export"), tmp_path / "store"
    for share in (0.5, 0.4, 0.6, 0.3):
        interrupt(export, dest, duration * share, signal.SIGKILL)
        left = [name for name in entries(tmp_path) if name.startswith(".connstore-staging-store-")]
        if left and not dest.exists():
            break
        shutil.rmtree(dest, ignore_errors=True)
    else:
        pytest.fail("no ingest was killed at work")
    ingest(export, dest, progress=False)
    assert list(entries(tmp_path)) == ["export", "store"]


def test_ingest_spares_one_at_work(tmp_path: Path) -> None:
    """A staging directory of a living process stays."""
    export = write_mini(tmp_path / "export")
    other = tmp_path / ".connstore-staging-store-abc"
    other.mkdir()
    (other / "pid").write_text("1")
    ingest(export, tmp_path / "store", progress=False)
    assert list(entries(tmp_path)) == [other.name, "export", "store"]
