"""Skeletons and meshes of ROIs that are ingested beside an export: kept to the bit, or refused."""

from __future__ import annotations

import bz2
import gzip
import math
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connstore.errors import IngestError
from connstore.ingestion import ingest
from connstore.ingestion.roi_meshes import find_roi_meshes
from connstore.ingestion.swc import read_swc
from connstore.store.opening import Store
from ingest import test_ingest as checks
from ingest.fixtures import ROOT, SHARED_DATA, entries, files_of, write_mini

SAMPLES = ROOT / "data-samples"
REAL = SHARED_DATA / "hemibrain-da1-skeletons" / "swc"

SWC = b"# made up\n1 1 5.5 6 7 2 -1\n2 0 5.5 6 1e1 0.1 1\n7 6 -0.25 6 +8 3 2\n"
OBJ = b"# made up\nv 0 0 0\nv 1.5 0 -2e3\nv .5 1 0 1.0\nvn 0 0 1\n\no thing\r\nf 1//1 2//1 3//1\n"
NODES = ["rowId", "node_type", *"xyz", "radius", "link"]


def put(directory: Path, **files: bytes) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (directory / name).write_bytes(data)
    return directory


def make(home: Path, name: str = "store", **options: Any) -> Store:
    """A store of the mini bundle, with something beside it."""
    source = home / "export"
    if not source.exists():
        write_mini(source)
    return ingest(source, home / name, progress=False, **options)


def nodes_of(store: Store, body: int) -> list[tuple[float, ...]]:
    rows = [row for row in store.read("skeleton").to_pylist() if row["bodyId"] == body]
    assert [row["ordinal"] for row in rows] == list(range(1, len(rows) + 1))
    return [tuple(row[name] for name in NODES) for row in rows]


def by_hand(text: str) -> list[tuple[float, ...]]:
    """The nodes of an SWC text, read without any library."""
    lines = (line.split("#")[0].split() for line in text.replace("\ufeff", "").split("\n"))
    kinds = (int, int, float, float, float, float, int)
    return [tuple(k(c) for k, c in zip(kinds, cells, strict=True)) for cells in lines if cells]


def meshes_of(store: Store) -> dict[str, bytes]:
    return {row["roi"]: row["obj"] for row in store.read("roi_mesh").to_pylist()}


def notes(store: Store) -> dict[str, tuple[int, str]]:
    rows = store.read("finding").to_pylist()
    return {r["code"]: (r["rows"], r["detail"]) for r in rows if r["kind"] == "note"}


# --- what is read ----------------------------------------------------------------------------


def test_the_samples(tmp_path: Path) -> None:
    store = ingest(
        SAMPLES,
        tmp_path / "store",
        skeletons=SAMPLES / "skeletons",
        roi_meshes=SAMPLES / "roi-meshes",
        progress=False,
    )
    for path in (SAMPLES / "skeletons").iterdir():
        assert nodes_of(store, int(path.stem)) == by_hand(path.read_text())
    assert list(meshes_of(store)) == ["AL(R)", "CRE(-ROB,-RUB)(R)", "EB", "aL(R)"]
    assert meshes_of(store)["aL(R)"] == (SAMPLES / "roi-meshes/%61L(R).obj").read_bytes()
    assert notes(store) == {}
    checks.test_tables_are_sorted(store)
    checks.test_columns_are_those_of_the_schema(store)
    checks.test_keys_have_values(store)
    store.verify()
    told = {row["path"]: row for row in store.read("source_file").to_pylist()}
    for kind in ("skeletons", "roi-meshes"):
        for path in (SAMPLES / kind).iterdir():
            row = told[f"{kind}/{path.name}"]
            assert row["bytes"] == path.stat().st_size and row["rows_read"] > 0


def test_real_skeletons(tmp_path: Path) -> None:
    if not REAL.is_dir():
        pytest.skip("no data: shared/data/hemibrain-da1-skeletons")
    store = make(tmp_path, skeletons=REAL)
    for path in REAL.iterdir():
        assert nodes_of(store, int(path.stem)) == by_hand(path.read_text())
    assert notes(store) == {
        "skeleton_without_body": (5, "skeletons of bodies that have no row of their own")
    }


