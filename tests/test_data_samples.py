"""The committed sample export: reproducible, consistent in itself, and odd where it says so.

Everything is read back from the files with pandas; nothing of the generator is imported.
Longer than a file should be, because all checks share tables that are read once.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "data-samples"
BUNDLE = SAMPLES / "neuprint"
COUNTS = ["post", "pre", "downstream", "upstream", "synweight", "mito", "dark", "light", "medium"]
PLAIN = {"cropped", "trumanHl"}  # boolean properties that are no ROI flags
STATUS_OF = {
    "Traced": "Traced",
    "Roughly traced": "Traced",
    "Prelim Roughly traced": "Traced",
    "Leaves": "Traced",
    "RT Orphan": "Traced",
    "Finalized": "Traced",
    "Anchor": "Anchor",
    "Primary Anchor": "Anchor",
    "Sensory Anchor": "Anchor",
    "Soma Anchor": "Anchor",
    "0.5assign": "Assign",
    "Orphan": "Orphan",
    "Orphan hotknife": "Orphan",
    "Hard to trace": "Orphan",
    "Putative Leaves": None,
    "Out of scope": None,
    "Not examined": None,
    "Glia": "Glia",
    "Unimportant": "Unimportant",
}
PYARROW_OF_THE_COMMITTED_FILES = "26"


def read_csv(path: Path) -> pd.DataFrame:
    """All cells as text, only an empty cell is null."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


def strip_types(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns=lambda c: c if c.startswith(":") else c.split(":")[0])


def read_points(folder: Path) -> pd.DataFrame:
    """Shards of Synapses or Elements, with the ROI set of each shard as a frozenset."""
    parts = []
    for path in sorted(folder.iterdir()):
        part = read_csv(path)
        flags = [c for c in part.columns if c.endswith(":boolean")]
        assert (part[flags] == "true").all().all(), path
        part = strip_types(part.drop(columns=flags))
        part["rois"] = [frozenset(c.removesuffix(":boolean") for c in flags)] * len(part)
        parts.append(part.assign(shard=path.name))
    table = pd.concat(parts, ignore_index=True)
    for name in (":ID(Element-ID)", "bodyId"):
        table[name] = table[name].map(int)
    xyz = table["location"].str.extract(r"^\{x:(\d+), y:(\d+), z:(\d+)\}$")
    table[["x", "y", "z"]] = xyz.astype("int64").to_numpy()
    return table.rename(columns={":ID(Element-ID)": "id", "bodyId": "body"})


def relation(name: str) -> pd.DataFrame:
    path = next(BUNDLE.glob(f"Neuprint_{name}.csv*"))
    table = read_csv(path)
    renames = {c: "start" for c in table.columns if c.startswith(":START_ID")}
    renames |= {c: "end" for c in table.columns if c.startswith(":END_ID")}
    return table.rename(columns=renames)


@pytest.fixture(scope="module")
def sample() -> SimpleNamespace:
    shards = {p.name: read_csv(p) for p in sorted((BUNDLE / "Neuprint_Neurons").iterdir())}
    flags = {
        name: [c for c in t.columns if c.endswith(":boolean") and c.split(":")[0] not in PLAIN]
        for name, t in shards.items()
    }
    neurons = pd.concat([strip_types(t.drop(columns=flags[n])) for n, t in shards.items()])
    neurons["body"] = neurons[":ID(Body-ID)"].map(int)
    neurons[COUNTS] = neurons[COUNTS].astype("int64")
    neurons["roiInfo"] = neurons["roiInfo"].map(json.loads)
    neurons["is_neuron"] = neurons[":LABEL"].str.contains(";Neuron;")

    points = read_points(BUNDLE / "Neuprint_Synapses")
    points["confidence"] = points["confidence"].map(np.float32).astype("float32")
    pairs = relation("Synapse_Connections").map(int)
    by_id = points.set_index("id")
    pairs["pre"] = by_id["body"].reindex(pairs["start"]).to_numpy()
    ends = by_id.reindex(pairs["end"])
    pairs["post"], pairs["conf"] = ends["body"].to_numpy(), ends["confidence"].to_numpy()
    pairs["rois"] = ends["rois"].to_numpy()
    edges = strip_types(relation("Neuron_Connections")).rename(
        columns={"start": "pre", "end": "post"}
    )
    numbers = ["pre", "post", "weightHR", "weight", "weightHP"]
    edges[numbers] = edges[numbers].map(int)
    edges["roiInfo"] = edges["roiInfo"].map(json.loads)
    return SimpleNamespace(
        shards=shards,
        flags=flags,
        neurons=neurons.set_index("body"),
        points=points,
        pairs=pairs,
        edges=edges,
        mitos=read_points(BUNDLE / "Neuprint_Elements" / "mito"),
        meta=json.loads((BUNDLE / "Neuprint_Meta_debug.json").read_text("utf-8")),
    )


