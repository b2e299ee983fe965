"""Broken exports: each is refused with the place of the fault, or mended and counted.

Every case is the mini bundle with one thing changed. Whatever happens, nothing may be left
beside the destination but a store that is whole.
"""

from __future__ import annotations

import bz2
import gzip
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather
import pytest

from connstore.errors import ArgumentError, ConnstoreError, IngestError
from connstore.ingestion import ingest
from connstore.ingestion.feather_file import FeatherFile
from connstore.ingestion.header import TYPES, HeaderCell
from connstore.store.opening import Store
from ingest.fixtures import (
    CLOSE_TO,
    CONNECTIONS,
    CONNECTIONS_FEATHER,
    ELEMENT_SETS,
    ELEMENTS,
    META,
    NEURONS_0,
    NEURONS_1,
    NEURONS_FEATHER,
    PAIRS,
    SET_LINKS,
    SYNAPSES_0,
    SYNAPSES_1,
    copy_bundle,
    entries,
    pack,
    write_feathers,
    write_mini,
)

Change = Callable[[Path], None]


# Ways to change a bundle -----------------------------------------------------------------


def swap(file: str, old: str | bytes, new: str | bytes) -> Change:
    """Replace the one occurrence of a text."""
    before = old.encode() if isinstance(old, str) else old
    after = new.encode() if isinstance(new, str) else new

    def change(bundle: Path) -> None:
        data = (bundle / file).read_bytes()
        assert data.count(before) == 1, f"{old!r} is there {data.count(before)} times"
        (bundle / file).write_bytes(data.replace(before, after))

    return change


def content(file: str, data: bytes | str) -> Change:
    """Replace, or make, a whole file."""

    def change(bundle: Path) -> None:
        path = bundle / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    return change


def append(file: str, text: str) -> Change:
    """Add text to the end of a file."""
    return lambda bundle: content(file, (bundle / file).read_bytes() + text.encode())(bundle)


def lines(file: str, start: int, stop: int | None = None) -> Change:
    """Keep only some lines of a file."""

    def change(bundle: Path) -> None:
        kept = (bundle / file).read_bytes().splitlines(keepends=True)[start:stop]
        (bundle / file).write_bytes(b"".join(kept))

    return change


def remove(*names: str) -> Change:
    """Remove files and directories."""

    def change(bundle: Path) -> None:
        for name in names:
            path = bundle / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def packed(file: str, suffix: str, damage: Callable[[bytes], bytes]) -> Change:
    """Compress one file, then damage what came out."""
    compress = {".gz": lambda data: gzip.compress(data, mtime=0), ".bz2": bz2.compress}[suffix]

    def change(bundle: Path) -> None:
        data = (bundle / file).read_bytes()
        (bundle / file).unlink()
        (bundle / (file + suffix)).write_bytes(damage(compress(data)))

    return change


def flipped(data: bytes, index: int) -> bytes:
    """The data with one byte changed."""
    changed = bytearray(data)
    changed[index] ^= 0xFF
    return bytes(changed)


def feather(file: str, change_table: Callable[[pa.Table], pa.Table], **options: object) -> Change:
    """Write a side feather anew, changed."""

    def change(bundle: Path) -> None:
        table = change_table(pyarrow.feather.read_table(str(bundle / file), memory_map=False))
        with warnings.catch_warnings(action="ignore"):  # version 1 is deprecated
            pyarrow.feather.write_feather(table, str(bundle / file), **options)

    return change


