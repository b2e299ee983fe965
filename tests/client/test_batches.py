"""Answers in batches: the same content, as it is read, in memory that does not grow with it."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import connstore
from connstore import Client, NeuronCriteria, SynapseCriteria, registry
from connstore.errors import NoMatchError, QueryError
from connstore.sql.statement import Statement
from connstore.testing import sample_path


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    """A client for batches and one for Arrow tables, on one store."""
    with registry._no_registration():
        return {frames: Client(sample_path(), frames=frames) for frames in ("batches", "arrow")}


EVERYBODY = NeuronCriteria(label="Segment")
ALL_ROIS = {"primary_only": False}  # arguments of SynapseCriteria

STREAMED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("fetch_synapses", ("DNa02",), {}),
    ("fetch_synapses", (EVERYBODY, ALL_ROIS), {"nt": "all"}),
    ("fetch_synapses", ("no such type",), {"nt": "max"}),
    ("fetch_synapse_connections", (None, "DNa02"), {"nt": "max"}),
    ("fetch_synapse_connections", (EVERYBODY, EVERYBODY, ALL_ROIS), {}),
    ("fetch_synapse_connections", ("L1", "L1", {"confidence": 0.999}), {}),
]
OTHERS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("fetch_mean_synapses", ("DNa02",), {}),
    ("fetch_neurons", ("DNa02",), {}),
    ("fetch_adjacencies", (None, "DNa02"), {}),
    ("fetch_adjacencies", ("DNa02", "DNa02"), {"omit_rois": True}),
    ("fetch_simple_connections", (None, None), {"rois": ["EB"]}),
    ("fetch_common_connectivity", ("DNa02",), {}),
    ("fetch_shortest_paths", (1, 2), {}),
]


@pytest.mark.parametrize(("function", "args", "kwargs"), [*STREAMED, *OTHERS])
def test_same_content(
    function: str, args: Any, kwargs: dict[str, Any], clients: dict[str, Any]
) -> None:
    def ask(client: Any) -> Any:
        built = [
            SynapseCriteria(**arg, client=client) if isinstance(arg, dict) else arg for arg in args
        ]
        return getattr(connstore, function)(*built, **kwargs, client=client)

    readers, tables = ask(clients["batches"]), ask(clients["arrow"])
    if not isinstance(tables, tuple):
        readers, tables = (readers,), (tables,)
    for reader, table in zip(readers, tables, strict=True):
        assert isinstance(reader, pa.RecordBatchReader)
        assert reader.schema.names == table.column_names
        assert reader.read_all().equals(table)


@pytest.mark.parametrize("sides", [("no such type", None), (None, "no such type")])
def test_nobody_is_told_at_once(sides: Any, clients: dict[str, Any]) -> None:
    with pytest.raises(NoMatchError):
        connstore.fetch_synapse_connections(*sides, client=clients["batches"])


def test_explain_shows_the_statement(clients: dict[str, Any]) -> None:
    shown = [each.explain(connstore.fetch_synapses, "DNa02") for each in clients.values()]
    assert shown[0].endswith(shown[1])


def test_other_questions_meanwhile(clients: dict[str, Any]) -> None:
    """A reader that is not read to its end is in nobody's way."""
    client = clients["batches"]
    expected = connstore.fetch_synapses(EVERYBODY, client=clients["arrow"])
    first = connstore.fetch_synapses(EVERYBODY, client=client)
    second = connstore.fetch_synapses(EVERYBODY, client=client)
    first.read_next_batch()
    assert second.read_all().equals(expected)
    del first
    third = connstore.fetch_synapses(EVERYBODY, client=client)
    read: list[pa.Table] = []
    thread = threading.Thread(target=lambda: read.append(third.read_all()))
    thread.start()
    thread.join()
    assert read[0].equals(expected)


@pytest.mark.parametrize("first", [0, 1_500_000])
def test_errors_on_the_way(first: int, clients: dict[str, Any]) -> None:
    number = f"CASE WHEN range >= {first} THEN error('no more') ELSE range END"
    statement = Statement(f"SELECT {number} AS number FROM range(2000000)", {})
    with pytest.raises(QueryError, match="no more"):
        clients["batches"].stream(statement, lambda table: table).read_all()


#: Asks for every synapse; prints bytes of the answer, and by how much the peak of memory grew.
READ = """
import json, resource, sys
import connstore
client = connstore.Client(sys.argv[1], frames="batches")
synapses = connstore.SynapseCriteria(confidence=0, primary_only=False, client=client)
connstore.fetch_synapses(0, synapses, client=client).read_all()
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
size = sum(batch.nbytes for batch in connstore.fetch_synapses(None, synapses, client=client))
print(json.dumps([size, peak() - before]))
"""


def write_export(directory: Path, pairs: int, rois: int) -> None:
    """One neuron with so many T-bars and PSDs, each in all ROIs: a row for each in the answer."""
    names = [f"R{number:03}" for number in range(rois)]
    info = json.dumps({name: {"pre": pairs, "post": pairs} for name in names}).replace('"', '""')
    counts = f"{pairs},{pairs},{pairs},{pairs}"
    texts = {
        "Neuprint_Meta.csv": (
            "dataset:string,tag:string,primaryRois:string[],roiHierarchy:string,roiInfo:string,"
            f':Label\nlarge,v1,{";".join(names)},"{{""name"": ""large""}}","{info}",'
            "Meta;large_Meta\n"
        ),
        "Neuprint_Neurons/0.csv": (
            ":ID(Body-ID),bodyId:long,pre:int,post:int,downstream:int,upstream:int,roiInfo:string,"
            f":LABEL\n1,1,{counts},{{}},Segment;large_Segment;Neuron;large_Neuron\n"
        ),
        "Neuprint_Neuron_Connections.csv": (
            f":START_ID(Body-ID),:END_ID(Body-ID),weight:int,roiInfo:string\n1,1,{pairs},{{}}\n"
        ),
    }
    flags = ",true" * rois
    label = "Synapse;large_Synapse;Element;large_Element"
    points = [
        f'{2 * number + kind},{type_},0.9,1,{label},"{{x:{number}, y:{kind}, z:1}}"{flags}\n'
        for number in range(pairs)
        for kind, type_ in enumerate(["pre", "post"])
    ]
    header = (
        ":ID(Element-ID),type:string,confidence:float,bodyId:long,:Label,"
        "location:point{srid:9157}," + ",".join(f"{name}:boolean" for name in names) + "\n"
    )
    texts["Neuprint_Synapses/0.csv"] = header + "".join(points)
    texts["Neuprint_Synapse_Connections.csv"] = ":START_ID(Element-ID),:END_ID(Element-ID)\n" + (
        "".join(f"{2 * number},{2 * number + 1}\n" for number in range(pairs))
    )
    for name, text in texts.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
@pytest.mark.parametrize(
    ("pairs", "rois", "limit"),
    [(10_000, 300, 60), pytest.param(40_000, 400, 200, marks=pytest.mark.soak)],
)
def test_memory_is_bounded(pairs: int, rois: int, limit: int, tmp_path: Path) -> None:
    """An answer of several times the memory limit is read within little more than the limit."""
    write_export(tmp_path / "export", pairs, rois)
    connstore.ingest(tmp_path / "export", tmp_path / "store", progress=False)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "store")],
        env=os.environ | {"CONNSTORE_MEMORY_LIMIT": f"{limit}MB"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    size, growth = json.loads(done.stdout)
    assert size > 2 * pairs * rois * 40 > 3e6 * limit
    assert growth < 1e6 * limit + 100e6 < size
