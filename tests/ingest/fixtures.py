"""A whole current bundle in a few lines, the bundles to try an ingest on, and how to change them.

The mini bundle holds what breaks careless readers: ROI names with commas, apostrophes and
brackets, quotes and newlines in cells, ids that no float can hold, a weight of 0, an autapse,
a body with nothing but a mitochondrion, properties that only some shards have.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from connstore.store.opening import Store

ROOT = Path(__file__).resolve().parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"

#: Bundles that tests of an ingest run on; all but the first two lie beside the repository.
BUNDLES = {
    "mini": None,
    "sample": ROOT / "data-samples/neuprint",
    "tiny": SHARED_DATA / "tiny/regenerated/snapshot/neuprint",
    "tiny-compartments": SHARED_DATA / "tiny/regenerated/snapshot-compartments/neuprint",
    "hemibrain-mb": SHARED_DATA / "hemibrain-mb/snapshot/neuprint",
}

NEURONS_0 = "Neuprint_Neurons/0.csv"
NEURONS_1 = "Neuprint_Neurons/1.csv"
CONNECTIONS = "Neuprint_Neuron_Connections.csv"
META = "Neuprint_Meta.csv"
PAIRS = "Neuprint_Synapse_Connections.csv"
SYNAPSES_0 = "Neuprint_Synapses/000000.csv"
SYNAPSES_1 = "Neuprint_Synapses/000001.csv"
ELEMENTS = "Neuprint_Elements/mito/000000.csv"
CLOSE_TO = "Neuprint_Elements_CloseTo_mito.csv"
ELEMENT_SETS = "Neuprint_ElementSet_to_Element_mitochondrion.csv"
SET_LINKS = "Neuprint_SynapseSet_to_SynapseSet.csv"
NEURONS_FEATHER = "Neuprint_Neurons.feather"
CONNECTIONS_FEATHER = "Neuprint_Neuron_Connections.feather"

_NEURON_HEADER = (
    ":ID(Body-ID),post:int,pre:int,downstream:int,upstream:int,synweight:int,mito:int,"
    "statusLabel:string,type:string,instance:string,cropped:boolean,group:long,serial:float,"
    "somaLocation:point{srid:9157},bodyId:long,status:string,roiInfo:string,size:long,:LABEL"
)
_SEGMENT, _NEURON = "Segment;mini_Segment", "Segment;mini_Segment;Neuron;mini_Neuron"
_SYNAPSE = "Synapse;mini_Synapse;Element;mini_Element"

#: Path in the bundle -> text.
MINI: dict[str, str] = {
    META: (
        "dataset:string,tag:string,voxelSize:float[],voxelUnits:string,info:string,logo:string,"
        "description:string,postHighAccuracyThreshold:float,preHPThreshold:float,"
        "postHPThreshold:float,primaryRois:string[],overviewRois:string[],latestMutationId:int,"
        "totalPreCount:int,totalPostCount:int,roiHierarchy:string,roiInfo:string,"
        "hideDataSet:boolean,:Label\n"
        'mini,v0.1,8.0;8.0;8.0,nanometers,http://x,,"two\nlines, ""quoted""",0.4,0.0,0.7,'
        '"CRE(-ROB,-RUB)(R);a\'L(L)",,9007199254740993,3,5,'
        '"{""name"": ""mini"", ""children"": [{""name"": ""a\'L(L)""}, '
        '{""name"": ""CRE(-ROB,-RUB)(R)""}]}",'
        '"{""CRE(-ROB,-RUB)(R)"": {""pre"": 2, ""post"": 3, ""parent"": ""mini""}, '
        '""a\'L(L)"": {""pre"": 0, ""post"": 1, ""parent"": null}, '
        '""FB-column3"": {""pre"": 1, ""post"": 1, ""parent"": null}}",'
        "false,Meta;mini_Meta\n"
    ),
    NEURONS_0: (
        f"{_NEURON_HEADER}\n"
        "720575940596125868,1,0,0,1,1,0,0.5assign,,,,,,,720575940596125868,Assign,{},"
        f"1099511627776,{_SEGMENT}\n"
        f"777,0,0,0,0,0,1,,,,,,,,777,,{{}},,{_SEGMENT}\n"
    ),
    NEURONS_1: (
        f'{_NEURON_HEADER},"CRE(-ROB,-RUB)(R):boolean",FB-column3:boolean,a\'L(L):boolean\n'
        '10000,2,1,1,2,3,0,Roughly traced,ER4d,"é, ""x""",false,10000,5.0,"{x:1, y:2.5, z:-3}",'
        '10000,Traced,"{""CRE(-ROB,-RUB)(R)"":{""post"":1,""pre"":1,""downstream"":1,'
        '""upstream"":1,""synweight"":2},""FB-column3"":{""post"":1,""upstream"":1,'
        '""synweight"":1},""a\'L(L)"":{""post"":1,""upstream"":1,""synweight"":1}}",,'
        f"{_NEURON},true,true,true\n"
        '10001,2,2,2,2,4,0,Leaves,,"line1\nline2",true,,,,'
        '10001,Traced,"{""CRE(-ROB,-RUB)(R)"":{""post"":2,""pre"":1,""downstream"":1,'
        '""upstream"":2,""synweight"":3},""FB-column3"":{""pre"":1,""downstream"":1,'
        f'""synweight"":1}}}}",456,{_NEURON},true,true,\n'
    ),
    CONNECTIONS: (
        ":START_ID(Body-ID),:END_ID(Body-ID),weightHR:int,weight:int,weightHP:int,roiInfo:string\n"
        "10000,10000,1,0,0,{}\n"
        '10000,10001,2,1,1,"{""CRE(-ROB,-RUB)(R)"":{""post"":1}}"\n'
        '10001,10000,1,1,1,"{""CRE(-ROB,-RUB)(R)"":{""post"":1},""FB-column3"":{""post"":1}}"\n'
        "10001,720575940596125868,1,1,0,{}\n"
    ),
    SYNAPSES_0: (
        ":ID(Element-ID),type:string,confidence:float,bodyId:long,split:string,:Label,"
        "location:point{srid:9157}\n"
        f'413803564379540912,pre,1.0,10001,test,{_SYNAPSE},"{{x:134576, y:78317, z:94088}}"\n'
        f'1345802664411242,post,0.4,720575940596125868,,{_SYNAPSE},"{{x:106, y:206, z:306}}"\n'
    ),
    SYNAPSES_1: (
        ":ID(Element-ID),type:string,confidence:float,bodyId:long,:Label,"
        'location:point{srid:9157},"CRE(-ROB,-RUB)(R):boolean"\n'
        f'21990234652682,pre,0.9,10000,{_SYNAPSE},"{{x:10, y:1, z:5}}",true\n'
        f'1319414372761700,post,0.9,10001,{_SYNAPSE},"{{x:100, y:200, z:300}}",true\n'
        f'1323812421369957,post,0.35,10001,{_SYNAPSE},"{{x:101, y:201, z:301}}",true\n'
    ),
    "Neuprint_Synapses/000002.csv": (
        ":ID(Element-ID),type:string,confidence:float,bodyId:long,:Label,"
        'location:point{srid:9157},hex1:int,"CRE(-ROB,-RUB)(R):boolean",FB-column3:boolean\n'
        f'26388283260948,pre,0.8,10001,{_SYNAPSE},"{{x:20, y:2, z:6}}",1,true,true\n'
        f'1328210469978214,post,0.7,10000,{_SYNAPSE},"{{x:102, y:202, z:302}}",2,true,true\n'
    ),
    "Neuprint_Synapses/000003.csv": (
        ":ID(Element-ID),type:string,confidence:float,bodyId:long,:Label,"
        "location:point{srid:9157},a'L(L):boolean\n"
        f'1332608518586471,post,0.2,10000,{_SYNAPSE},"{{x:103, y:203, z:303}}",true\n'
    ),
    PAIRS: (
        ":START_ID(Element-ID),:END_ID(Element-ID)\n"
        "21990234652682,1319414372761700\n"
        "21990234652682,1323812421369957\n"
        "21990234652682,1332608518586471\n"
        "26388283260948,1328210469978214\n"
        "413803564379540912,1345802664411242\n"
    ),
    SET_LINKS: (
        ":START_ID(SynSet-ID),:END_ID(SynSet-ID)\n"
        "10000_10000_pre,10000_10000_post\n"
        "10000_10001_pre,10000_10001_post\n"
        "10001_10000_pre,10001_10000_post\n"
        "10001_720575940596125868_pre,10001_720575940596125868_post\n"
    ),
    ELEMENTS: (
        ":ID(Element-ID),type:string,mitoType:string,size:long,r0:float,bodyId:long,:Label,"
        "location:point{srid:9157}\n"
        '35184380477471,mitochondrion,dark,3000,3.5,777,Element;mini_Element,"{x:31, y:4, z:8}"\n'
    ),
    CLOSE_TO: (
        "distance:float,:START_ID(Element-ID),:END_ID(Element-ID)\n"
        "12.5,21990234652682,35184380477471\n"
    ),
    ELEMENT_SETS: (
        ":START_ID(ElementSet-ID),:END_ID(Element-ID)\n777_mitochondrion,35184380477471\n"
    ),
}