def column(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    """A table with one column replaced."""
    return table.set_column(table.schema.get_field_index(name), name, values)


def both(*changes: Change) -> Change:
    """Several changes, one after the other."""

    def change(bundle: Path) -> None:
        for one in changes:
            one(bundle)

    return change


# Exports that are refused ----------------------------------------------------------------


@dataclass(frozen=True)
class Refused:
    """A change after which the bundle is refused.

    Attributes:
        name: Name of the test.
        change: What is done to the bundle.
        says: What the message says, as a regular expression.
        file: The file it names.
        line: The line it names.
        column: The column it names.
        feathers: Whether the bundle has side feathers.
    """

    name: str
    change: Change
    says: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    feathers: bool = False


PRE, POST, GROUP = "pre:int", "post:int", "group:long"
BODY_ID = ":ID(Body-ID)"
START, END = ":START_ID(Body-ID)", ":END_ID(Body-ID)"
LOCATION = "location:point{srid:9157}"
SOMA = "somaLocation:point{srid:9157}"
T_BAR = "21990234652682,pre,0.9,10000,"

MISSING = (
    Refused("no_meta", remove(META), "lacks it", META),
    Refused("no_connections", remove(CONNECTIONS), "lacks it", CONNECTIONS),
    Refused("no_pairs", remove(PAIRS), "lacks it", PAIRS),
    Refused("no_neurons", remove("Neuprint_Neurons"), "is no neuPrint bundle"),
    Refused("no_neurons_no_config", remove("Neuprint_Neurons"), "it has no circuit_config.json"),
    Refused(
        "neurons_without_shards",
        remove(NEURONS_0, NEURONS_1),
        "lacks its CSV files",
        "Neuprint_Neurons",
    ),
    Refused("empty_directory", lambda b: [remove(p.name)(b) for p in b.iterdir()], "nothing"),
    Refused(
        "dangling_link",
        both(remove(NEURONS_0), lambda b: (b / NEURONS_0).symlink_to("nowhere")),
        "a link to nowhere, which leads nowhere",
        NEURONS_0,
    ),
    Refused(
        "directory_for_a_file", both(remove(META), lambda b: (b / META).mkdir()), "lacks it", META
    ),
    *(
        Refused(f"empty_{name}", content(file, ""), "the file is empty", file)
        for name, file in {
            "meta": META,
            "neurons": NEURONS_0,
            "connections": CONNECTIONS,
            "synapses": SYNAPSES_0,
            "pairs": PAIRS,
            "elements": ELEMENTS,
            "closeto": CLOSE_TO,
            "element_sets": ELEMENT_SETS,
        }.items()
    ),
    Refused(
        "empty_gz",
        both(remove(PAIRS), content(PAIRS + ".gz", "")),
        "the file is empty",
        PAIRS + ".gz",
    ),
    Refused("blank_lines_only", content(PAIRS, "\n\n"), "the file is empty", PAIRS),
)

HEADERS = (
    Refused("neurons_lack_id", swap(NEURONS_0, BODY_ID, "x:int"), "no column :ID", NEURONS_0),
    Refused("neurons_lack_label", swap(NEURONS_0, ":LABEL", "x:string"), ":LABEL", NEURONS_0),
    Refused("neurons_lack_roi_info", swap(NEURONS_0, "roiInfo:", "x:"), "roiInfo", NEURONS_0),
    Refused("connections_lack_start", swap(CONNECTIONS, START, "x:int"), ":START_ID", CONNECTIONS),
    Refused("connections_lack_end", swap(CONNECTIONS, END, "x:int"), ":END_ID", CONNECTIONS),
    Refused(
        "connections_lack_weight", swap(CONNECTIONS, ",weight:int", ",x:int"), "weight", CONNECTIONS
    ),
    Refused("synapses_lack_type", swap(SYNAPSES_0, "type:string", "x:string"), "type", SYNAPSES_0),
    Refused("synapses_lack_location", swap(SYNAPSES_0, "location:", "x:"), "location", SYNAPSES_0),
    Refused("pairs_lack_end", lines(PAIRS, 1), "no column :START_ID", PAIRS),
    Refused(
        "role_twice",
        swap(CONNECTIONS, END, ":START_ID(Body-ID)"),
        "twice",
        CONNECTIONS,
        1,
        START,
    ),
    Refused(
        "property_twice",
        swap(NEURONS_0, "instance:string", "type:string"),
        "twice",
        NEURONS_0,
        1,
        "type:string",
    ),
    Refused(
        "property_twice_of_two_types",
        swap(NEURONS_0, "instance:string", "type:long"),
        "twice",
        NEURONS_0,
        1,
        "type:long",
    ),
    Refused(
        "neurons_of_other_id_space",
        swap(NEURONS_0, BODY_ID, ":ID(Syn-ID)"),
        "'Syn-ID', not 'Body-ID'",
        NEURONS_0,
        1,
        ":ID(Syn-ID)",
    ),
    Refused(
        "connections_of_other_id_space",
        swap(CONNECTIONS, END, ":END_ID(SynSet-ID)"),
        "'SynSet-ID', not 'Body-ID'",
        CONNECTIONS,
        1,
        ":END_ID(SynSet-ID)",
    ),
    Refused(
        "unknown_type",
        swap(NEURONS_0, "instance:string", "instance:strnig"),
        "'strnig'",
        NEURONS_0,
        1,
        "instance:strnig",
    ),
    Refused(
        "unknown_type_in_synapses",
        swap(SYNAPSES_0, "split:string", "split:text"),
        "'text'",
        SYNAPSES_0,
        1,
        "split:text",
    ),
    Refused(
        "header_not_utf8",
        swap(NEURONS_1, b"FB-column3:boolean", b"FB\xffcolumn3:boolean"),
        "not valid UTF-8",
        NEURONS_1,
        1,
    ),
    Refused(
        "utf16",
        lambda b: content(PAIRS, (b / PAIRS).read_bytes().decode().encode("utf-16"))(b),
        "not valid UTF-8",
        PAIRS,
        1,
    ),
    Refused("no_header", lines(CONNECTIONS, 1), "'10000' twice", CONNECTIONS, 1, "10000"),
)

CELLS = (
    Refused("text_for_int", swap(NEURONS_0, "777,0,0", "777,0,none"), "'none'", NEURONS_0, 3, PRE),
    Refused("float_for_int", swap(NEURONS_0, "777,0,0", "777,0,1.5"), "'1.5'", NEURONS_0, 3, PRE),
    Refused("nan_id", swap(NEURONS_0, "\n777,", "\nNaN,"), "'NaN'", NEURONS_0, 3, BODY_ID),
    Refused(
        "id_of_65_bits",
        swap(NEURONS_0, "\n777,", "\n9223372036854775808,"),
        "does not fit 64 bits",
        NEURONS_0,
        3,
        BODY_ID,
    ),
    Refused(
        "id_as_float",
        swap(CONNECTIONS, "10001,720575940596125868", "10001,7.20575940596e+17"),
        "is not a whole number",
        CONNECTIONS,
        5,
        END,
    ),
    Refused(
        "float_for_long_after_newline_in_cell",
        swap(NEURONS_1, "true,,,,", "true,1.5,,,"),
        "'1.5'",
        NEURONS_1,
        4,
        GROUP,
    ),
    Refused(
        "text_for_float",
        swap(SYNAPSES_1, T_BAR, "21990234652682,pre,high,10000,"),
        "'high'",
        SYNAPSES_1,
        2,
        "confidence:float",
    ),
    Refused(
        "bad_boolean", swap(NEURONS_1, "false", "maybe"), "'maybe'", NEURONS_1, 2, "cropped:boolean"
    ),
    Refused(
        "bad_roi_flag",
        swap(SYNAPSES_1, '300}",true', '300}",yes'),
        "'yes'",
        SYNAPSES_1,
        3,
        "CRE(-ROB,-RUB)(R):boolean",
    ),
    Refused(
        "bad_location",
        swap(SYNAPSES_0, "{x:106, y:206, z:306}", "{x:106, y:206}"),
        "is not a point",
        SYNAPSES_0,
        3,
        LOCATION,
    ),
    Refused(
        "bad_location_number",
        swap(SYNAPSES_0, "{x:106, y:206, z:306}", "{x:1.0.6, y:206, z:306}"),
        "is not a point",
        SYNAPSES_0,
        3,
        LOCATION,
    ),
    Refused(
        "bad_element_location",
        swap(ELEMENTS, "{x:31, y:4, z:8}", "31 4 8"),
        "is not a point",
        ELEMENTS,
        2,
        LOCATION,
    ),
    Refused(
        "bad_soma_location",
        swap(NEURONS_1, "{x:1, y:2.5, z:-3}", "(1, 2.5, -3)"),
        "is not a point",
        NEURONS_1,
        2,
        SOMA,
    ),
    Refused(
        "bad_utf8",
        swap(NEURONS_1, "é", b"\xe9"),
        "not valid UTF-8",
        NEURONS_1,
        2,
        "instance:string",
    ),
    Refused("unclosed_quote", swap(NEURONS_1, 'line2"', "line2"), "quot", NEURONS_1, 3),
    Refused(
        "unclosed_quote_at_the_end",
        swap(CONNECTIONS, "68,1,1,0,{}", '68,1,1,0,"{}'),
        "quot",
        CONNECTIONS,
        5,
    ),
    Refused(
        "quote_closed_too_early",
        swap(NEURONS_1, '"é, ""x"""', '"é" x'),
        "quot",
        NEURONS_1,
        2,
    ),
    Refused(
        "two_cells_that_begin_with_a_quote",
        both(swap(NEURONS_0, "0.5assign", '"0.5assign'), swap(NEURONS_0, "0,1,,", '0,1,"Leaves,')),
        "quot",
        NEURONS_0,
        2,
    ),
    Refused("row_too_short", swap(PAIRS, ",1328210469978214", ""), "1 cells", PAIRS, 5),
    Refused(
        "row_too_long", swap(PAIRS, "1328210469978214", "1328210469978214,1"), "3 cells", PAIRS, 5
    ),
    Refused(
        "cut_short",
        lambda b: content(CONNECTIONS, (b / CONNECTIONS).read_bytes()[:-9])(b),
        "3 cells, the header 6",
        CONNECTIONS,
        5,
    ),
    Refused("null_body", swap(NEURONS_0, "\n777,", "\n,"), "is empty", NEURONS_0, 3, BODY_ID),
    Refused(
        "null_label",
        swap(NEURONS_0, "99511627776,Segment;mini_Segment", "99511627776,"),
        "is empty",
        NEURONS_0,
        2,
        ":LABEL",
    ),
    Refused(
        "null_start", swap(CONNECTIONS, "10001,10000", ",10000"), "empty", CONNECTIONS, 4, START
    ),
    Refused(
        "null_weight",
        swap(CONNECTIONS, "10000,10001,2,1", "10000,10001,2,"),
        "empty",
        CONNECTIONS,
        3,
        "weight:int",
    ),
    Refused(
        "weight_of_33_bits",
        swap(CONNECTIONS, "10000,10001,2,1", "10000,10001,2,2147483648"),
        "2147483648",
        CONNECTIONS,
        3,
        "weight:int",
    ),
    Refused(
        "null_pair", swap(PAIRS, ",1328210469978214", ","), "empty", PAIRS, 5, ":END_ID(Element-ID)"
    ),
    Refused(
        "null_synapse_id",
        swap(SYNAPSES_1, T_BAR, ",pre,0.9,10000,"),
        "empty",
        SYNAPSES_1,
        2,
        ":ID(Element-ID)",
    ),
    Refused(
        "null_synapse_type",
        swap(SYNAPSES_1, T_BAR, "21990234652682,,0.9,10000,"),
        "empty",
        SYNAPSES_1,
        2,
        "type:string",
    ),
    Refused(
        "null_location",
        swap(SYNAPSES_0, '"{x:106, y:206, z:306}"', ""),
        "empty",
        SYNAPSES_0,
        3,
        LOCATION,
    ),
    Refused(
        "unknown_synapse_type",
        swap(SYNAPSES_1, T_BAR, "21990234652682,presyn,0.9,10000,"),
        "'presyn'",
        SYNAPSES_1,
        2,
        "type:string",
    ),
    Refused(
        "null_closeto",
        swap(CLOSE_TO, "21990234652682", ""),
        "empty",
        CLOSE_TO,
        2,
        ":START_ID(Element-ID)",
    ),
)

TWICE = (
    Refused(
        "body_twice",
        append(NEURONS_0, "777" + ",0" * 6 + "," * 8 + "777,,{},,Segment\n"),
        "777 is there twice",
        NEURONS_0,
        4,
        BODY_ID,
    ),
    Refused(
        "body_in_two_shards",
        swap(NEURONS_1, "\n10000,", "\n0777,"),
        "777 is there twice",
        NEURONS_1,
        2,
        BODY_ID,
    ),
    Refused(
        "shard_twice",
        lambda b: packed(NEURONS_0, ".gz", lambda d: d)(b) or write_mini(b),
        "is there twice",
        NEURONS_0 + ".gz",
        3,
        BODY_ID,
    ),
    Refused(
        "connection_twice",
        append(CONNECTIONS, "10000,10001,2,1,1,{}\n"),
        "10000 -> 10001 is there twice",
        CONNECTIONS,
        6,
        START,
    ),
    Refused(
        "synapse_twice",
        swap(SYNAPSES_1, "1323812421369957,", "1319414372761700,"),
        "1319414372761700 is there twice",
        SYNAPSES_1,
        4,
        ":ID(Element-ID)",
    ),
    Refused(
        "element_twice",
        lambda b: append(ELEMENTS, (b / ELEMENTS).read_text().splitlines()[1] + "\n")(b),
        "35184380477471 is there twice",
        ELEMENTS,
        3,
        ":ID(Element-ID)",
    ),
)


def roi_info(text: str) -> Change:
    """Another roiInfo for the second connection."""
    cell = '"' + text.replace('"', '""') + '"'
    return swap(CONNECTIONS, '"{""CRE(-ROB,-RUB)(R)"":{""post"":1}}"', cell)


ROI_INFO = (
    tuple(
        Refused(f"roi_info_{name}", roi_info(text), "roiInfo", CONNECTIONS, 3, "roiInfo:string")
        for name, text in {
            "no_json": "{'EB': 1}",
            "cut_short": '{"EB":{"post":1}',
            "list": '[{"EB":{"post":1}}]',
            "number": "5",
            "null": "null",
            "flat": '{"EB":1}',
            "null_entry": '{"EB":null}',
            "fraction": '{"EB":{"post":1.5}}',
            "null_count": '{"EB":{"post":null}}',
            "text_count": '{"EB":{"post":"many"}}',
            "list_count": '{"EB":{"post":[1]}}',
            "roi_twice": '{"EB":{"post":1},"EB":{"post":2}}',
            "count_twice": '{"EB":{"post":1,"post":2}}',
            "lone_surrogate": '{"E\\ud800B":{"post":1}}',
        }.items()
    )
    + tuple(
        Refused(
            f"roi_info_{name}",
            roi_info(text),
            "roiInfo",
            CONNECTIONS,
            3,
            "roiInfo:string",
        )
        for name, text in {
            "digits_in_text_count": '{"EB":{"post":"1"}}',
            "boolean_count": '{"EB":{"post":true}}',
            "count_of_33_bits": '{"EB":{"post":2147483648}}',
        }.items()
    )
    + (
        Refused(
            "roi_info_of_a_body",
            swap(NEURONS_0, "Assign,{},", "Assign,none,"),
            "'none'",
            NEURONS_0,
            2,
            "roiInfo:string",
        ),
    )
)


def meta(old: str, new: str) -> Change:
    """Another text in the Meta file."""
    return swap(META, old, new)


BROKEN_META = (
    Refused("meta_without_row", lines(META, 0, 1), "one row", META),
    Refused("meta_with_two_rows", append(META, "a,b\n"), "one row", META),
    Refused("meta_row_too_short", meta("false,Meta;mini_Meta", "false"), "as many cells", META),
    Refused(
        "meta_bad_float",
        meta(",0.4,", ",much,"),
        "'much'",
        META,
        3,
        "postHighAccuracyThreshold:float",
    ),
    Refused(
        "meta_nan", meta(",0.4,", ",nan,"), "'nan'", META, 3, "postHighAccuracyThreshold:float"
    ),
    Refused("meta_bad_int", meta(",3,5,", ",3.5,5,"), "'3.5'", META, 3, "totalPreCount:int"),
    Refused(
        "meta_bad_array",
        meta("8.0;8.0;8.0", "8.0;8.0;"),
        "'8.0;8.0;'",
        META,
        3,
        "voxelSize:float[]",
    ),
    Refused(
        "meta_bad_boolean",
        meta("false,Meta", "maybe,Meta"),
        "'maybe'",
        META,
        3,
        "hideDataSet:boolean",
    ),
    Refused(
        "meta_unknown_type",
        meta("voxelUnits:string", "voxelUnits:text"),
        "'text'",
        META,
        1,
        "voxelUnits:text",
    ),
    Refused(
        "meta_property_twice",
        meta("tag:string", "dataset:string"),
        "twice",
        META,
        1,
        "dataset:string",
    ),
    Refused(
        "meta_rois_no_list",
        meta("primaryRois:string[]", "primaryRois:string"),
        "list of ROI names",
        META,
        3,
        "primaryRois:string",
    ),
    Refused(
        "meta_roi_info_no_json",
        meta('""parent"": null}}"', '""parent"": None}}"'),
        "should hold JSON",
        META,
        3,
        "roiInfo:string",
    ),
    Refused(
        "meta_roi_info_list",
        meta(
            '"{""CRE(-ROB,-RUB)(R)"": {""pre"": 2, ""post"": 3, ""parent"": ""mini""}, '
            '""a\'L(L)"": {""pre"": 0, ""post"": 1, ""parent"": null}, '
            '""FB-column3"": {""pre"": 1, ""post"": 1, ""parent"": null}}"',
            "[]",
        ),
        "a JSON object",
        META,
        3,
        "roiInfo:string",
    ),
    Refused(
        "meta_roi_info_lone_surrogate",
        meta('""a\'L(L)"": {', '""a\\ud800"": {'),
        "should hold JSON",
        META,
        3,
        "roiInfo:string",
    ),
    Refused(
        "meta_hierarchy_no_json",
        meta('"{""name"": ""mini"",', '"{""name: ""mini"",'),
        "should hold JSON",
        META,
        3,
        "roiHierarchy:string",
    ),
    Refused(
        "meta_hierarchy_too_deep",
        meta('[{""name"": ""a\'L(L)""}', "[" * 100_000),
        "should hold JSON",
        META,
        3,
        "roiHierarchy:string",
    ),
    Refused(
        "meta_not_utf8",
        meta("nanometers", b"nano\xffmeters"),
        "not valid UTF-8",
        META,
        3,
        "voxelUnits:string",
    ),
    Refused("meta_unclosed_quote", meta('""quoted"""', '""quoted""'), "quot", META, 2),
    Refused("meta_names_no_dataset", meta("\nmini,v0.1", "\n,v0.1"), "--dataset"),
)

PACKED = (
    *(
        Refused(f"{name}_{file_name}", packed(file, suffix, damage), says, file + suffix)
        for file_name, file in {"pairs": PAIRS, "neurons": NEURONS_0, "meta": META}.items()
        for name, suffix, damage, says in (
            ("gz_cut_short", ".gz", lambda d: d[: len(d) // 2], "to its end"),
            ("gz_without_trailer", ".gz", lambda d: d[:-8], "to its end"),
            ("gz_of_wrong_crc", ".gz", lambda d: flipped(d, -8), "to its end"),
            ("gz_of_wrong_length", ".gz", lambda d: flipped(d, -1), "to its end"),
            ("gz_with_broken_stream", ".gz", lambda d: flipped(d, 20), "to its end"),
            ("gz_that_is_none", ".gz", gzip.decompress, "to its end"),
            ("bz2_cut_short", ".bz2", lambda d: d[: len(d) // 2], "to its end"),
            ("bz2_of_wrong_crc", ".bz2", lambda d: flipped(d, -3), "to its end"),
            ("bz2_that_is_none", ".bz2", bz2.decompress, "to its end"),
        )
    ),
)


def feather_bytes(file: str, damage: Callable[[bytes], bytes]) -> Change:
    """Damage the bytes of a feather file."""
    return lambda bundle: content(file, damage((bundle / file).read_bytes()))(bundle)


def drop_column(name: str) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.drop_columns([name])


def feather_cells(name: str, values: list[object], type_: pa.DataType) -> Callable[..., pa.Table]:
    return lambda table: column(table, name, pa.array(values, type_))


FEATHERS = tuple(
    Refused(name, change, says, file, None, column_, feathers=True)
    for name, file, change, says, column_ in (
        *(
            (f"{name}_{what}", file, feather_bytes(file, damage), "feather", None)
            for what, file in (("neurons", NEURONS_FEATHER), ("connections", CONNECTIONS_FEATHER))
            for name, damage in (
                ("feather_empty", lambda d: b""),
                ("feather_cut_short", lambda d: d[: len(d) // 2]),
                ("feather_without_end", lambda d: d[:-1]),
                ("feather_that_is_csv", lambda d: b":ID(Body-ID),pre:int\n1,2\n"),
                ("feather_footer_damaged", lambda d: flipped(d, -14)),
            )
        ),
        (
            "feather_v1",
            CONNECTIONS_FEATHER,
            feather(CONNECTIONS_FEATHER, lambda t: t, version=1),
            "feather",
            None,
        ),
        (
            "feather_lacks_id",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, drop_column(BODY_ID)),
            "no column :ID",
            None,
        ),
        (
            "feather_lacks_weight",
            CONNECTIONS_FEATHER,
            feather(CONNECTIONS_FEATHER, drop_column("weight:int")),
            "weight",
            None,
        ),
        (
            "feather_of_other_id_space",
            CONNECTIONS_FEATHER,
            feather(
                CONNECTIONS_FEATHER,
                lambda t: t.rename_columns([START, ":END_ID(x)", *t.column_names[2:]]),
            ),
            "id space",
            ":END_ID(x)",
        ),
        (
            "feather_column_twice",
            CONNECTIONS_FEATHER,
            feather(
                CONNECTIONS_FEATHER,
                lambda t: t.append_column("weight:long", t["weight:int"]),
            ),
            "twice",
            "weight:long",
        ),
        (
            "feather_unknown_type",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, lambda t: t.append_column("x:text", t["type:string"])),
            "'text'",
            "x:text",
        ),
        (
            "feather_text_for_int",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(PRE, ["1", "2", "x", "4"], pa.string())),
            "x",
            PRE,
        ),
        (
            "feather_fraction_for_int",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(PRE, [1, 2, 1.5, 4], pa.float64())),
            "1.5",
            PRE,
        ),
        (
            "feather_nan_for_int",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(PRE, [1, 2, float("nan"), 4], pa.float64())),
            "nan",
            PRE,
        ),
        (
            "feather_id_of_64_bits_unsigned",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(BODY_ID, [1, 2, 3, 2**63], pa.uint64())),
            "9223372036854775808",
            BODY_ID,
        ),
        (
            "feather_bad_boolean",
            NEURONS_FEATHER,
            feather(
                NEURONS_FEATHER,
                feather_cells("cropped:boolean", ["true", "no way", None, None], pa.string()),
            ),
            "no way",
            "cropped:boolean",
        ),
        (
            "feather_bad_point",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(SOMA, ["1 2 3", None, None, None], pa.string())),
            "is not a point",
            SOMA,
        ),
        (
            "feather_null_id",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, feather_cells(BODY_ID, [1, 2, None, 4], pa.int64())),
            "empty",
            BODY_ID,
        ),
        (
            "feather_body_twice",
            NEURONS_FEATHER,
            feather(NEURONS_FEATHER, lambda t: pa.concat_tables([t, t.slice(0, 1)])),
            "10001 is there twice",
            BODY_ID,
        ),
        (
            "feather_roi_info_list",
            CONNECTIONS_FEATHER,
            feather(CONNECTIONS_FEATHER, feather_cells("roiInfo:string", ["[]"] * 4, pa.string())),
            "roiInfo",
            "roiInfo:string",
        ),
        (
            "feather_not_utf8",
            NEURONS_FEATHER,
            feather(
                NEURONS_FEATHER,
                lambda t: column(
                    t,
                    "type:string",
                    pa.Array.from_buffers(
                        pa.string(), 4, pa.array([b"\xff"] * 4, pa.binary()).buffers()
                    ),
                ),
            ),
            "UTF8",
            "type:string",
        ),
    )
)

