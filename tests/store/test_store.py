"""Stores on disk: opened only when whole, verified to the bit, written whole or not at all."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest.fixtures import entries, write_mini

import connstore
from connstore.errors import (
    ArgumentError,
    IngestError,
    MissingTableError,
    StoreDamagedError,
    StoreFormatError,
    StoreNotFoundError,
)
from connstore.home import stores_at_home
from connstore.ingestion import ingest
from connstore.store.hashing import content_sha256
from connstore.store.manifest import MANIFEST, Rules, checksum
from connstore.store.opening import Store
from connstore.store.schema import TABLES
from connstore.store.writer import staged_store, store_place
from connstore.testing import sample_path

Json = dict[str, Any]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that no test may change."""
    home = tmp_path_factory.mktemp("original")
    return ingest(write_mini(home / "export"), home / "store", progress=False).path


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    """A store that a test may change."""
    return Path(shutil.copytree(original, tmp_path / "store"))


@pytest.fixture(scope="module")
def files(original: Path) -> list[str]:
    """Every file of the store but its manifest."""
    paths = [p.relative_to(original).as_posix() for p in original.rglob("*") if p.is_file()]
    paths.remove(MANIFEST)
    return sorted(paths)


def edit(path: Path, change: Callable[[Json], None]) -> None:
    """Change the manifest of a store."""
    manifest = json.loads((path / MANIFEST).read_text())
    change(manifest)
    (path / MANIFEST).write_text(json.dumps(manifest | {"checksum": checksum(manifest)}))


# Opening ----------------------------------------------------------------------------------


def test_open(original: Path, files: list[str]) -> None:
    store = Store.open(original)
    assert store.dataset == "mini:v0.1"
    assert sorted(file.path for file in store.manifest.files()) == files
    assert store.path == original.resolve()
    assert repr(store) == f"Store({str(original.resolve())!r}, dataset='mini:v0.1')"


def test_open_from_elsewhere(original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(original.parent)
    store = Store.open("store")
    monkeypatch.chdir("/")
    store.verify(progress=False)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFoundError, match=r"There is no store at .*connstore ingest"):
        Store.open(tmp_path / "store")


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(StoreNotFoundError):
        Store.open(tmp_path / "store")


def test_foreign_directory(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(StoreFormatError, match=r"is not a connstore store: it has no manifest"):
        Store.open(tmp_path)


@pytest.mark.parametrize("version", [[2, 0], [0, 9], [99, 1]])
def test_other_major_version(path: Path, version: list[int]) -> None:
    edit(path, lambda m: m.update(version=version, properties="of another form"))
    with pytest.raises(
        StoreFormatError, match=rf"store format {version[0]}.{version[1]}; .*Upgrade"
    ):
        Store.open(path)


def test_newer_minor_version(path: Path, original: Path) -> None:
    """What a newer minor version adds is no obstacle."""

    def change(manifest: Json) -> None:
        manifest.update(version=[1, 99], licence="CC-BY 4.0")
        manifest["rules"]["more"] = 1
        manifest["tables"]["segment"]["neuron"]["more"] = 1

    edit(path, change)
    store = Store.open(path)
    assert store.manifest.version == (1, 99)
    assert store.read("meta").equals(Store.open(original).read("meta"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe{}",
        b'{"format": "other", "version": [1, 0]}',
        b'{"format": "connstore"}',
        b'{"format": "connstore", "version": "1"}',
        b'{"format": "connstore", "version": [1, 0]}',
        b"[" * 100_000,
    ],
)
def test_damaged_manifest(path: Path, data: bytes) -> None:
    (path / MANIFEST).write_bytes(data)
    with pytest.raises(StoreFormatError, match=r"is not a connstore manifest|is damaged"):
        Store.open(path)


def test_manifest_cut_short(path: Path) -> None:
    whole = (path / MANIFEST).read_bytes().rstrip()
    for size in range(0, len(whole), 97):
        (path / MANIFEST).write_bytes(whole[:size])
        with pytest.raises(StoreFormatError):
            Store.open(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("dataset"),
        lambda m: m.pop("tables"),
        lambda m: m.update(properties=[{"entity": "neuron"}]),
        lambda m: m["rules"].update(source_format="flywire"),
        lambda m: m["tables"]["meta"]["all"].update(rows=-1),
        lambda m: m["tables"]["meta"]["all"].pop("sha256"),
        lambda m: m["tables"].update(meta="meta.parquet"),
    ],
)
def test_manifest_that_lacks_something(path: Path, change: Callable[[Json], None]) -> None:
    edit(path, change)
    with pytest.raises(StoreFormatError, match=r"manifest.json is damaged: "):
        Store.open(path)


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.required])
def test_manifest_without_a_table(path: Path, table: str) -> None:
    edit(path, lambda m: m["tables"].pop(table))
    with pytest.raises(StoreDamagedError, match=rf"lists no table '{table}'"):
        Store.open(path)