def write_mini(directory: Path) -> Path:
    """Write the mini bundle, without side feathers."""
    for name, text in MINI.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return directory


def copy_bundle(name: str, directory: Path) -> Path:
    """A copy of a bundle that a test may change; skips the test if the data are not there."""
    source = BUNDLES[name]
    if source is None:
        return write_mini(directory)
    return Path(shutil.copytree(bundle_directory(name), directory))


def bundle_directory(name: str) -> Path:
    """Where a bundle lies; skips the test if it is not there."""
    directory = BUNDLES[name]
    assert directory is not None
    if not directory.is_dir():
        pytest.skip(f"no data: {directory.relative_to(ROOT.parent)}")
    return directory


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV file, packed or not, by Python's own reader, header first."""
    data = path.read_bytes()
    data = {".gz": gzip.decompress, ".bz2": bz2.decompress}.get(path.suffix, bytes)(data)
    csv.field_size_limit(1 << 30)
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@cache
def count_rows(path: Path) -> int:
    """How many rows a CSV file has below its header."""
    return len(read_rows(path)) - 1


def read_table(store: Store, table: str) -> pa.Table:
    """A whole table, all parts of it."""
    parts = [pq.read_table(file) for file in store.files(table)]
    return pa.concat_tables(parts, promote_options="default")


