"""Ingest of old-loader bundles: the real example, the tiny one, and hand-made ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connstore.engine import Engine
from connstore.errors import IngestError
from connstore.ingestion import ingest
from connstore.ingestion.roi_flags import roi_set_numbers
from connstore.ingestion.workspace import RoiSets
from connstore.store.opening import Store

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
MB = DATA / "hemibrain-mb"
needs_mb = pytest.mark.skipif(
    not MB.is_dir(), reason="the hemibrain-mb test data are not beside the repository"
)
needs_tiny = pytest.mark.skipif(
    not (DATA / "tiny").is_dir(), reason="the tiny test data are not beside the repository"
)

#: Synapses with their ROI names.
SYNAPSE_ROIS = (
    "SELECT synapse_id, bodyId, s.type, x, y, z, confidence, name FROM synapse s "
    "JOIN roi_set ON roi_set_id = s.roi_set JOIN roi ON list_contains(roi_ids, roi_id)"
)


def ask(store: Store, sql: str, **values: object) -> pd.DataFrame:
    """The answer of a SELECT over a store, as a data frame."""
    engine = Engine.over(store)
    try:
        return engine.table(sql, values).to_pandas()
    finally:
        engine.close()


def cells(store: Store, sql: str) -> list[list[Any]]:
    """The answer of a SELECT as Python values, sorted by their text; null is None."""
    engine = Engine.over(store)
    try:
        return sorted(map(list, engine.rows(sql)), key=str)
    finally:
        engine.close()


def findings(store: Store) -> dict[str, dict[str, Any]]:
    """What the ingest found, by code (rows read left out)."""
    rows = store.read("finding").to_pylist()
    return {row["code"]: row for row in rows if row["code"] != "rows_read"}


def same(one: pd.DataFrame, other: pd.DataFrame, *, dtypes: bool = True) -> bool:
    """Whether two data frames hold the same rows, in whatever order."""
    columns = list(one.columns)
    sorted_ = [f[columns].sort_values(columns, ignore_index=True) for f in (one, other)]
    pd.testing.assert_frame_equal(*sorted_, check_dtype=dtypes)
    return True


# The real example ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return ingest(MB / "old-loader", tmp_path_factory.mktemp("old") / "store", progress=False)


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Store:
    source = MB / "snapshot" / "neuprint"
    return ingest(source, tmp_path_factory.mktemp("new") / "store", progress=False)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((MB / "expected.json").read_text())


#: Number of a fact of expected.json -> SELECT statement that gives its value.
FACTS = {
    1: "SELECT count(*) FROM pair_by_pre",
    5: "SELECT count(*) FROM synapse WHERE type = 'pre'",
    6: "SELECT count(*) FROM synapse WHERE type = 'post'",
    7: "SELECT count(*) FROM synapse",
    8: "SELECT count(*) FROM synapse WHERE bodyId IS NULL",
    13: "SELECT count(*) FROM segment",
    14: "SELECT count(*) FROM segment_neuron",
    15: "SELECT count(*) FROM segment WHERE NOT list_contains(string_split(labels, ';'), 'Neuron')",
    16: "SELECT count(*) FROM segment WHERE status = 'Assign' AND statusLabel = '0.5assign'",
    28: "SELECT count(*) FROM connection_by_pre",
    32: "SELECT sum(weight)::BIGINT FROM connection_by_post",
    33: "SELECT sum(weightHP)::BIGINT FROM connection_by_post",
    40: "SELECT count(*) FROM connection_by_pre WHERE body_pre = body_post",
    48: "SELECT count(*) FROM pair_by_post WHERE roi_set_post = 0",
    62: "SELECT count(*) FROM connection_roi_by_pre WHERE post > 0",
    66: "SELECT count(*) FROM segment_roi",
    69: "SELECT count(*) FROM synapse WHERE roi_set = 0",
    78: "SELECT rows_read FROM source_file WHERE path LIKE '%SynapseSet_to_Synapses%'",
    89: f"SELECT count(DISTINCT name) FROM ({SYNAPSE_ROIS})",
}


@needs_mb
@pytest.mark.parametrize("number", FACTS)
def test_fact(number: int, old: Store, expected: dict[str, Any]) -> None:
    fact = expected["facts"][number - 1]
    assert "old-loader" in fact["layout"] or number == 78
    assert ask(old, FACTS[number]).iat[0, 0] == fact["value"], fact["what"]


@needs_mb
def test_roi_totals(old: Store, expected: dict[str, Any]) -> None:
    totals = ask(
        old,
        "SELECT name, count(*) FILTER (type = 'pre') AS pre, count(*) FILTER (type = 'post') "
        f"AS post FROM ({SYNAPSE_ROIS}) GROUP BY name",
    )
    found = {row.name: {"pre": row.pre, "post": row.post} for row in totals.itertuples(index=False)}
    assert found == expected["roi_totals"]["old_loader"]


@needs_mb
def test_named_bodies(old: Store, expected: dict[str, Any]) -> None:
    counts = ("pre", "post", "upstream", "downstream")
    for body, facts in expected["named_bodies"].items():
        wanted = facts.get("old_loader")
        if wanted is None:
            continue
        row = ask(old, "SELECT * FROM segment WHERE bodyId = $b", b=int(body)).iloc[0]
        assert [row[c] for c in counts] == [wanted[c] for c in counts]
        assert ("Neuron" in row["labels"].split(";")) == (wanted["label"] == "Neuron")
        rois = ask(
            old,
            "SELECT name, pre, post, downstream FROM segment_roi JOIN roi USING (roi_id) "
            "WHERE bodyId = $b",
            b=int(body),
        )
        found = {
            name: {key: int(n) for key, n in counted.items() if not pd.isna(n)}
            for name, counted in rois.set_index("name").to_dict("index").items()
        }
        assert found == wanted["roiInfo_pre_post_downstream"]


@needs_mb
def test_named_edges(old: Store, expected: dict[str, Any]) -> None:
    for edge in expected["named_edges"]:
        ends = {"pre": edge["bodyId_pre"], "post": edge["bodyId_post"]}
        where = "WHERE body_pre = $pre AND body_post = $post"
        row = ask(old, f"SELECT * FROM connection_by_pre {where}", **ends).iloc[0]
        assert row["weight"] == edge["old_loader"]["weight"]
        assert row["weightHP"] == edge["old_loader"]["weightHP"]
        assert pd.isna(row["weightHR"])
        rois = ask(
            old,
            f"SELECT name, post FROM connection_roi_by_pre JOIN roi USING (roi_id) {where} "
            "AND post > 0",
            **ends,
        )
        found = dict(zip(rois["name"], rois["post"], strict=True))
        assert found == edge["old_loader"]["roiInfo_post"]


@needs_mb
def test_five_bodies_have_the_counts_of_the_server(old: Store, expected: dict[str, Any]) -> None:
    for body, (pre, post) in expected["facts"][110 - 1]["value"].items():
        row = ask(old, "SELECT pre, post FROM segment WHERE bodyId = $b", b=int(body)).iloc[0]
        assert (row["pre"], row["post"]) == (pre, post)


@needs_mb
def test_what_was_found(old: Store) -> None:
    found = findings(old)
    assert found["synapse_without_body"]["rows"] == 14313
    assert "dangling_connection" not in found
    assert "dangling_set_member" not in found
    assert [code for code, row in found.items() if row["ok"] is False] == []
    assert old.manifest.rules.source_format == "dvid"
    assert old.manifest.rules.downstream_side == "pre"


@needs_mb
def test_missing_upstream_and_pre_only_entries_stay_missing(old: Store) -> None:
    bodies = ask(
        old, "SELECT count(DISTINCT bodyId) FROM segment_roi WHERE post > 0 AND upstream IS NULL"
    )
    assert bodies.iat[0, 0] == 26
    pre_only = ask(old, "SELECT count(*) FROM connection_roi_by_pre WHERE pre > 0 AND post IS NULL")
    assert pre_only.iat[0, 0] == 451


@needs_mb
@pytest.mark.parametrize("roi", ["AL(R)", "aL(R)", "AL(L)", "aL(L)", "a'L(R)", "MB(+ACA)(R)"])
def test_members_of_rois_against_the_raw_flags(old: Store, roi: str) -> None:
    flag = f"{roi}:boolean"
    points = _flag_column("Synapses", ":ID(Syn-ID)", flag)
    members = ask(old, f"SELECT synapse_id FROM ({SYNAPSE_ROIS}) WHERE name = $roi", roi=roi)
    assert set(members["synapse_id"]) == set(points[points[flag].notna()][":ID(Syn-ID)"])
    bodies = _flag_column("Neurons", ":ID(Body-ID)", flag)
    inside = ask(
        old,
        "SELECT bodyId FROM segment s JOIN roi_set ON roi_set_id = s.roi_set "
        "JOIN roi ON list_contains(roi_ids, roi_id) WHERE name = $roi",
        roi=roi,
    )
    assert set(inside["bodyId"]) == set(bodies[bodies[flag].notna()][":ID(Body-ID)"])


def _flag_column(table: str, id_column: str, flag: str) -> pd.DataFrame:
    path = MB / f"old-loader/Neuprint_{table}_31597mb.csv.gz"
    return pd.read_csv(path, usecols=[id_column, flag], dtype={flag: str})


@needs_mb
def test_every_flag_of_the_header_is_an_roi(old: Store) -> None:
    header = pd.read_csv(MB / "old-loader/Neuprint_Synapses_31597mb.csv.gz", nrows=0).columns
    flags = {text.removesuffix(":boolean") for text in header if text.endswith(":boolean")}
    assert len(flags) == 230
    assert flags <= set(old.roi_ids)


@needs_mb
def test_generations_have_the_same_pairs(old: Store, new: Store) -> None:
    pairs = (
        "SELECT body_pre, body_post, x_pre, y_pre, z_pre, x_post, y_post, z_post, "
        "confidence_pre, confidence_post FROM pair_by_pre"
    )
    assert same(ask(old, pairs), ask(new, pairs))


@needs_mb
def test_generations_have_the_same_owned_synapses(old: Store, new: Store) -> None:
    points = "SELECT bodyId, type, x, y, z, confidence FROM synapse WHERE bodyId IS NOT NULL"
    assert same(ask(old, points), ask(new, points))
    rois = f"SELECT type, x, y, z, name FROM ({SYNAPSE_ROIS}) WHERE bodyId IS NOT NULL"
    assert same(ask(old, rois), ask(new, rois))


@needs_mb
def test_generations_have_the_same_weights(old: Store, new: Store) -> None:
    before = ask(old, "SELECT body_pre, body_post, weight FROM connection_by_pre")
    after = ask(new, "SELECT body_pre, body_post, weightHR AS weight FROM connection_by_pre")
    assert same(before, after)


@needs_mb
def test_generations_have_the_same_roi_weights_where_no_threshold_matters(
    old: Store, new: Store
) -> None:
    keys = ["body_pre", "body_post"]
    sure = ask(new, "SELECT body_pre, body_post FROM connection_by_pre WHERE weight = weightHR")
    assert len(sure) > 30_000
    rois = (
        "SELECT body_pre, body_post, name, post FROM connection_roi_by_pre "
        "JOIN roi USING (roi_id) WHERE post > 0"
    )
    assert same(sure.merge(ask(old, rois), on=keys), sure.merge(ask(new, rois), on=keys))


@needs_mb
def test_generations_have_the_same_bodies(old: Store, new: Store, expected: dict[str, Any]) -> None:
    five = [int(body) for body in expected["facts"][110 - 1]["value"]]
    counts = (
        "SELECT bodyId, pre, post, type FROM segment WHERE pre + post > 0 "
        "AND NOT list_contains($five, bodyId)"
    )
    assert same(ask(old, counts, five=five), ask(new, counts, five=five))
    rois = (
        "SELECT bodyId, name, coalesce(pre, 0) AS pre, coalesce(post, 0) AS post FROM segment_roi "
        "JOIN roi USING (roi_id) WHERE NOT list_contains($five, bodyId) "
        "AND coalesce(pre, 0) + coalesce(post, 0) > 0"
    )
    assert same(ask(old, rois, five=five), ask(new, rois, five=five))


# The tiny example ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Store:
    target = tmp_path_factory.mktemp("tiny") / "store"
    return ingest(DATA / "tiny/old-dvid-loader", target, progress=False)


@needs_tiny
def test_tiny_owners(tiny: Store) -> None:
    synapses = ask(tiny, "SELECT synapse_id - 99000000000 AS id, bodyId FROM synapse")
    owners = dict(zip(synapses["id"], synapses["bodyId"].astype("Int64"), strict=True))
    assert pd.isna(owners.pop(13))
    first, second = 200326126, 5813105172
    assert owners == (
        dict.fromkeys((1, 2, 9, 12), first)
        | dict.fromkeys((3, 5, 6, 7), second)
        | dict.fromkeys((4, 8), 1234)
        | {10: 888, 11: 999}
    )
    assert findings(tiny)["synapse_without_body"]["rows"] == 1


@needs_tiny
def test_tiny_drops_the_connection_of_a_body_without_a_row(tiny: Store) -> None:
    bodies = ask(tiny, "SELECT body_pre, body_post FROM connection_by_pre")
    assert 999 not in set(bodies["body_pre"]) | set(bodies["body_post"])
    assert findings(tiny)["dangling_connection"]["rows"] == 1
    assert len(ask(tiny, "SELECT * FROM pair_by_pre WHERE body_post = 999")) == 1


@needs_tiny
def test_tiny_keeps_the_literal_roi_none(tiny: Store) -> None:
    roi = ask(tiny, "SELECT is_pseudo, in_meta FROM roi WHERE name = 'None'").iloc[0]
    assert (roi["is_pseudo"], roi["in_meta"]) == (True, False)
    assert "None" not in tiny.all_rois
    named_none = "JOIN roi USING (roi_id) WHERE name = 'None'"
    counts = cells(tiny, f"SELECT bodyId, pre, post FROM segment_roi {named_none}")
    assert counts == [[200326126, None, 1]]
    edges = cells(tiny, f"SELECT body_pre, pre, post FROM connection_roi_by_pre {named_none}")
    assert edges == [[5813105172, None, 1]]
    in_sets = cells(tiny, "SELECT unnest(roi_ids) FROM roi_set")
    assert [tiny.roi_ids["None"]] not in in_sets


@needs_tiny
def test_tiny_body_without_upstream(tiny: Store) -> None:
    rois = ask(tiny, "SELECT post, upstream FROM segment_roi WHERE bodyId = 5813105172")
    assert rois["post"].tolist() == [1] * 4
    assert rois["upstream"].isna().all()


@needs_tiny
def test_tiny_cells(tiny: Store) -> None:
    assert cells(tiny, "SELECT bodyId, notes, cropped, size FROM segment") == [
        [1234, None, True, 0],
        [200326126, "a, b", False, 123456789012],
        [5813105172, None, False, 777],
        [888, None, None, 0],
    ]


# Hand-made bundles ---------------------------------------------------------------------------

META = (
    "postHPThreshold:float,primaryRois:string[],roiInfo:string,dataset:string,tag:string,:LABEL\n"
    '0.7,"A;B","{""A"": {}, ""B"": {}, ""C(-D,-E)"": {}}","hand","v1","Meta;hand_Meta"\n'
)
NEURONS = (
    ":ID(Body-ID),bodyId:long,pre:int,post:int,status:string,cropped:boolean,notes:string,"
    "roiInfo:string,:LABEL,A:boolean,a:boolean\n"
    '10,10,1,1,Traced,True,"x, y","{""A"": {""pre"": 1}}",Segment;Neuron,true,\n'
    '20,20,1,2,,False,"","{""a"": {""post"": 2}}",Segment;Neuron,,true\n'
)
CONNECTIONS = (
    ":START_ID(Body-ID),weight:int,weightHP:int,:END_ID(Body-ID),roiInfo:string\n"
    '10,2,1,20,"{""A"": {""pre"": 1}, ""a"": {""post"": 2}}"\n'
    '20,1,1,10,"{""None"": {""pre"": 1, ""post"": 1}}"\n'
)
SYNAPSES = (
    '":ID(Syn-ID)","type:string","confidence:float","location:point{srid:9157}",":Label",'
    '"A:boolean","a:boolean"\n'
    '1,pre,0.9,"{x:1, y:2, z:3}",Synapse,true,\n'
    '2,post,0.8,"{x:1, y:2, z:4}",Synapse,,true\n'
    '3,post,0.5,"{x:1, y:2, z:5}",Synapse,,true\n'
    '4,pre,0.9,"{x:2, y:2, z:3}",Synapse,,\n'
    '5,post,0.8,"{x:2, y:2, z:4}",Synapse,,\n'
)
PAIRS = ":START_ID(Syn-ID),:END_ID(Syn-ID)\n1,2\n1,3\n4,5\n"
OWNERS = ":START_ID(Body-ID),:END_ID\n10,10_20_pre\n20,20_10_post\n20,20_10_pre\n10,10_20_post\n"
MEMBERS = (
    ":START_ID,:END_ID(Syn-ID)\n"
    "10_20_pre,1\n20_10_post,2\n20_10_post,3\n20_10_pre,4\n10_20_post,5\n"
)
BUNDLE = {
    "Meta": META,
    "Neurons": NEURONS,
    "Neuron_Connections": CONNECTIONS,
    "Synapses": SYNAPSES,
    "Synapse_Connections": PAIRS,
    "Neuron_to_SynapseSet": OWNERS,
    "SynapseSet_to_Synapses": MEMBERS,
    "SynapseSet": ":ID,:Label\n10_20_pre,SynapseSet\n",
    "SynapseSet_to_SynapseSet": ":START_ID,:END_ID\n10_20_pre,20_10_post\n",
}
SYNAPSE_LEVEL = [
    "Synapses",
    "Synapse_Connections",
    "Neuron_to_SynapseSet",
    "SynapseSet_to_Synapses",
]
OWNED = {1: 10, 2: 20, 3: 20, 4: 20, 5: 10}


def ingest_bundle(home: Path, **changes: str | None) -> Store:
    """Write the hand-made bundle with some tables changed (None: left out), and ingest it."""
    source = home / "export"
    source.mkdir()
    for table, text in (BUNDLE | changes).items():
        if text is not None:
            (source / f"Neuprint_{table}_hand.csv").write_text(text)
    return ingest(source, home / "store", progress=False)


def owners(store: Store) -> dict[int, int]:
    """The body of each synapse that has one."""
    rows = ask(store, "SELECT synapse_id, bodyId FROM synapse WHERE bodyId IS NOT NULL")
    return dict(zip(rows["synapse_id"], rows["bodyId"], strict=True))


def quoted(text: str) -> str:
    """A table with its header cells quoted, or bare where they were quoted."""
    header, _, rows = text.partition("\n")
    bare = header.replace('"', "")
    return (bare if bare != header else '"' + header.replace(",", '","') + '"') + "\n" + rows


def test_hand_made_bundle(tmp_path: Path) -> None:
    store = ingest_bundle(tmp_path)
    assert store.dataset == "hand:v1"
    assert owners(store) == OWNED
    pairs = cells(store, "SELECT pre_id, post_id, body_pre, body_post FROM pair_by_post")
    assert pairs == [[1, 2, 10, 20], [1, 3, 10, 20], [4, 5, 20, 10]]
    assert cells(store, "SELECT bodyId, status, cropped, notes FROM segment") == [
        [10, "Traced", True, "x, y"],
        [20, None, False, None],
    ]
    assert [c for c, row in findings(store).items() if row["kind"] in ("note", "drop")] == []
    inside = cells(store, f"SELECT synapse_id, name FROM ({SYNAPSE_ROIS})")
    assert inside == [[1, "A"], [2, "a"], [3, "a"]]


def test_counts_that_are_absent_stay_absent(tmp_path: Path) -> None:
    store = ingest_bundle(tmp_path)
    rois = "SELECT body_pre, name, pre, post FROM connection_roi_by_pre JOIN roi USING (roi_id)"
    assert cells(store, rois) == [[10, "A", 1, None], [10, "a", None, 2], [20, "None", 1, 1]]
    weights = cells(store, "SELECT body_pre, weight, weightHP, weightHR FROM connection_by_pre")
    assert weights == [[10, 2, 1, None], [20, 1, 1, None]]
    assert "None" in store.roi_ids
    assert "None" not in store.all_rois


@pytest.mark.parametrize("space", ["", "(SynSet-ID)"])
def test_order_of_bodies_in_set_ids_means_nothing(tmp_path: Path, space: str) -> None:
    """Post-side ids name the post body first in some generations, the pre body in others."""
    turned = {"20_10_post": "10_20_post", "10_20_post": "20_10_post"}

    def turn(text: str) -> str:
        header, *rows = text.splitlines()
        header = header.replace(":START_ID,", f":START_ID{space},")
        header += space if header.endswith(":END_ID") else ""
        swapped = [[turned.get(cell, cell) for cell in row.split(",")] for row in rows]
        return "\n".join([header, *map(",".join, swapped)]) + "\n"

    store = ingest_bundle(
        tmp_path,
        Neuron_to_SynapseSet=turn(OWNERS),
        SynapseSet_to_Synapses=turn(MEMBERS),
    )
    assert owners(store) == OWNED


def test_quoted_and_bare_headers(tmp_path: Path) -> None:
    store = ingest_bundle(tmp_path, **{table: quoted(text) for table, text in BUNDLE.items()})
    assert owners(store) == OWNED
    (tmp_path / "other").mkdir()
    assert store.fingerprint == ingest_bundle(tmp_path / "other").fingerprint


@pytest.mark.parametrize("header", [":START_ID(SynSet-ID),:END_ID(SynSet-ID)", ":START_ID,:END_ID"])
def test_membership_file_that_lists_sets(tmp_path: Path, header: str) -> None:
    with pytest.raises(IngestError, match="lists SynapseSets where it should list synapses") as met:
        ingest_bundle(tmp_path, SynapseSet_to_Synapses=f"{header}\n10_20_pre,20_10_post\n")
    assert met.value.file == "Neuprint_SynapseSet_to_Synapses_hand.csv"
    assert "bodies and connections alone" in met.value.problem


def test_bundle_without_synapses(tmp_path: Path) -> None:
    store = ingest_bundle(tmp_path, **dict.fromkeys(SYNAPSE_LEVEL))
    assert not store.has("synapse")
    assert not store.has("pair_by_pre")
    assert len(ask(store, "SELECT * FROM connection_by_pre")) == 2
    assert {"A", "a"} <= set(store.roi_ids)


@pytest.mark.parametrize("table", SYNAPSE_LEVEL)
def test_bundle_with_part_of_the_synapse_level(tmp_path: Path, table: str) -> None:
    with pytest.raises(IngestError, match="of no use without it") as met:
        ingest_bundle(tmp_path, **{table: None})
    assert met.value.file == f"Neuprint_{table}_hand.csv"
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("table", ["Meta", "Neuron_Connections"])
def test_bundle_without_a_needed_file(tmp_path: Path, table: str) -> None:
    with pytest.raises(IngestError, match="lacks it") as met:
        ingest_bundle(tmp_path, **{table: None})
    assert met.value.file == f"Neuprint_{table}_hand.csv"


def test_synapse_of_two_bodies(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="synapse 2 is in SynapseSets of two bodies, 10 and 20"):
        ingest_bundle(tmp_path, SynapseSet_to_Synapses=MEMBERS + "10_20_post,2\n")


def test_synapse_in_several_sets_of_its_body(tmp_path: Path) -> None:
    store = ingest_bundle(
        tmp_path,
        Neuron_to_SynapseSet=OWNERS + "10,10_30_pre\n",
        SynapseSet_to_Synapses=MEMBERS + "10_30_pre,1\n",
    )
    assert owners(store) == OWNED


def test_synapses_in_no_set_and_members_without_a_row(tmp_path: Path) -> None:
    lonely = '6,post,0.9,"{x:9, y:9, z:9}",Synapse,true,\n'
    orphan = '7,post,0.9,"{x:9, y:9, z:8}",Synapse,true,\n'
    store = ingest_bundle(
        tmp_path,
        Synapses=SYNAPSES + lonely + orphan,
        SynapseSet_to_Synapses=MEMBERS + "30_40_pre,7\n10_20_pre,8\n",
    )
    assert owners(store) == OWNED
    found = findings(store)
    assert (found["synapse_without_body"]["kind"], found["synapse_without_body"]["rows"]) == (
        "note",
        2,
    )
    assert (found["dangling_set_member"]["kind"], found["dangling_set_member"]["rows"]) == (
        "drop",
        1,
    )


def test_empty_membership_cell(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="the cell is empty") as met:
        ingest_bundle(tmp_path, SynapseSet_to_Synapses=MEMBERS + ",3\n")
    assert (met.value.line, met.value.column) == (7, ":START_ID")


def test_body_zero(tmp_path: Path) -> None:
    store = ingest_bundle(
        tmp_path,
        Neurons=NEURONS + "0,0,0,1,,,,,Segment,,\n",
        Neuron_Connections=CONNECTIONS + "10,1,1,0,{}\n",
        Synapses=SYNAPSES + '6,post,0.9,"{x:9, y:9, z:9}",Synapse,,\n',
        Synapse_Connections=PAIRS + "1,6\n",
        Neuron_to_SynapseSet=OWNERS + "10,10_0_pre\n0,0_10_post\n",
        SynapseSet_to_Synapses=MEMBERS + "10_0_pre,1\n0_10_post,6\n",
    )
    assert owners(store) == OWNED | {6: 0}
    assert findings(store)["body_zero"]["kind"] == "note"
    assert 0 not in set(ask(store, "SELECT bodyId FROM segment_neuron")["bodyId"])
    assert len(ask(store, "SELECT * FROM connection_by_pre WHERE body_post = 0")) == 1
    assert ask(store, "SELECT * FROM connection_by_pre_neuron WHERE body_post = 0").empty


def test_columns_of_manc(tmp_path: Path) -> None:
    store = ingest_bundle(
        tmp_path,
        Synapses=":ID(Syn-ID),type:string,confidence:float,location:point{srid:9157},:Label,"
        "ntGabaProb:float,A:boolean,a:boolean\n"
        + "".join(
            f'{i},{"pre" if i in (1, 4) else "post"},0.9,"{{x:{i},y:2,z:3}}",Synapse,0.5,,true\n'
            for i in OWNED
        ),
        Neuron_Connections=":START_ID(Body-ID),weight:int,weightHR:int,weightHP:int,"
        ":END_ID(Body-ID),roiInfo:string\n10,1,2,0,20,{}\n20,1,1,1,10,{}\n",
    )
    assert [p.name for p in store.properties("synapse").values()] == ["ntGabaProb"]
    assert cells(store, "SELECT DISTINCT ntGabaProb FROM synapse") == [[0.5]]
    weights = cells(store, "SELECT body_pre, weight, weightHP, weightHR FROM connection_by_pre")
    assert weights == [[10, 1, 0, 2], [20, 1, 1, 1]]
    assert owners(store) == OWNED


def test_mitochondria_are_named_but_not_read(tmp_path: Path) -> None:
    store = ingest_bundle(tmp_path, Mitochondria="a\n1\n", Neuron_to_MitoSet="b\n1\n")
    note = findings(store)["mitochondria_not_read"]
    assert (note["kind"], note["rows"]) == ("note", 2)
    assert "Neuprint_Mitochondria_hand.csv" in note["detail"]
    assert "Neuprint_Neuron_to_MitoSet_hand.csv" in note["detail"]


def test_list_of_rois(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    for table, text in BUNDLE.items():
        (tmp_path / f"export/Neuprint_{table}_hand.csv").write_text(text)
    (tmp_path / "export/all_ROIs.txt").write_text("A\nZ(R)\n\nZ(-Y|-X)\nC(-D|-E)\n")
    store = ingest(tmp_path / "export", tmp_path / "store", progress=False)
    assert set(store.roi_ids) == {"A", "B", "a", "None", "Z(R)", "Z(-Y|-X)", "C(-D,-E)"}


@pytest.mark.parametrize("text", ['"a "b" c"', '"5" nail"', '"a"b"', '"the "big" one, so"'])
def test_inner_quotes_that_are_not_doubled(tmp_path: Path, text: str) -> None:
    broken = NEURONS.replace('"x, y"', text)
    with pytest.raises(IngestError, match="quot") as met:
        ingest_bundle(tmp_path, Neurons=broken)
    assert (met.value.file, met.value.line) == ("Neuprint_Neurons_hand.csv", 2)


def test_inner_quotes_that_are_well_written(tmp_path: Path) -> None:
    names = ['"a ""b"" c"', '"""b"""', 'a "b" c', '""""']
    rows = "".join(f"{i},{i},0,0,,,{name},,Segment,,\n" for i, name in enumerate(names, 30))
    store = ingest_bundle(tmp_path, Neurons=NEURONS + rows)
    notes = ask(store, "SELECT notes FROM segment WHERE bodyId >= 30 ORDER BY bodyId")
    assert notes["notes"].tolist() == ['a "b" c', '"b"', 'a "b" c', '"']