REFUSED = (
    *MISSING, *HEADERS, *CELLS, *TWICE, *ROI_INFO, *BROKEN_META, *PACKED, *FEATHERS,
)  # fmt: skip


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_mini(tmp_path / "export")


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refused(case: Refused, bundle: Path, tmp_path: Path) -> None:
    if case.feathers:
        write_feathers(bundle)
    case.change(bundle)
    with pytest.raises(ConnstoreError, match=case.says) as raised:
        ingest(bundle, tmp_path / "store", progress=False)
    assert type(raised.value) is IngestError
    assert (raised.value.file, raised.value.line, raised.value.column) == (
        case.file,
        case.line,
        case.column,
    )
    assert list(entries(tmp_path)) == ["export"]


def test_names_are_unique() -> None:
    names = [case.name for case in REFUSED]
    assert len(names) == len(set(names)) >= 60


@pytest.mark.parametrize("file", [NEURONS_FEATHER, CONNECTIONS_FEATHER])
def test_flipped_bits_in_a_feather_raise_nothing_else(file: str, bundle: Path) -> None:
    """Other values at worst, since feathers have no checksums; no other error, and no crash."""
    write_feathers(bundle)
    whole = (bundle / file).read_bytes()
    cells = {cell.text: _cell_type(cell) for cell in FeatherFile(bundle / file, file).header}
    refused = 0
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        (bundle / file).write_bytes(changed)
        try:
            feather_file = FeatherFile(bundle / file, file)
            there = {cell.text for cell in feather_file.header}
            for batch in feather_file.batches({k: v for k, v in cells.items() if k in there}):
                batch.to_pydict()
        except IngestError as error:
            assert error.file == file
            refused += 1
    assert refused > len(whole) / 7 / 10