def test_other_number_of_rows(path: Path) -> None:
    edit(path, lambda m: m["tables"]["roi"]["all"].update(rows=4))
    with pytest.raises(StoreDamagedError, match=r"roi.parquet has 3 rows, not 4"):
        Store.open(path)


def test_missing_file(path: Path, files: list[str]) -> None:
    for file in files:
        (path / file).rename(path / "away")
        with pytest.raises(StoreDamagedError, match=rf"{file} is missing"):
            Store.open(path)
        (path / "away").rename(path / file)
    Store.open(path)


def test_truncated_or_longer_file(path: Path, files: list[str]) -> None:
    for file in files:
        data = (path / file).read_bytes()
        for changed in (b"", data[:-1], data[: len(data) // 2], data + b"\0"):
            (path / file).write_bytes(changed)
            with pytest.raises(
                StoreDamagedError, match=rf"{file} has {len(changed)} bytes, not {len(data)}"
            ):
                Store.open(path)
        (path / file).write_bytes(data)
    Store.open(path)


def test_overwritten_file(path: Path, files: list[str]) -> None:
    for file in files:
        data = (path / file).read_bytes()
        (path / file).write_bytes(bytes(len(data)))
        with pytest.raises(StoreDamagedError, match=rf"is damaged: {file}"):
            Store.open(path)
        (path / file).write_bytes(data)


def test_missing_table(tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    store = ingest(export, tmp_path / "store", post_index=False, progress=False)
    store.require("segment", "pair_by_pre")
    with pytest.raises(MissingTableError, match=r"pair_by_post.*without --no-post-index"):
        store.require("segment", "pair_by_post")


def test_files_that_are_gone_or_spoilt_after_opening(path: Path) -> None:
    store = Store.open(path)
    roi, meta = (path / f"tables/{table}.parquet" for table in ("roi", "meta"))
    roi.write_bytes(roi.read_bytes()[:-9] + b"no Parquet")
    meta.unlink()
    for table, file in (("roi", roi), ("meta", meta)):
        with pytest.raises(StoreDamagedError, match=rf"{file} cannot be read"):
            store.read(table)
    with pytest.raises(
        StoreDamagedError, match=r"meta.parquet \(No such file or directory\), tables/roi.parquet"
    ):
        store.verify(progress=False)


def test_without_permission(nobody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNSTORE_HOME", str(nobody))
    export = write_mini(nobody / "export")
    path = ingest(export, nobody / "store", progress=False).path
    closed = ingest(export, nobody / "closed", dataset="closed:v1", progress=False).path
    for part, error, message in (
        (path / "tables/roi.parquet", StoreDamagedError, "Permission denied"),
        (path / "tables", StoreDamagedError, "Permission denied"),
        (path / MANIFEST, StoreFormatError, "manifest.json cannot be read: Permission denied"),
        (path, StoreNotFoundError, "cannot be looked at: Permission denied"),
    ):
        mode = part.stat().st_mode
        part.chmod(0)
        for open_it in (Store.open, connstore.Client):
            with pytest.raises(error, match=message):
                open_it(path)
        part.chmod(mode)
    closed.chmod(0)
    assert stores_at_home().paths == {"mini:v0.1": path}
    assert connstore.Client("x", "mini:v0.1").store.path == path
    with pytest.raises(StoreNotFoundError, match="no store of 'closed:v1'"):
        connstore.Client("x", "closed:v1")
    nobody.chmod(0)
    try:
        with pytest.raises(StoreNotFoundError, match="cannot be read: Permission denied"):
            connstore.Client("x", "mini:v0.1")
    finally:
        nobody.chmod(0o700)


def test_paths_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for open_it in (Store.open, connstore.Client):
        for name, message in (("a\0b", "NUL"), ("~nosuchuser/x", "without ~"), (5, "path")):
            with pytest.raises(ArgumentError, match=message):
                open_it(name)  # type: ignore[operator]
        with pytest.raises(StoreNotFoundError, match=r"too long"):
            open_it("x" * 300)
        (tmp_path / "loop").unlink(missing_ok=True)
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(StoreNotFoundError):
            open_it(tmp_path / "loop")
    monkeypatch.setenv("CONNSTORE_HOME", str(sample_path().parent))
    assert connstore.Client("x" * 300, "sample:v1.0").store.path == sample_path().resolve()


# Verifying --------------------------------------------------------------------------------


def test_verify_finds_a_flipped_bit(path: Path, files: list[str]) -> None:
    """One bit, in the first byte, in the last and at places in between, of every file."""
    store = Store.open(path)
    generator = random.Random(0)
    for file in files:
        data = (path / file).read_bytes()
        inner = [generator.randrange(len(data)) for _ in range(6)]
        for place in (0, *inner, len(data) - 1):
            changed = bytearray(data)
            changed[place] ^= 1 << generator.randrange(8)
            (path / file).write_bytes(changed)
            with pytest.raises(StoreDamagedError, match=rf"is damaged: the content of {file} "):
                store.verify(progress=False)
        (path / file).write_bytes(data)
    store.verify(progress=False)


def test_opening_a_flipped_bit_never_fails_otherwise(path: Path, files: list[str]) -> None:
    generator = random.Random(1)
    for file in files:
        data = (path / file).read_bytes()
        for _ in range(12):
            changed = bytearray(data)
            # The footer is what opening reads.
            place = generator.randrange(max(0, len(data) - 600), len(data))
            changed[place] ^= 1 << generator.randrange(8)
            (path / file).write_bytes(changed)
            with pytest.raises(StoreDamagedError):
                Store.open(path).verify(progress=False)
        (path / file).write_bytes(data)


def test_verify_names_every_damaged_file(path: Path) -> None:
    store = Store.open(path)
    for table in ("meta", "roi"):
        file = path / f"tables/{table}.parquet"
        data = bytearray(file.read_bytes())
        data[8] ^= 1
        file.write_bytes(data)
    with pytest.raises(StoreDamagedError, match=r"tables/meta.parquet, tables/roi.parquet is not"):
        store.verify(progress=False)


# Hashing ----------------------------------------------------------------------------------

VALUES = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.none() | st.booleans(),
        st.none() | st.lists(st.integers(0, 3), max_size=3),
        st.none() | st.integers(0, 9).map(lambda n: {"x": n / 2, "y": None, "z": -0.0}),
    ),
    max_size=12,
)
SCHEMA = pa.schema(
    {
        "id": pa.int64(),
        "name": pa.string(),
        "flag": pa.bool_(),
        "ids": pa.list_(pa.int32()),
        "point": pa.struct([(axis, pa.float64()) for axis in "xyz"]),
    }
)


def as_table(rows: list[Any]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[] for _ in SCHEMA]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hashes")


def hashed(table: pa.Table, scratch: Path, **options: Any) -> str:
    pq.write_table(table, scratch / "table.parquet", **options)
    return content_sha256(scratch / "table.parquet")


@settings(deadline=None)
@given(VALUES, VALUES)
def test_content_hash_is_equal_for_equal_content_only(
    scratch: Path, one: list[Any], other: list[Any]
) -> None:
    assert (hashed(as_table(one), scratch) == hashed(as_table(other), scratch)) == (one == other)


@settings(deadline=None)
@given(VALUES, st.integers(1, 5))
def test_content_hash_knows_no_encoding(scratch: Path, rows: list[Any], size: int) -> None:
    table = as_table(rows)
    plain = hashed(table, scratch, compression="none", use_dictionary=False)
    assert hashed(table, scratch, compression="zstd", row_group_size=size) == plain
    assert hashed(table, scratch, compression="gzip", data_page_version="2.0") == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([0], [None]),
        ([1, 2], [2, 1]),
        ([1], [1, 1]),
        (["ab", "c"], ["a", "bc"]),
        (["", "a"], ["a", ""]),
        ([""], [None]),
        ([[1], [2]], [[1, 2], []]),
        ([[]], [None]),
        ([0.0], [-0.0]),
        ([True], [False]),
    ],
)
def test_content_hash_tells_apart(one: list[Any], other: list[Any], scratch: Path) -> None:
    kind = pa.list_(pa.int32()) if isinstance(one[0], list) else pa.array(one).type
    tables = [pa.table({"a": pa.array(values, kind)}) for values in (one, other)]
    assert hashed(tables[0], scratch) != hashed(tables[1], scratch)