# ROI flags -----------------------------------------------------------------------------------

CELLS = st.sampled_from([True, False, None])


@st.composite
def flag_columns(draw: st.DrawFn) -> list[list[bool | None]]:
    """Columns of one length, some of them all true or all empty."""
    rows = draw(st.integers(0, 40))
    column = st.one_of(
        st.lists(CELLS, min_size=rows, max_size=rows),
        st.sampled_from([True, False, None]).map(lambda cell: [cell] * rows),
    )
    return draw(st.lists(column, min_size=1, max_size=20))


def combinations(columns: list[list[bool | None]], names: list[str]) -> Iterator[frozenset[str]]:
    """The ROI names of each row, the plain way."""
    for row in zip(*columns, strict=True):
        yield frozenset(name for name, cell in zip(names, row, strict=True) if cell)


@given(st.lists(flag_columns(), min_size=1, max_size=3), st.integers(0, 9))
def test_roi_set_numbers_are_those_of_a_plain_loop(
    batches: list[list[list[bool | None]]], offset: int
) -> None:
    sets = RoiSets()
    names = ["AL(R)", "aL(R)", *(f"roi {i}" for i in range(18))]
    for columns in batches:
        # Slices, so that the bits of a row do not begin where a byte does.
        flags = [pa.array([True] * offset + cells, pa.bool_())[offset:] for cells in columns]
        numbers = roi_set_numbers(flags, names[: len(flags)], sets)
        assert numbers.type == pa.int32()
        wanted = list(combinations(columns, names[: len(flags)]))
        assert numbers.to_pylist() == [sets.numbers[combination] for combination in wanted]
    assert sorted(sets.numbers.values()) == list(range(len(sets.numbers)))


def test_roi_set_numbers_of_many_flags() -> None:
    draw = np.random.default_rng(0)
    inside = draw.random((230, 5000)) < 0.01
    flags = [pa.array(row, mask=~row) for row in inside]
    names = [f"roi {index}" for index in range(230)]
    sets = RoiSets()
    numbers = roi_set_numbers(flags, names, sets).to_pylist()
    wanted = combinations(inside.tolist(), names)
    assert all(sets.numbers[c] == n for c, n in zip(wanted, numbers, strict=True))