def files_of(store: Store) -> dict[str, str]:
    """Path -> hash, of every file but those that tell where the store came from."""
    return {
        file.path: file.sha256
        for table, parts in store.manifest.tables.items()
        if table not in ("source_file", "finding")
        for file in parts.values()
    }


def write_feathers(bundle: Path) -> None:
    """Write the side feathers that the exporter would write beside the CSV files."""
    rows: list[dict[str, str]] = []
    for shard in sorted((bundle / "Neuprint_Neurons").iterdir()):
        header, *body = read_rows(shard)
        kept = header[: header.index(":LABEL") + 1]
        rows += [dict(zip(kept, row, strict=False)) for row in body]
    # The exporter does not keep the order of the shards.
    columns = {name: [row[name] for row in rows[::-1]] for name in rows[0]}
    table = _feather_table(columns).append_column(
        "roiset_hash", pa.array(range(2**64 - len(rows), 2**64), pa.uint64())
    )
    pyarrow.feather.write_feather(table, str(bundle / NEURONS_FEATHER))
    header, *body = read_rows(bundle / CONNECTIONS)
    columns = {name: [row[index] for row in body] for index, name in enumerate(header)}
    pyarrow.feather.write_feather(_feather_table(columns), str(bundle / CONNECTIONS_FEATHER))


def _feather_table(columns: dict[str, list[str]]) -> pa.Table:
    arrays = {}
    for name, cells in columns.items():
        values = pa.array([cell or None for cell in cells], pa.string())
        kind = name.rpartition(":")[2]
        if name.startswith((":ID", ":START_ID", ":END_ID")):
            values = values.cast(pa.int64())
        elif kind in ("int", "long"):
            # Whole numbers with gaps have become doubles in pandas.
            values = values.cast(pa.float64() if values.null_count else pa.int64())
        elif kind == "float":
            values = values.cast(pa.float64())
        elif name == "statusLabel:string":
            values = values.dictionary_encode()
        arrays[name] = values
    return pa.table(arrays)


_PACKERS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress}


def pack(bundle: Path, suffix: str) -> None:
    """Compress every CSV file of a bundle, or unpack it where the suffix is empty."""
    for path in sorted(p for p in bundle.rglob("*.csv*") if p.is_file()):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        elif path.suffix == ".bz2":
            data = bz2.decompress(data)
        plain = path.with_suffix("") if path.suffix in _PACKERS else path
        path.unlink()
        if suffix:
            data = _PACKERS[suffix](data)
        plain.with_name(plain.name + suffix).write_bytes(data)


def entries(directory: Path) -> Iterator[str]:
    """Everything that lies in a directory, hidden things too."""
    return (path.name for path in sorted(directory.iterdir()))