def test_packed_and_in_folders(tmp_path: Path) -> None:
    plain = put(tmp_path / "plain", **{"10000.swc": SWC, "10001.swc": SWC + b"8 0 0 0 0 0 1\n"})
    packed = put(tmp_path / "packed" / "a", **{"10000.swc.gz": gzip.compress(SWC)})
    put(packed.parent / "b", **{"10001.swc.bz2": bz2.compress(SWC + b"8 0 0 0 0 0 1\n")})
    put(packed.parent, **{"README.md": b"not a skeleton", ".10000.swc": b"nor this"})
    meshes = put(tmp_path / "meshes", **{"a'L(L).obj.gz": gzip.compress(OBJ)})
    one = make(
        tmp_path, "one", skeletons=plain, roi_meshes=put(tmp_path / "m", **{"a'L(L).obj": OBJ})
    )
    two = make(tmp_path, "two", skeletons=packed.parent, roi_meshes=meshes)
    assert one.fingerprint == two.fingerprint and files_of(one) == files_of(two)
    assert meshes_of(two) == {"a'L(L)": OBJ}


@pytest.mark.parametrize(
    ("skeletons", "meshes"),
    [
        ({"10000.swc": SWC.replace(b"0.1", b"0.10000000000000001")}, {"EB.obj": OBJ}),
        ({"10000.swc": SWC, "5.swc": SWC}, {"EB.obj": OBJ}),
        ({"10001.swc": SWC}, {"EB.obj": OBJ}),
        ({"10000.swc": SWC}, {"EB.obj": OBJ.replace(b"made up", b"made uP")}),
        ({"10000.swc": SWC}, {"eb.obj": OBJ}),
    ],
)
def test_the_fingerprint_is_of_the_shapes_too(
    tmp_path: Path, skeletons: dict[str, bytes], meshes: dict[str, bytes]
) -> None:
    bare = make(tmp_path, "bare").fingerprint
    swc, obj = put(tmp_path / "s", **{"10000.swc": SWC}), put(tmp_path / "m", **{"EB.obj": OBJ})
    usual = make(tmp_path, "usual", skeletons=swc, roi_meshes=obj).fingerprint
    other = make(
        tmp_path,
        "other",
        skeletons=put(tmp_path / "s2", **skeletons),
        roi_meshes=put(tmp_path / "m2", **meshes),
    ).fingerprint
    same = skeletons.get("10000.swc", b"")
    equal = by_hand(same.decode()) == by_hand(SWC.decode()) and meshes == {"EB.obj": OBJ}
    assert (other == usual) == (equal and len(skeletons) == 1)
    assert bare not in (usual, other)


def test_strange_ones_are_kept_and_told(tmp_path: Path) -> None:
    lost = b"1 0 1 1 1 1 -1\n2 0 1 1 1 1 9\n"
    store = make(
        tmp_path,
        skeletons=put(tmp_path / "s", **{"10000.swc": lost, "31.swc": SWC}),
        roi_meshes=put(tmp_path / "m", **{"EB.obj": OBJ, "FB-column3.obj": OBJ}),
    )
    assert notes(store) == {
        "skeleton_lost_parent": (
            1,
            "skeletons with nodes whose parent is not among their nodes: taken as roots",
        ),
        "skeleton_without_body": (1, "skeletons of bodies that have no row of their own"),
        "mesh_without_roi": (1, "ROI meshes of names that are no ROIs here: EB"),
    }
    assert nodes_of(store, 10000)[1][-1] == 9 and set(meshes_of(store)) == {"EB", "FB-column3"}


HOSTILE = [
    "a/b",
    "AL(R)",
    "aL(R)",
    "al(r)",
    'q"q',
    "back`tick",
    "100%",
    "%2F",
    "é🧠",
    " ",
    "..",
    "a\nb",
]