def test_content_hash_knows_names_and_types(scratch: Path) -> None:
    numbers = pa.array([1, 2])
    tables = [
        pa.table({"a": numbers}),
        pa.table({"b": numbers}),
        pa.table({"a": numbers.cast(pa.int32())}),
        pa.table({"a": numbers.cast(pa.string())}),
        pa.table({"a": numbers, "b": numbers}),
    ]
    assert len({hashed(table, scratch) for table in tables}) == len(tables)


# Writing ----------------------------------------------------------------------------------

RULES = Rules(
    source_format="neuprint",
    downstream_side="post",
    post_high_accuracy=None,
    post_high_precision=0.7,
)


def test_staged_store_appears_whole(tmp_path: Path) -> None:
    dest = tmp_path / "a/b/store"
    with staged_store(dest) as writer:
        pq.write_table(pa.table({"a": [1, 2]}), writer.path("meta"))
        pq.write_table(pa.table({"a": [3]}), writer.path("segment", "neuron"))
        manifest = writer.finish("x:1", RULES, [])
        assert not dest.exists()
    assert list(entries(dest)) == ["manifest.json", "tables"]
    assert list(entries(dest.parent)) == ["store"]
    assert (dest / MANIFEST).read_text() == manifest.text()
    assert {file.path: file.rows for file in manifest.files()} == {
        "tables/meta.parquet": 2,
        "tables/segment/neuron.parquet": 1,
    }


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, MemoryError])
def test_staged_store_leaves_nothing_behind(error: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(error), staged_store(tmp_path / "store") as writer:
        pq.write_table(pa.table({"a": [1]}), writer.path("meta"))
        raise error
    assert list(entries(tmp_path)) == []


def test_staged_store_tells_what_kept_it_from_writing(tmp_path: Path) -> None:
    with (
        pytest.raises(IngestError, match=r"cannot write the store at .*/store: disk on fire"),
        staged_store(tmp_path / "store"),
    ):
        raise OSError(5, "disk on fire")
    assert list(entries(tmp_path)) == []


def test_staged_store_takes_no_place_that_is_taken(path: Path) -> None:
    before = (path / MANIFEST).read_bytes()
    with pytest.raises(ArgumentError, match=r"exists and is not empty"):
        store_place(path)
    assert (path / MANIFEST).read_bytes() == before


@pytest.mark.parametrize(
    ("dest", "message"),
    [
        (5, "should be a path"),
        (b"store", "should be a path"),
        (None, "should be a path"),
        ("a\0b", "holds a NUL"),
        ("~nosuchuser/store", "without ~"),
        ("/", "is a mount point. Name a directory in it"),
    ],
)
def test_places_where_no_store_can_be(dest: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=message):
        store_place(dest)
    with pytest.raises(ArgumentError, match=message):  # before the source is looked at
        ingest(tmp_path / "nowhere", dest, progress=False)


def test_places_that_cannot_be_looked_at(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"cannot write the store at .*too long"):
        store_place(tmp_path / ("x" * 300) / "store")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises((ArgumentError, IngestError), match=r"[Ll]oop|leads back"):
        store_place(tmp_path / "loop")


@pytest.mark.parametrize("there", [True, False])
def test_a_store_appears_where_a_link_leads(there: bool, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("far/store")
    if there:
        (tmp_path / "far" / "store").mkdir(parents=True)
    export = write_mini(tmp_path / "export")
    store = ingest(export, tmp_path / "link", progress=False)
    assert store.path == tmp_path.resolve() / "far" / "store"
    assert (tmp_path / "link").is_symlink() and Store.open(tmp_path / "link").path == store.path
    assert list(entries(tmp_path / "far")) == ["store"]


def begin_another(tmp_path: Path) -> None:
    """Begin to write a store at ``store``, which removes what was left there."""
    with pytest.raises(ZeroDivisionError), staged_store(tmp_path / "store"):
        raise ZeroDivisionError


@pytest.mark.parametrize("pid", [str(os.getpid()), "1", "not a number", "", "9" * 30])
def test_leftovers_of_dead_processes_go(pid: str, tmp_path: Path) -> None:
    """Whatever process has the number now; that may lie in another container."""
    left = tmp_path / ".connstore-staging-store-abcd_123"
    (left / "store/tables").mkdir(parents=True)
    (left / "pid").write_text(pid)
    begin_another(tmp_path)
    assert list(entries(tmp_path)) == []


def test_leftovers_without_a_lock_go_later(tmp_path: Path) -> None:
    """Their process may have just begun."""
    left = tmp_path / ".connstore-staging-store-abcd_123"
    left.mkdir()
    begin_another(tmp_path)
    assert left.exists()
    os.utime(left, (1, 1))
    begin_another(tmp_path)
    assert not left.exists()


def test_what_is_at_work_stays(tmp_path: Path) -> None:
    with staged_store(tmp_path / "store") as writer:
        staging = writer.root.parent
        (staging / "pid").write_text("999999999")  # as its number looks in another container
        begin_another(tmp_path)
        assert list(entries(tmp_path)) == [staging.name]
        pq.write_table(pa.table({"a": [1]}), writer.path("meta"))
        writer.finish("x:1", RULES, [])
    assert list(entries(tmp_path)) == ["store"]


@pytest.mark.parametrize("name", ["other-abcd_123", "store-v2-abcd_123", "store-abcd"])
def test_leftovers_of_other_destinations_stay(name: str, tmp_path: Path) -> None:
    """A name that begins like another one is another destination."""
    left = tmp_path / f".connstore-staging-{name}"
    left.mkdir()
    (left / "pid").write_text("")
    os.utime(left, (1, 1))
    begin_another(tmp_path)
    assert left.exists()


def test_without_locks_the_number_of_the_process_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", refuse)
    for name, pid in (("dead_123", "999999999"), ("live_123", str(os.getpid()))):
        left = tmp_path / f".connstore-staging-store-{name}"
        left.mkdir()
        (left / "pid").write_text(pid)
    begin_another(tmp_path)
    assert list(entries(tmp_path)) == [".connstore-staging-store-live_123"]


def test_fingerprint_leaves_out_where_it_came_from(original: Path, tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    (export / "README.txt").write_text("another file")
    other = ingest(export, tmp_path / "store", progress=False)
    store = Store.open(original)
    assert other.fingerprint == store.fingerprint
    paths = [set(s.read("source_file")["path"].to_pylist()) for s in (store, other)]
    assert paths[1] - paths[0] == {"README.txt"}