def _cell_type(cell: HeaderCell) -> str:
    if cell.role:
        return "string" if cell.role == "LABEL" else "int64"
    return TYPES[cell.type]


# Exports that are mended or whose faults are counted ------------------------------------


@dataclass(frozen=True)
class Counted:
    """A change after which the bundle is ingested, and the store tells what was wrong.

    Attributes:
        name: Name of the test.
        change: What is done to the bundle.
        drops: Rows left out, by code.
        violated: Identities that do not hold any more, with the number of violations.
    """

    name: str
    change: Change
    drops: dict[str, int] = field(default_factory=dict)
    violated: dict[str, int] = field(default_factory=dict)


COUNTED = (
    Counted(
        "dangling_connection",
        append(CONNECTIONS, "10000,999,0,0,0,{}\n"),
        {"dangling_connection": 1},
        {"connection_ends_exist": 1},
    ),
    Counted(
        "lost_neuron_shard",
        remove(NEURONS_0),
        {"dangling_connection": 1},
        {"connection_ends_exist": 1, "synapses_of_body": 1},
    ),
    Counted(
        "dangling_pair",
        append(PAIRS, "21990234652682,5\n"),
        {"dangling_pair": 1},
    ),
    Counted(
        "lost_synapse_shard",
        remove("Neuprint_Synapses/000003.csv"),
        {"dangling_pair": 1},
        {
            "synapses_of_body": 1,
            "synapses_of_body_in_roi": 1,
            "weightHR_of_pairs": 1,
            "synapse_sets_of_pairs": 1,
        },
    ),
    Counted(
        "no_connection",
        lines(CONNECTIONS, 0, 1),
        {},
        {
            "weightHR_of_pairs": 4,
            "weight_of_pairs": 3,
            "weightHP_of_pairs": 2,
            "roi_weight_of_pairs": 2,
            "downstream_of_connections": 2,
            "upstream_of_connections": 3,
        },
    ),
    Counted(
        "no_pair",
        lines(PAIRS, 0, 1),
        {},
        {
            "weightHR_of_pairs": 4,
            "weight_of_pairs": 3,
            "weightHP_of_pairs": 2,
            "roi_weight_of_pairs": 2,
            "downstream_of_pairs_in_roi": 3,
            "synapse_sets_of_pairs": 4,
        },
    ),
    Counted(
        "no_row_in_a_shard",
        lines(NEURONS_0, 0, 1),
        {"dangling_connection": 1},
        {"connection_ends_exist": 1, "synapses_of_body": 1},
    ),
    Counted(
        "dangling_closeto",
        append(CLOSE_TO, "1,5,35184380477471\n1,21990234652682,6\n"),
        {},
        {"closeto_ends_exist": 2},
    ),
    Counted(
        "dangling_element_set",
        append(ELEMENT_SETS, "777_mitochondrion,6\n"),
        {},
        {"element_set_members_exist": 1},
    ),
    Counted(
        "synapse_without_body",
        swap(SYNAPSES_0, "0.4,720575940596125868", "0.4,"),
        {},
        {
            "synapses_of_body": 1,
            "weightHR_of_pairs": 1,
            "weight_of_pairs": 1,
            "synapse_sets_of_pairs": 1,
        },
    ),
    Counted("broken_synapse_sets", swap(SET_LINKS, ",10000_10000_post", "")),
    Counted("no_synapse_sets", remove(SET_LINKS)),
    Counted("no_elements", remove("Neuprint_Elements", CLOSE_TO, ELEMENT_SETS)),
    Counted(
        "no_synapses_nor_elements",
        remove("Neuprint_Synapses", PAIRS, "Neuprint_Elements", CLOSE_TO, ELEMENT_SETS),
    ),
    Counted(
        "no_synapses",
        remove("Neuprint_Synapses", PAIRS),
    ),
    Counted(
        "foreign_files",
        both(
            content("README.txt", "x"),
            content("Neuprint_Neurons/x.md", "x"),
            content("Neuprint_Neurons/._0.csv", b"\0\5\x16\7"),
            content(".DS_Store", b"\0"),
        ),
    ),
    Counted(
        "byte_order_mark", lambda b: content(PAIRS, b"\xef\xbb\xbf" + (b / PAIRS).read_bytes())(b)
    ),
    Counted("blank_lines", append(PAIRS, "\n\n")),
    Counted("no_newline_at_the_end", lambda b: content(PAIRS, (b / PAIRS).read_bytes()[:-1])(b)),
    Counted("quote_within_an_unquoted_cell", swap(NEURONS_0, "0.5assign", 'half " assign')),
    Counted("meta_without_thresholds", both(meta(",0.4,0.0,0.7,", ",,,,"))),
    Counted(
        "meta_without_rois",
        both(meta('"CRE(-ROB,-RUB)(R);a\'L(L)"', ""), meta("roiInfo:string", "roiInfo2:string")),
    ),
)


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case.name)
def test_counted(case: Counted, bundle: Path, tmp_path: Path) -> None:
    case.change(bundle)
    store = ingest(bundle, tmp_path / "store", progress=False)
    findings = store.read("finding").to_pylist()
    assert {f["code"]: f["rows"] for f in findings if f["kind"] == "drop"} == case.drops
    assert {f["code"]: f["rows"] for f in findings if f["ok"] is False} == case.violated
    store.verify(progress=False)
    assert list(entries(tmp_path)) == ["export", "store"]