def test_hostile_names_of_rois(tmp_path: Path) -> None:
    """Every name has a file name; no two share one, on a file system that ignores case either."""

    def file_name(name: str, taken: set[str]) -> str:
        text = quote(name, safe="()'").replace(".", "%2E")
        while text.casefold() in taken:
            text = "".join(f"%{byte:02X}" for byte in name.encode())
        taken.add(text.casefold())
        return f"{text}.obj"

    taken: set[str] = set()
    contents = {name: OBJ + f"# {name!r}\n".encode() for name in HOSTILE if name != "al(r)"}
    meshes = put(tmp_path / "m", **{file_name(n, taken): obj for n, obj in contents.items()})
    assert meshes_of(make(tmp_path, roi_meshes=meshes)) == contents


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40).filter(lambda t: t.isprintable()))
def test_any_name_of_an_roi(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    directory = put(
        tmp_path_factory.mktemp("m"),
        **{quote(name, safe="").replace(".", "%2E")[:240] + ".obj": OBJ},
    )
    if len(quote(name, safe="").replace(".", "%2E")) <= 240:
        assert list(find_roi_meshes(directory)) == [name]


# --- SWC text --------------------------------------------------------------------------------

_NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.sampled_from(
    ["0", "-0.0", "+1.5", ".5", "5.", "1e-7", "1E+3", "0012", "0.1", "16777217", "1" * 30]
)
_INTS = st.integers(-(2**31), 2**31 - 1).map(str)
_BLANK = st.sampled_from([" ", "  ", "\t", " \t "])


@st.composite
def swc_texts(draw: st.DrawFn, plain: bool) -> str:
    ids = draw(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=12, unique=True))
    lines = draw(st.lists(st.sampled_from(["# x y z", "#", ""]), max_size=3))
    for number in ids:
        cells = [str(number), draw(_INTS), *(draw(_NUMBERS) for _ in range(4)), draw(_INTS)]
        line = cells[0]
        for cell in cells[1:]:
            line += (" " if plain else draw(_BLANK)) + cell
        if not plain:
            line = draw(st.sampled_from(["", " "])) + line
            line += draw(
                st.sampled_from(["", " ", "\r", " # a comment", "\n", "\n# 1 2 3", "\n \t"])
            )
        lines.append(line)
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


@pytest.mark.parametrize("plain", [True, False])
@settings(deadline=None)
@given(data=st.data())
def test_every_number_of_a_skeleton_is_kept(plain: bool, data: st.DataObject) -> None:
    text = data.draw(swc_texts(plain))
    table = read_swc(text.encode(), "1.swc")
    assert table.column_names == NODES
    found = list(zip(*(table[name].to_pylist() for name in NODES), strict=True))
    assert [bits(row) for row in found] == [bits(row) for row in by_hand(text)]


def bits(row: Iterable[float]) -> list[bytes]:
    return [struct.pack("<d", value) for value in row]


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text("0123456789.eE+-# \t\n\r", max_size=200).map(str.encode))
def test_any_bytes_are_nodes_or_one_clear_error(data: bytes) -> None:
    try:
        table = read_swc(data, "1.swc")
    except IngestError as error:
        assert error.file == "1.swc"
    else:
        assert table.num_rows and all(math.isfinite(x) for x in table["x"].to_pylist())


def test_long_files_are_read_whole() -> None:
    lines = b"".join(b"%d 0 %d.5 2 3 4 %d\n" % (n, n, n - 1 or -1) for n in range(1, 100_001))
    table = read_swc(lines, "1.swc")
    assert table["x"].to_pylist() == [n + 0.5 for n in range(1, 100_001)]
    assert isinstance(table, pa.Table)


# --- what is refused -------------------------------------------------------------------------

_BAD_SWC = {
    "few": (SWC + b"8 0 1 2 3 4\n", "line 5: a node has 7 numbers (rowId, node_type, x"),
    "many": (b"1 0 1 2 3 4 -1 5\n", "line 1: a node has 7 numbers"),
    "text": (SWC.replace(b"-0.25", b"none"), "line 4, column 'x': 'none' is not a finite number"),
    "nan": (SWC.replace(b"0.1", b"nan"), "line 3, column 'radius': 'nan' is not a finite number"),
    "huge": (SWC.replace(b"0.1", b"1e999"), "line 3, column 'radius': '1e999' is not a finite"),
    "id": (
        SWC.replace(b"\n7 6", b"\n3.0 6"),
        "line 4, column 'rowId': '3.0' is not a whole number",
    ),
    "underscore": (SWC.replace(b"-0.25", b"1_0"), "line 4, column 'x': '1_0' is not a finite"),
    "underscores": (SWC.replace(b"\n7 6", b"\n1_0 6"), "line 4, column 'rowId': '1_0' is not a"),
    "id64": (SWC.replace(b"\n7 6", b"\n2147483648 6"), "line 4, column 'rowId': '2147483648'"),
    "twice": (
        SWC.replace(b"\n7 6", b"\n1 6"),
        "line 4, column 'rowId': node 1 is on line 2 already",
    ),
    "empty": (b"", "the skeleton has no nodes"),
    "comments": (b"# nothing\n\n# more\n", "the skeleton has no nodes"),
    "binary": (b"\x00\xff" * 20, "line 1: a node has 7 numbers"),
    "html": (b"<html>\n", "line 1: a node has 7 numbers"),
}
_BAD_OBJ = {
    "vertex": (OBJ.replace(b"v 0 0 0", b"v 0 0"), "line 2: 'v 0 0' is no line of an OBJ file"),
    "number": (OBJ.replace(b"-2e3", b"-2f3"), "line 3: 'v 1.5 0 -2f3' is no line"),
    "face": (OBJ.replace(b"3//1", b""), "line 8: 'f 1//1 2//1' is no line"),
    "corner": (OBJ.replace(b"3//1", b"c"), "line 8: 'f 1//1 2//1 c' is no line"),
    "cut": (OBJ[: OBJ.index(b"o thing")], "the mesh has no faces"),
    "empty": (b"", "the mesh has no faces"),
    "html": (b"<!DOCTYPE html>\n", "line 1: '<!DOCTYPE html>' is no line of an OBJ file"),
    "error": (b'{"error":"no key"}', 'line 1: \'{"error":"no key"}\' is no line'),
}


