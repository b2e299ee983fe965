"""What an ingest writes: every row and every cell of the export, in order, and what was found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from connstore.store.opening import Store
from connstore.store.schema import SQL_TYPES, TABLES
from ingest.fixtures import count_rows, read_rows, read_table

ARROW_TYPES = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "FLOAT": pa.float32(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
    "BLOB": pa.binary(),
}


def csv_rows(bundle: Path, *patterns: str) -> int:
    """How many rows the CSV files of a table have."""
    return sum(count_rows(path) for pattern in patterns for path in bundle.glob(pattern))


def findings(store: Store, kind: str) -> dict[str, dict[str, Any]]:
    return {f["code"]: f for f in store.read("finding").to_pylist() if f["kind"] == kind}


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
        "synapse_bodies_exist",
        "weight_not_zero",
        "meta_total_pre",
        "meta_total_post",
    }
    assert checked["meta_total_pre"]["rows"] == checked["meta_total_post"]["rows"] == 0


def test_connections_of_weight_zero_are_counted(store: Store) -> None:
    zero = pc.sum(pc.equal(read_table(store, "connection_by_pre")["weight"], 0)).as_py()
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
    assert {table: read_table(store, table).num_rows for table in expected} == expected
    segments = read_table(store, "segment")
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
            assert (
                read_table(store, spec.twin)
                .sort_by(keys)
                .equals(read_table(store, table).sort_by(keys))
            )


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
        rows = read_table(store, table)
        for column in TABLES[table].columns:
            if not column.nullable:
                assert rows[column.name].null_count == 0, (table, column.name)


def test_segments_hold_every_cell(store: Store, bundle: Path) -> None:
    """Each property of each body, against the CSV cell as text."""
    found = {row["bodyId"]: row for row in read_table(store, "segment").to_pylist()}
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
    column = {prop.name: prop.column for prop in store.properties("neuron").values()}
    cells = 0
    for shard in sorted((bundle / "Neuprint_Neurons").iterdir()):
        header, *rows = read_rows(shard)
        end = header.index(":LABEL")
        for row in rows:
            body = found[int(row[0])]
            assert body["labels"] == row[end]
            for text, cell in zip(header[1:end], row[1:end], strict=True):
                name, type_ = text.removesuffix(":9157}").rsplit(":", 1)
                if name != "roiInfo":
                    expected = read[type_](cell) if cell else None
                    assert body[column.get(name, name)] == expected, (row[0], text)
                    cells += 1
    assert cells > len(found) * 10


def test_roi_counts_hold_every_key(store: Store, bundle: Path) -> None:
    roi = {number: name for name, number in store.roi_ids.items()}
    kinds = [p.column for p in store.properties("neuron_roi").values()]
    found: dict[int, dict[str, dict[str, int]]] = {}
    for row in read_table(store, "segment_roi").to_pylist():
        counts = {kind: row[kind] for kind in kinds if row[kind] is not None}
        found.setdefault(row["bodyId"], {})[roi[row["roi_id"]]] = counts
    expected = {}
    for shard in sorted((bundle / "Neuprint_Neurons").iterdir()):
        header, *rows = read_rows(shard)
        place = header.index("roiInfo:string")
        expected |= {int(row[0]): json.loads(row[place]) for row in rows if row[place] != "{}"}
    assert found == expected


def test_meta_is_lossless(store: Store, bundle: Path) -> None:
    header, row = read_rows(next(bundle.glob("Neuprint_Meta.csv*")))
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
    table = read_table(store, "meta")
    assert (
        dict(zip(table["property"].to_pylist(), table["neo4j_type"].to_pylist(), strict=True))
        == types
    )
    assert len(expected) > 10


def test_sources_are_recorded(store: Store, bundle: Path) -> None:
    found = {row["path"]: row for row in read_table(store, "source_file").to_pylist()}
    files = [path for path in bundle.rglob("*") if path.is_file()]
    assert found.keys() == {path.relative_to(bundle).as_posix() for path in files}
    for path in files:
        row = found[path.relative_to(bundle).as_posix()]
        assert row["bytes"] == path.stat().st_size
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        if row["rows_read"] is not None and ".csv" in path.name:
            assert row["rows_read"] == count_rows(path)
    assert sum(row["rows_read"] is not None for row in found.values()) > 8


def test_store_verifies(store: Store) -> None:
    store.verify(progress=False)


def test_store_reads_every_table(store: Store) -> None:
    for table in store.manifest.tables:
        assert store.read(table).equals(read_table(store, table))