def test_unreadable_synapse_sets_are_noted(bundle: Path, tmp_path: Path) -> None:
    swap(SET_LINKS, ",10000_10000_post", "")(bundle)
    store = ingest(bundle, tmp_path / "store", progress=False)
    (note,) = [f for f in store.read("finding").to_pylist() if f["kind"] == "note"]
    assert note["code"] == "synapse_sets_unreadable"
    assert f"{SET_LINKS}, line 2" in note["detail"]


def test_a_quote_within_a_cell_stays(bundle: Path, tmp_path: Path) -> None:
    swap(NEURONS_0, "0.5assign", 'half " assign')(bundle)
    store = ingest(bundle, tmp_path / "store", progress=False)
    assert 'half " assign' in store.read("segment")["statusLabel"].to_pylist()


# Directories that are something else ------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("connectome-weights-male-cns-v0.9-minconf-0.5.feather", "flat feather tables"),
        ("syn-partners-male-cns-v0.9-minconf-0.5.feather.bz2", "flat feather tables"),
        ("syn-points-male-cns-v0.9-minconf-0.5.feather", "flat feather tables"),
        ("hemibrain-v1.2-synapse-partners.feather", "older release"),
        ("manc-v1.0-neuron-properties.feather", "older release"),
        ("Neuprint_Neurons_manc_v1.ftr", "MANC"),
        ("roi-connections.csv", "adjacency directory"),
        ("traced-total-connections.csv", "traced-adjacencies"),
        ("traced-neurons.csv", "traced-adjacencies"),
        ("proofread_connections_783.feather", "FlyWire"),
        ("flywire_synapses_783.feather", "FlyWire"),
        ("hemibrain_v1.2_neo4j_inputs.zip", "unpack"),
        ("manc-v1.0.tar.gz", "unpack"),
        ("photo.jpg", "photo.jpg"),
    ],
)
@pytest.mark.parametrize("below", ["", "inner"])
def test_other_exports_are_named(file: str, says: str, below: str, tmp_path: Path) -> None:
    directory = tmp_path / "export"
    content(f"{below}/{file}" if below else file, b"")(directory)
    with pytest.raises(IngestError, match=says if not below or says != file else "inner"):
        ingest(directory, tmp_path / "store", progress=False)
    assert list(entries(tmp_path)) == ["export"]