@pytest.mark.parametrize("case", _BAD_SWC)
def test_bad_skeletons(case: str, tmp_path: Path) -> None:
    data, message = _BAD_SWC[case]
    swc = put(tmp_path / "swc", **{"9.swc": SWC, "10.swc": data})
    refused(
        tmp_path,
        f"file skeletons/10.swc{',' if 'line' in message else ':'} {message}",
        skeletons=swc,
    )


@pytest.mark.parametrize("case", _BAD_OBJ)
def test_bad_meshes(case: str, tmp_path: Path) -> None:
    data, message = _BAD_OBJ[case]
    obj = put(tmp_path / "obj", **{"EB.obj": OBJ, "a%2Fb.obj": data})
    refused(
        tmp_path,
        f"file roi-meshes/a%2Fb.obj{',' if 'line' in message else ':'} {message}",
        roi_meshes=obj,
    )


def refused(home: Path, message: str, **options: Any) -> None:
    with pytest.raises(IngestError) as caught:
        make(home, **options)
    assert str(caught.value).startswith(message), str(caught.value)
    assert "store" not in entries(home) and not [n for n in entries(home) if "staging" in n]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "the directory of skeletons, {directory}, holds no file *.swc"),
        ({"readme.txt": b""}, "the directory of skeletons, {directory}, holds no file *.swc"),
        ({"DA1.swc": SWC}, "file skeletons/DA1.swc: 'DA1' is no body id"),
        ({"-5.swc": SWC}, "file skeletons/-5.swc: '-5' is no body id"),
        ({f"{2**63}.swc": SWC}, f"file skeletons/{2**63}.swc: '{2**63}' is no body id"),
        (
            {"5.swc": SWC, "05.swc": SWC},
            "file skeletons/5.swc: it stands for 5, as skeletons/05.swc",
        ),
        (
            {"5.swc": SWC, "5.swc.gz": SWC},
            "file skeletons/5.swc.gz: it stands for 5, as skeletons/5",
        ),
        (
            {"5.swc.gz": SWC},
            "file skeletons/5.swc.gz: the file cannot be read to its end (Not a gz",
        ),
        (
            {"5.swc.gz": gzip.compress(SWC)[:-9]},
            "file skeletons/5.swc.gz: the file cannot be read to its end (Compressed file ended",
        ),
    ],
)
def test_bad_directories(files: dict[str, bytes], message: str, tmp_path: Path) -> None:
    directory = put(tmp_path / "s", **files)
    refused(tmp_path, message.format(directory=directory), skeletons=directory)


def test_no_directory(tmp_path: Path) -> None:
    refused(
        tmp_path, "the directory of skeletons, /no/where, does not exist", skeletons="/no/where"
    )
    file = put(tmp_path, **{"m.obj": OBJ}) / "m.obj"
    refused(tmp_path, f"the directory of roi-meshes, {file}, is no directory", roi_meshes=file)
    refused(
        tmp_path,
        "file roi-meshes/EB.obj.gz: it stands for 'EB', as roi-meshes/%45B.obj",
        roi_meshes=put(tmp_path / "m", **{"%45B.obj": OBJ, "EB.obj.gz": OBJ}),
    )
    refused(
        tmp_path,
        "file roi-meshes/%FF.obj: the name of the file, %XX decoded, is not UTF-8",
        roi_meshes=put(tmp_path / "m2", **{"%FF.obj": OBJ}),
    )