def by_type(sample: SimpleNamespace, name: str, side: str | None = None) -> pd.DataFrame:
    rows = sample.neurons[sample.neurons["type"] == name]
    return rows if side is None else rows[rows["somaSide"] == side]


# --- reproducible ---------------------------------------------------------------------------


def test_regenerating_gives_the_committed_files(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_data_samples.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, capture_output=True)
    new = tmp_path / "neuprint"
    for shapes in ("skeletons", "roi-meshes"):
        committed = {path.name: path.read_bytes() for path in (SAMPLES / shapes).iterdir()}
        made = {path.name: path.read_bytes() for path in (tmp_path / shapes).iterdir()}
        assert made == committed and len(made) >= 4

    def names(folder: Path) -> list[str]:
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    assert names(new) == names(BUNDLE)
    for name in names(BUNDLE):
        old_bytes, new_bytes = (BUNDLE / name).read_bytes(), (new / name).read_bytes()
        if name.endswith(".gz"):
            # zlib builds compress differently; header (no time, no name) and payload may not.
            assert old_bytes[:8] == new_bytes[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00", name
            old_bytes, new_bytes = gzip.decompress(old_bytes), gzip.decompress(new_bytes)
        elif name.endswith(".feather"):
            tables = [feather.read_table(folder / name) for folder in (BUNDLE, new)]
            assert tables[0].equals(tables[1], check_metadata=True), name
            if pa.__version__.split(".")[0] != PYARROW_OF_THE_COMMITTED_FILES:
                continue
        assert old_bytes == new_bytes, name


def test_size_and_no_machine_paths() -> None:
    files = [p for p in SAMPLES.rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 6_000_000
    for path in files:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        assert not re.search(rb"/(home|root|work|tmp|Users)/", data), path


# --- layout and encoding --------------------------------------------------------------------


def test_all_files_of_the_layout_are_there() -> None:
    plain = ("Neuprint_Meta.csv", "Neuprint_Meta_debug.json", "Neuprint_Neuron_Connections.csv")
    feathers = ("Neuprint_Neurons", "Neuprint_Neuron_Connections", "body_elements", "roi_elements")
    for name in (*plain, *(f"{f}.feather" for f in feathers)):
        assert (BUNDLE / name).is_file()
    for name in (
        "Synapse_Connections",
        "SynapseSet",
        "Neuron_to_SynapseSet",
        "SynapseSet_to_SynapseSet",
        "SynapseSet_to_Synapses",
        "Elements_CloseTo_mito",
        "Neuron_to_ElementSet_mitochondrion",
        "ElementSet_to_Element_mitochondrion",
        "ElementSets/Neuprint_ElementSet_mitochondrion",
    ):
        assert len(list(BUNDLE.glob(f"Neuprint_{name}.csv*"))) == 1, name


def test_null_is_empty_and_never_an_empty_string() -> None:
    for path in BUNDLE.rglob("*.csv*"):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert b"\r" not in data and data.endswith(b"\n")
        assert b',"",' not in data and b',""\n' not in data, path


def test_meta_csv_equals_debug_json(sample: SimpleNamespace) -> None:
    row = read_csv(BUNDLE / "Neuprint_Meta.csv")
    assert len(row) == 1
    types = dict(c.rsplit(":", 1) for c in row.columns if not c.startswith(":"))
    assert types.keys() == sample.meta.keys()
    assert row[":Label"][0] == "Meta;sample_Meta"
    for name, expected in sample.meta.items():
        text = row[f"{name}:{types[name]}"][0]
        if expected == "":
            assert pd.isna(text), name
        elif types[name].endswith("[]"):
            assert text.split(";") == [str(v) for v in expected]
        elif isinstance(expected, (dict, list)):
            assert text == json.dumps(expected), name  # with spaces
        elif isinstance(expected, bool):
            assert text == str(expected).lower()
        else:
            assert text == str(expected)
    assert "\n" in sample.meta["description"]


def test_neuron_flags_are_the_keys_of_roi_info(sample: SimpleNamespace) -> None:
    for name, table in sample.shards.items():
        inside = table[sample.flags[name]].notna()
        for info, row in zip(table["roiInfo:string"], inside.to_numpy(), strict=True):
            flagged = {f.removesuffix(":boolean") for f, on in zip(inside, row, strict=True) if on}
            assert flagged == set(json.loads(info))
    mixed = [
        t["roiInfo:string"].map(lambda text: frozenset(json.loads(text))).nunique() > 1
        for t in sample.shards.values()
    ]
    assert any(mixed) and not all(mixed)


def test_neurons_feather_equals_csv(sample: SimpleNamespace) -> None:
    table = feather.read_table(BUNDLE / "Neuprint_Neurons.feather")
    assert table.schema.field("group:long").type == pa.float64()
    assert table.schema.field("roiset_hash").type == pa.uint64()
    assert table.schema.field("statusLabel:string").type.ordered
    order = table[":ID(Body-ID)"].to_pylist()
    csv = pd.concat([t.assign(body=t[":ID(Body-ID)"].map(int)) for t in sample.shards.values()])
    csv = csv.set_index("body").reindex(order)
    assert len(csv) == len(table)
    for name in table.schema.names:
        if name == "roiset_hash":
            continue
        for text, value in zip(csv[name], table[name].to_pylist(), strict=True):
            if value is None:
                assert pd.isna(text), name
            elif name.endswith(":long"):
                assert text == str(int(value))
            else:
                assert text == str(value)


def test_connections_feather_equals_csv() -> None:
    table = feather.read_table(BUNDLE / "Neuprint_Neuron_Connections.feather")
    csv = read_csv(BUNDLE / "Neuprint_Neuron_Connections.csv")
    assert table.schema.names == csv.columns.tolist()
    for name in csv.columns:
        assert [str(v) for v in table[name].to_pylist()] == csv[name].tolist()


# --- identities -----------------------------------------------------------------------------


def test_synapses_by_body_and_type_are_pre_and_post(sample: SimpleNamespace) -> None:
    counted = sample.points.groupby(["body", "type"]).size().unstack(fill_value=0)
    counted = counted.reindex(sample.neurons.index, fill_value=0)
    for kind in ("pre", "post"):
        assert (counted[kind] == sample.neurons[kind]).all()
    assert (sample.neurons["upstream"] == sample.neurons["post"]).all()
    total = sample.neurons["upstream"] + sample.neurons["downstream"]
    assert (sample.neurons["synweight"] == total).all()
    assert sample.meta["totalPreCount"] == (sample.points["type"] == "pre").sum()
    assert sample.meta["totalPostCount"] == (sample.points["type"] == "post").sum()


def test_weights_count_pairs_in_float32(sample: SimpleNamespace) -> None:
    marked = sample.pairs.assign(
        weightHR=1,
        weight=(sample.pairs["conf"] >= np.float32(0.5)).astype(int),
        weightHP=(sample.pairs["conf"] >= np.float32(0.7)).astype(int),
    )
    names = ["weightHR", "weight", "weightHP"]
    sums = marked.groupby(["pre", "post"])[names].sum().reset_index()
    edges = sample.edges[["pre", "post", *names]]
    assert sums.to_numpy().tolist() == edges.to_numpy().tolist()  # also sorted by both bodies


def test_connection_roi_info_counts_good_pairs(sample: SimpleNamespace) -> None:
    good = sample.pairs[sample.pairs["conf"] >= np.float32(0.5)]
    counted: dict[tuple[int, int], dict[str, dict[str, int]]] = {}
    for pre, post, rois in good[["pre", "post", "rois"]].itertuples(index=False, name=None):
        for roi in rois:
            entry = counted.setdefault((pre, post), {}).setdefault(roi, {"post": 0})
            entry["post"] += 1
    for row in sample.edges.itertuples():
        assert row.roiInfo == counted.get((row.pre, row.post), {})


def test_downstream_is_the_weight_of_outputs(sample: SimpleNamespace) -> None:
    by_pre = sample.edges.groupby("pre")["weight"].sum()
    by_post = sample.edges.groupby("post")["weightHR"].sum()
    index = sample.neurons.index
    assert (by_pre.reindex(index, fill_value=0) == sample.neurons["downstream"]).all()
    assert (by_post.reindex(index, fill_value=0) == sample.neurons["post"]).all()
    assert set(sample.edges["pre"]) | set(sample.edges["post"]) <= set(index)


def test_every_psd_has_one_partner_and_every_tbar_some(sample: SimpleNamespace) -> None:
    assert sample.pairs["end"].is_unique
    kinds = sample.points.set_index("id")["type"]
    assert set(sample.pairs["start"]) == set(kinds[kinds == "pre"].index)
    assert set(sample.pairs["end"]) == set(kinds[kinds == "post"].index)


def test_roi_info_from_points(sample: SimpleNamespace) -> None:
    counted: dict[tuple[int, str], dict[str, int]] = {}

    def add(body: int, rois: frozenset[str], *names: str) -> None:
        for roi in rois:
            entry = counted.setdefault((body, roi), {})
            for name in names:
                entry[name] = entry.get(name, 0) + 1

    columns = ["body", "type", "rois"]
    for body, kind, rois in sample.points[columns].itertuples(index=False, name=None):
        add(body, rois, *(["pre"] if kind == "pre" else ["post", "upstream", "synweight"]))
    good = sample.pairs[sample.pairs["conf"] >= np.float32(0.5)]
    for body, rois in good[["pre", "rois"]].itertuples(index=False, name=None):
        add(body, rois, "downstream", "synweight")
    for body, kind, rois in sample.mitos[["body", "mitoType", "rois"]].itertuples(
        index=False, name=None
    ):
        add(body, rois, "mito", *([] if pd.isna(kind) else [kind]))
    written = {
        (body, roi): values
        for body, info in sample.neurons["roiInfo"].items()
        for roi, values in info.items()
    }
    assert written == {key: v for key, v in counted.items() if key[0] != 0}
    for roi, entry in sample.meta["roiInfo"].items():
        for kind in ("pre", "post"):
            total = sum(v.get(kind, 0) for (_, name), v in written.items() if name == roi)
            assert entry[kind] == total, roi
    assert set(sample.meta["roiInfo"]) == {roi for _, roi in written}


def test_roi_elements_equal_roi_info(sample: SimpleNamespace) -> None:
    table = feather.read_feather(BUNDLE / "roi_elements.feather")
    infos: dict[int, dict[str, dict[str, int]]] = {body: {} for body in sample.neurons.index}
    for body, roi, *values in table[["body", "roi", *COUNTS]].itertuples(index=False, name=None):
        if roi != "<unspecified>":
            infos[body][roi] = {n: v for n, v in zip(COUNTS, values, strict=True) if v}
    assert infos == sample.neurons["roiInfo"].to_dict()
    outside = table[table["roi"] == "<unspecified>"]
    assert outside["body"].is_unique and len(outside) > 50
    bodies = feather.read_feather(BUNDLE / "body_elements.feather").set_index("body")
    assert bodies[COUNTS].to_dict("index") == sample.neurons[COUNTS].to_dict("index")


def test_synapse_sets_follow_from_pairs(sample: SimpleNamespace) -> None:
    pairs = sample.pairs.astype({"pre": str, "post": str})
    stem = pairs["pre"] + "_" + pairs["post"]
    expected = set(zip(stem + "_pre", pairs["start"], strict=True))
    expected |= set(zip(stem + "_post", pairs["end"], strict=True))
    members = relation("SynapseSet_to_Synapses")
    members["end"] = members["end"].map(int)
    written = list(members.itertuples(index=False, name=None))
    assert len(written) == len(set(written)) and set(written) == expected
    assert members.duplicated("end").any()  # a T-bar in several sets

    edges = sample.edges.astype({"pre": str, "post": str})
    names = edges["pre"] + "_" + edges["post"]
    sets = read_csv(next(BUNDLE.glob("Neuprint_SynapseSet.csv*")))
    assert set(sets[":ID(SynSet-ID)"]) == set(names + "_pre") | set(names + "_post")
    assert sets[":ID(SynSet-ID)"].is_unique
    owners = relation("Neuron_to_SynapseSet")
    assert dict(zip(owners["end"], owners["start"], strict=True)) == {
        **dict(zip(names + "_pre", edges["pre"], strict=True)),
        **dict(zip(names + "_post", edges["post"], strict=True)),
    }
    links = relation("SynapseSet_to_SynapseSet")
    assert (links["start"] == names + "_pre").all() and (links["end"] == names + "_post").all()


def test_ids_are_packed_positions_in_one_space(sample: SimpleNamespace) -> None:
    for table in (sample.points, sample.mitos):
        x, y, z = (table[axis].to_numpy() for axis in "xyz")
        assert (((z << 42) | (y << 21) | x) == table["id"].to_numpy()).all()
    ids = pd.concat([sample.points["id"], sample.mitos["id"]])
    assert ids.is_unique
    assert (ids > 2**53).mean() > 0.9 and (ids < 2**53).any()


def test_mitochondria_sets_and_distances(sample: SimpleNamespace) -> None:
    members = relation("ElementSet_to_Element_mitochondrion")
    owner = sample.mitos.set_index("id")["body"]
    bodies = owner.reindex(members["end"].map(int)).astype(str)
    assert (members["start"].to_numpy() == (bodies + "_mitochondrion").to_numpy()).all()
    assert len(members) == len(sample.mitos)
    owners = relation("Neuron_to_ElementSet_mitochondrion")["start"].map(int)
    assert set(owners) == set(sample.mitos["body"]) - {0}
    kinds = set(sample.mitos["mitoType"].dropna())
    assert kinds == {"dark", "medium", "light"} and sample.mitos["mitoType"].isna().any()
    radii = sample.mitos[["r0", "r1", "r2"]].astype(float)
    assert (radii["r0"] > radii["r1"]).all() and (radii["r1"] > radii["r2"]).all()

    close = relation("Elements_CloseTo_mito")
    start = sample.points.set_index("id").reindex(close["start"].map(int))
    end = sample.mitos.set_index("id").reindex(close["end"].map(int))
    assert (start["body"].to_numpy() == end["body"].to_numpy()).all()
    assert set(start["type"]) == {"pre", "post"}
    delta = start[["x", "y", "z"]].to_numpy() - end[["x", "y", "z"]].to_numpy()
    exact = np.sqrt((delta.astype(np.float64) ** 2).sum(axis=1)).astype(np.float32)
    assert (close["distance:float"].map(np.float32).to_numpy() == exact).all()


def test_neuron_label_and_status_rules(sample: SimpleNamespace) -> None:
    rows = sample.neurons
    named = ["rootLocation", "somaLocation", "class", "type", "instance", "group", "somaSide"]
    expected = rows[[*named, "synonyms"]].notna().any(axis=1)
    expected |= (rows[["synweight", "pre", "post"]] >= 100).any(axis=1)
    expected |= rows["status"].isin(["Traced", "Anchor"])
    expected &= ~rows["status"].isin(["Unimportant", "Glia"])
    assert (rows["is_neuron"] == expected).all()
    assert 280 <= expected.sum() <= 360 and (~expected).sum() >= 2900
    written = dict(zip(rows["statusLabel"], rows["status"], strict=True))
    for label, status in STATUS_OF.items():
        assert written[label] == status or (status is None and pd.isna(written[label])), label


# --- the oddities that other tests rely on --------------------------------------------------


def test_odd_body_ids(sample: SimpleNamespace) -> None:
    ids = sample.neurons.index
    assert by_type(sample, "LHPV4/5", "R").index.tolist() == [2**53]
    assert by_type(sample, "LHPV4/5", "L").index.tolist() == [2**53 + 1]
    assert by_type(sample, "OA-VPM3", "R").index.tolist() == [2**63 - 1]
    assert sum(7_205_759_406 * 10**8 <= body < 7_205_759_407 * 10**8 for body in ids) > 30
    assert sum(body < 100_000 for body in ids) > 5


def test_odd_types_and_text(sample: SimpleNamespace) -> None:
    types = set(sample.neurons["type"].dropna())
    assert {"NA", "None", "nan", "1e5", "0042", "-", "true"} <= types
    assert {"KCab-p", "MBON26(b'2d)", 'SMP"q"_a', "LHPV4/5", "Ti flexor MN"} <= types
    assert len(types) >= 40
    instances = set(sample.neurons["instance"].dropna())
    assert {
        "MBON26(b'2d)_L",
        "MBON26(b'2d)_R",
        "KCab-p_R",
        "EPG(PB08)`L5`_L \U0001f9e0",
    } <= instances
    notes = set(sample.neurons["matchingNotes"].dropna())
    assert {"NA", "None", "nan", "1e5", "-", "null", "NULL", "true", "0042", '""', "\\N"} <= notes
    assert any("\n" in note and '"' in note for note in notes)
    assert {" padded ", "9007199254740993"} <= notes
    assert sample.neurons["synonyms"].str.contains("`E-PG`").any()


def test_odd_annotation_columns(sample: SimpleNamespace) -> None:
    header = next(iter(sample.shards.values())).columns
    assert {"serial:float", "group:long", "hemibrainBodyid:long", "hemibrainBodyId:float"} <= {
        *header
    }
    rows = sample.neurons
    assert "5.0" in set(rows["serial"])
    assert rows["group"].isna().any() and rows["group"].dropna().str.isdigit().all()
    assert set(rows["cropped"].fillna("null")) == {"true", "false", "null"}
    assert rows["trumanHl"].isna().all() and "trumanHl:boolean" in header
    points = rows["location"].dropna()
    assert points.str.contains(r"\d\.\d").any() and (~points.str.contains(r"\d\.\d")).any()
    assert not rows["somaLocation"].dropna().str.contains(r"\d\.\d").any()
    unannotated = rows[rows["is_neuron"] & rows["type"].isna() & rows["statusLabel"].isna()]
    assert (unannotated["synweight"] >= 100).any()


def test_bodies_without_rois_or_synapses(sample: SimpleNamespace) -> None:
    rows = sample.neurons
    only_mito = rows[(rows["synweight"] == 0) & (rows["pre"] == 0)]
    assert set(only_mito.index) == {5_999_000_001, 5_999_000_002}
    assert rows.at[5_999_000_001, "roiInfo"] == {} and rows.at[5_999_000_002, "roiInfo"] != {}
    empty = rows[rows["roiInfo"].map(len) == 0]
    assert (empty["synweight"] > 0).sum() > 20
    assert (sample.mitos["body"] == 0).any()
    assert 0 not in rows.index
    keys = [v for info in rows["roiInfo"] for v in info.values()]
    assert any(v.keys() == {"downstream", "synweight"} for v in keys)  # only through PSDs
    assert any({"pre", "post", "downstream"}.isdisjoint(v) and "mito" in v for v in keys)


def test_odd_rois(sample: SimpleNamespace) -> None:
    primary = sample.meta["primaryRois"]
    for roi in ("AL(R)", "aL(R)", "AL(L)", "aL(L)", "CRE(-ROB,-RUB)(R)", "a'L(R)", "BU(L)"):
        assert roi in primary
    assert "BU(L)" not in sample.meta["roiInfo"]
    assert sample.meta["roiInfo"]["BU(R)"]["pre"] == sample.meta["roiInfo"]["BU(R)"]["post"] == 0
    assert sample.meta["nonHierarchicalROIs"] == ["MB(+ACA)(R)", "FB-column3"]
    assert sample.meta["roiInfo"]["FB-column3"]["parent"] is None
    assert len(sample.meta["roiInfo"]) >= 40
    pairs = {f"{roi}:boolean" for roi in ("AL(R)", "aL(R)", "AL(L)", "aL(L)")}
    assert any(pairs <= set(flags) for flags in sample.flags.values())  # in one header
    assert len(sample.points["rois"].map(sorted).map(tuple).unique()) > 50

    def depth(node: dict) -> int:
        return 1 + max((depth(child) for child in node.get("children", [])), default=0)

    assert depth(sample.meta["roiHierarchy"]) == 4  # dataset and three levels
    inside = sample.points["rois"]
    assert inside.map(lambda rois: not rois).any()
    assert inside.map(lambda rois: bool(rois) and not rois & set(primary)).any()
    overlaps = sample.points["rois"].map(len)
    assert overlaps.max() == 4


def test_odd_confidences_and_properties(sample: SimpleNamespace) -> None:
    half, high = np.float32(0.5), np.float32(0.7)
    for kind in ("pre", "post"):
        values = set(sample.points.loc[sample.points["type"] == kind, "confidence"])
        assert {np.float32(0.4), half, high, np.nextafter(half, np.float32(0))} <= values
        assert np.nextafter(high, np.float32(0)) in values
    nt = [c for c in sample.points.columns if c.startswith("nt")]
    assert {"ntAcetylcholineProb", "ntGabaProb", "ntGlutamateProb", "ntDopamineProb"} <= set(nt)
    pre = sample.points["type"] == "pre"
    assert sample.points.loc[~pre, nt].isna().all().all()
    assert 0 < sample.points.loc[pre, "ntGabaProb"].isna().mean() < 0.1
    columns = sample.points["rois"].map(lambda rois: any("_col_" in r for r in rois))
    assert (sample.points["hex1"].notna() == columns).all() and columns.any()


def test_odd_connections(sample: SimpleNamespace) -> None:
    edges = sample.edges
    zero = edges[edges["weight"] == 0]
    assert len(zero) > 100 and (zero["roiInfo"].map(len) == 0).all()
    assert ((edges["weight"] > 0) & (edges["roiInfo"].map(len) == 0)).any()
    autapses = edges[edges["pre"] == edges["post"]]
    assert (autapses["weight"] > 0).any()
    strong = set(edges.loc[edges["weight"] > 0, ["pre", "post"]].itertuples(index=False, name=None))
    reciprocal = [pair for pair in strong if pair[0] < pair[1] and pair[::-1] in strong]
    assert len(reciprocal) > 50


def test_components_and_six_step_path(sample: SimpleNamespace) -> None:
    edges = sample.edges
    linked: dict[int, set[int]] = {}
    for pre, post in edges[["pre", "post"]].itertuples(index=False, name=None):
        linked.setdefault(pre, set()).add(post)
        linked.setdefault(post, set()).add(pre)
    left = set(linked)
    sizes = []
    while left:
        reached = set(distances(linked, [min(left)]))
        sizes.append(len(reached))
        left -= reached
    assert len(sizes) == 2 and min(sizes) > 16

    is_neuron = sample.neurons["is_neuron"]
    onward: dict[int, set[int]] = {}
    for pre, post in edges.loc[edges["weight"] > 0, ["pre", "post"]].itertuples(
        index=False, name=None
    ):
        if is_neuron[pre] and is_neuron[post]:
            onward.setdefault(pre, set()).add(post)
    found = distances(onward, by_type(sample, "L1").index.tolist())
    assert {found[body] for body in by_type(sample, "Ti flexor MN").index} == {6}


def distances(onward: dict[int, set[int]], starts: list[int]) -> dict[int, int]:
    """Steps from the nearest start."""
    found = dict.fromkeys(starts, 0)
    queue = deque(starts)
    while queue:
        body = queue.popleft()
        for after in onward.get(body, ()):
            if after not in found:
                found[after] = found[body] + 1
                queue.append(after)
    return found