@pytest.mark.parametrize(
    "header", ["root_id,group,nt_type", "pre_root_id,post_root_id,neuropil,syn_count"]
)
def test_codex_tables_are_named(header: str, tmp_path: Path) -> None:
    content("export/connections.csv", header + "\n")(tmp_path)
    with pytest.raises(IngestError, match=r"FlyWire"):
        ingest(tmp_path / "export", tmp_path / "store", progress=False)


def test_a_file_is_no_export(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"is a file; unpack it and name the directory"):
        ingest(bundle / META, tmp_path / "store", progress=False)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"does not exist"):
        ingest(tmp_path / "export", tmp_path / "store", progress=False)


@pytest.mark.parametrize("argument", ["source", "skeletons", "roi_meshes"])
def test_paths_that_are_none(argument: str, bundle: Path, tmp_path: Path) -> None:
    for path, message in ((5, "should be a path"), ("a\0b", "NUL"), ("~nosuchuser", "without ~")):
        given: dict[str, Any] = {"source": bundle, "dest": tmp_path / "store"} | {argument: path}
        with pytest.raises(ArgumentError, match=f"{argument}=.*{message}"):
            ingest(**given, progress=False)
    given |= {argument: tmp_path / ("x" * 300)}
    with pytest.raises(IngestError, match=r"too long|does not exist"):
        ingest(**given, progress=False)
    assert list(entries(tmp_path)) == ["export"]


def test_several_bundles_below(bundle: Path, tmp_path: Path) -> None:
    write_mini(tmp_path / "both/a")
    write_mini(tmp_path / "both/b")
    with pytest.raises(IngestError, match=r"several exports: .*/both/a and .*/both/b"):
        ingest(tmp_path / "both", tmp_path / "store", progress=False)
    assert list(entries(tmp_path)) == ["both", "export"]


def test_several_old_bundles(tmp_path: Path) -> None:
    for suffix in ("_52a133", "_20631"):
        content(f"export/Neuprint_Neurons{suffix}.csv", ":ID(Body-ID)\n")(tmp_path)
    with pytest.raises(IngestError, match=r"several bundles: .*_20631.csv, .*_52a133.csv"):
        ingest(tmp_path / "export", tmp_path / "store", progress=False)


# Destinations -----------------------------------------------------------------------------


def test_dest_holds_something(bundle: Path, tmp_path: Path) -> None:
    content("store/notes.txt", "mine")(tmp_path)
    with pytest.raises(ArgumentError, match=r"exists and is not empty"):
        ingest(bundle, tmp_path / "store", progress=False)
    assert list(entries(tmp_path / "store")) == ["notes.txt"]
    assert list(entries(tmp_path)) == ["export", "store"]


def test_dest_is_a_file(bundle: Path, tmp_path: Path) -> None:
    content("store", "mine")(tmp_path)
    with pytest.raises(ArgumentError, match=r"exists"):
        ingest(bundle, tmp_path / "store", progress=False)
    assert (tmp_path / "store").read_text() == "mine"


def test_dest_is_an_empty_directory(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    ingest(bundle, tmp_path / "store", progress=False)
    assert list(entries(tmp_path)) == ["export", "store"]


def test_dest_lies_below_a_file(bundle: Path, tmp_path: Path) -> None:
    content("file", "mine")(tmp_path)
    with pytest.raises(IngestError, match=r"cannot write the store at .*/file/store"):
        ingest(bundle, tmp_path / "file/store", progress=False)
    assert list(entries(tmp_path)) == ["export", "file"]


def test_dest_in_the_source(bundle: Path) -> None:
    before = list(entries(bundle))
    store = ingest(bundle, bundle / "store", progress=False)
    assert list(entries(bundle)) == sorted([*before, "store"])
    paths = store.read("source_file")["path"].to_pylist()
    assert [path for path in paths if not path.startswith("Neuprint_")] == []


@pytest.mark.parametrize("dataset", ["", ":v1"])
def test_dataset_that_is_no_key(dataset: str, bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"is no key"):
        ingest(bundle, tmp_path / "store", dataset=dataset, progress=False)
    assert list(entries(tmp_path)) == ["export"]


@pytest.mark.parametrize("file", [META, NEURONS_0, CONNECTIONS, SYNAPSES_1, PAIRS, CLOSE_TO])
def test_file_without_permission(file: str, nobody: Path) -> None:
    write_mini(nobody / "export")
    (nobody / "export" / file).chmod(0)
    with pytest.raises(IngestError, match=r"cannot open it: Permission denied") as raised:
        ingest(nobody / "export", nobody / "store", progress=False)
    assert raised.value.file == file
    assert list(entries(nobody)) == ["export"]


def test_directory_without_permission(nobody: Path) -> None:
    write_mini(nobody / "export")
    (nobody / "export").chmod(0)
    with pytest.raises(IngestError, match=r"Permission denied"):
        ingest(nobody / "export", nobody / "store", progress=False)
    assert list(entries(nobody)) == ["export"]


def test_shards_without_permission(nobody: Path) -> None:
    write_mini(nobody / "export")
    (nobody / "export/Neuprint_Neurons").chmod(0)
    with pytest.raises(IngestError, match=r"Permission denied|lacks its CSV files"):
        ingest(nobody / "export", nobody / "store", progress=False)
    assert list(entries(nobody)) == ["export"]


def test_dest_without_permission(nobody: Path) -> None:
    write_mini(nobody / "export")
    (nobody / "closed").mkdir(0)
    with pytest.raises(IngestError, match=r"cannot write the store at .*Permission denied"):
        ingest(nobody / "export", nobody / "closed/inner/store", progress=False)
    (nobody / "there").mkdir(0o555)
    with pytest.raises(IngestError, match=r"cannot write the store at .*Permission denied"):
        ingest(nobody / "export", nobody / "there/store", progress=False)
    assert list(entries(nobody / "there")) == []


#: Ingests while no file may grow beyond a size: what a full disk looks like to a program. In a
#: process of its own, since the limit holds for whatever the tests print, too.
INGEST_ON_A_FULL_DISK = """
import resource, sys
from connstore.errors import IngestError
from connstore.ingestion import ingest

bundle, dest, limit = sys.argv[1:]
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), hard))
try:
    ingest(bundle, dest, progress=False)
except IngestError as error:
    sys.exit(f"IngestError: {error}")
"""


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("mini", 0),
        ("mini", 600),
        ("mini", 13_000),
        ("sample", 30_000),
        ("sample", 300_000),
    ],
)
def test_disk_full(name: str, limit: int, tmp_path: Path) -> None:
    bundle = copy_bundle(name, tmp_path / "export")
    run = subprocess.run(
        [sys.executable, "-c", INGEST_ON_A_FULL_DISK, bundle, tmp_path / "store", str(limit)],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert re.match(r"IngestError: .*(File too large|Could not write|[Cc]annot)", run.stderr)
    assert run.returncode == 1
    assert list(entries(tmp_path)) == ["export"]


def test_too_little_memory(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"memory limit"):
        ingest(bundle, tmp_path / "store", memory_limit="1MB", progress=False)
    assert list(entries(tmp_path)) == ["export"]


def test_packed_bundle_is_still_whole(bundle: Path, tmp_path: Path) -> None:
    """The damage done above, not the packing, is what makes those bundles fail."""
    for suffix in (".gz", ".bz2", ""):
        pack(bundle, suffix)
        store = ingest(bundle, tmp_path / f"store{suffix}", progress=False)
        assert isinstance(store, Store)
    assert pc.all(store.read("finding")["ok"]).as_py()
