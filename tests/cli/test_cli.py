"""The command line: every command and every output against the library's answer.

The examples of docs/cli.md are run too. After a change of an output, write them anew with
``PYTHONPATH=. python tests/cli/test_cli.py``.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from typer.main import get_command
from typer.testing import CliRunner

import connstore
from connstore import IsNull, NeuronCriteria, NotNull
from connstore.cli.app import app
from connstore.cli.criteria import OWN_OPTION
from connstore.testing import sample_path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "cli.md"
HUGE = 2**63 - 1
ODD = 2**53 + 1
EMOJI = "EPG(PB08)`L5`_L 🧠"
COMMANDS = get_command(app).commands


def run(*args: Any, code: int = 0, input: str | None = None, **env: str) -> Any:
    """A command's result in this process; it must end with the code, and never in a traceback."""
    env = {"COLUMNS": "100", **env}
    result = CliRunner().invoke(app, [str(a) for a in args], env=env, input=input)
    assert result.exit_code == code, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def shell(command: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """A line of shell; ``connstore`` in it is this one."""
    script = f'connstore() {{ {sys.executable} -m connstore "$@"; }}; set -o pipefail; {command}'
    return child(["bash", "-c", script], cwd=cwd, env=child_env(**env))


def child(args: list[Any], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(args, check=False, capture_output=True, text=True, **options)


def child_env(**env: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "100", "PYTHONUTF8": "1"} | env


def entries(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def rows_of(*args: Any) -> list[dict[str, Any]]:
    return json.loads(run(*args, "--json").stdout)


@pytest.fixture(scope="module")
def store() -> Path:
    return sample_path()


@pytest.fixture(scope="module")
def pandas_client(store: Path) -> Any:
    return connstore.Client(store)


@pytest.fixture(scope="module")
def arrow_client(store: Path) -> Any:
    return connstore.Client(store, frames="arrow")


# --- outputs -------------------------------------------------------------------------------


def as_json(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of the library's Arrow answer as --json should have them."""

    def value(name: str, v: Any) -> Any:
        if name == "roiInfo":
            return None if v is None else json.loads(v)
        return [v["x"], v["y"], v["z"]] if isinstance(v, dict) else v

    return [{name: value(name, v) for name, v in row.items()} for row in table.to_pylist()]


def read_csv(text: str, schema: pa.Schema) -> pa.Table:
    """CSV read strictly: what is quoted is a text, nothing is missing."""
    nested = {f.name: pa.string() for f in schema if pa.types.is_nested(f.type)}
    return pyarrow.csv.read_csv(
        pa.BufferReader(text.encode()),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={f.name: nested.get(f.name, f.type) for f in schema},
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )


def test_json_is_the_librarys_answer(store: Path, arrow_client: Any, pandas_client: Any) -> None:
    table, _ = connstore.fetch_neurons(client=arrow_client)
    got = rows_of("neurons", store)
    assert got == as_json(table)
    assert all(type(row["bodyId"]) is int for row in got)
    frame, _ = connstore.fetch_neurons(client=pandas_client)
    assert [row["bodyId"] for row in got] == frame["bodyId"].tolist()
    assert [row["roiInfo"] for row in got] == frame["roiInfo"].tolist()
    assert [row["somaLocation"] for row in got] == frame["somaLocation"].tolist()
    assert list(got[0]) == frame.columns.tolist()


def test_csv_is_the_librarys_answer(store: Path, arrow_client: Any) -> None:
    table, _ = connstore.fetch_neurons(client=arrow_client)
    text = run("neurons", store, "--csv").stdout
    got = read_csv(text, table.schema)
    assert got.column_names == table.column_names
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        expected = table[name].to_pylist()
        if pa.types.is_nested(kind):
            parsed = [None if v is None else json.loads(v) for v in got[name].to_pylist()]
            assert parsed == [row[name] for row in as_json(table)], name
        else:
            assert got[name].to_pylist() == expected, name


def test_parquet_is_the_librarys_answer(store: Path, arrow_client: Any, tmp_path: Path) -> None:
    table, _ = connstore.fetch_neurons(client=arrow_client)
    file = tmp_path / "neurons.parquet"
    result = run("neurons", store, "--parquet", file)
    assert "330 rows, 45 columns" in result.stdout
    assert pq.read_table(file).equals(table)
    metadata = pq.read_schema(file).metadata
    assert metadata[b"connstore.dataset"] == b"sample:v1.0"
    assert metadata[b"connstore.fingerprint"].decode() == arrow_client.store.fingerprint
    run("neurons", store, "--type", "EPG", "--parquet", file)
    assert pq.read_metadata(file).num_rows == 16
    assert entries(tmp_path) == ["neurons.parquet"]
    for wrong in (tmp_path / "nowhere" / "x.parquet", file / "x.parquet"):
        said = run("neurons", store, "--parquet", wrong, code=1).stderr
        assert said.startswith(f"connstore: --parquet: cannot write {wrong}: ")
    assert entries(tmp_path) == ["neurons.parquet"]


def test_parquet_replaces_regular_files_only(store: Path, tmp_path: Path) -> None:
    ask = ("neurons", store, "--type", "EPG", "--parquet")
    real, link, far = tmp_path / "real", tmp_path / "link.parquet", tmp_path / "far.parquet"
    real.mkdir()
    link.symlink_to("real/x.parquet")
    for _ in range(2):  # first a file that is not there yet
        run(*ask, link)
        assert link.is_symlink() and entries(real) == ["x.parquet"]
    assert pq.read_metadata(real / "x.parquet").num_rows == 16
    os.mkfifo(tmp_path / "pipe")
    far.symlink_to("pipe")
    for wrong in (tmp_path / "pipe", far, real):
        said = run(*ask, wrong, code=1).stderr
        assert "something else than a regular file is there" in said
    assert (tmp_path / "pipe").is_fifo() and far.is_symlink()
    assert entries(tmp_path) == ["far.parquet", "link.parquet", "pipe", "real"]
    far.unlink()
    far.symlink_to("far.parquet")
    assert "--parquet: cannot write" in run(*ask, far, code=1).stderr


def test_exact_ids_in_every_form(store: Path, tmp_path: Path) -> None:
    ask = ("neurons", store, "--body-id", HUGE, "--body-id", ODD, "--columns", "bodyId,type")
    assert [row["bodyId"] for row in rows_of(*ask)] == [ODD, HUGE]
    assert run(*ask, "--csv").stdout.splitlines()[1:] == [
        f'{ODD},"LHPV4/5"',
        f'{HUGE},"OA-VPM3"',
    ]
    run(*ask, "--parquet", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet")["bodyId"].to_pylist() == [ODD, HUGE]
    for columns in ("10", "30", "80", "300"):
        for wanted in ("bodyId", "bodyId,instance,roiInfo", "all"):
            table = run(*ask[:-1], wanted, COLUMNS=columns).stdout
            assert str(ODD) in table and str(HUGE) in table, (columns, wanted)


def test_exact_whole_numbers_beside_missing_ones(store: Path) -> None:
    """pandas would make floats of them."""
    text = run("neurons", store, "--columns", "bodyId,group", "--csv").stdout
    assert "." not in text and re.search(r"^[0-9]+,$", text, re.M)
    edges = run(
        "connections", store, "--from", HUGE, "--properties", "group,type", "--total", "--csv"
    ).stdout
    assert "." not in edges and re.search(r",,", edges)


def test_texts_survive(store: Path, arrow_client: Any) -> None:
    """Quotes, backticks, emoji, newlines, and texts that look like nothing."""
    table, _ = connstore.fetch_neurons(client=arrow_client)
    notes = [v for v in table["matchingNotes"].to_pylist() if v is not None]
    assert {'""', " padded ", "NA", "nan", "\\N", "null"} <= set(notes)
    assert EMOJI in table["instance"].to_pylist()
    ask = ("neurons", store, "--where-not-null", "matchingNotes", "--columns", "matchingNotes")
    assert [row["matchingNotes"] for row in rows_of(*ask)] == notes
    assert (
        read_csv(run(*ask, "--csv").stdout, table.select(["matchingNotes"]).schema)[
            "matchingNotes"
        ].to_pylist()
        == notes
    )
    shown = run(*ask).stdout
    assert r"first line\nsecond" in shown and "15 rows" in shown
    only = rows_of("neurons", store, "--instance", EMOJI, "--no-regex")
    assert [row["instance"] for row in only] == [EMOJI]
    assert EMOJI in run("neurons", store, "--instance", EMOJI, "--no-regex").stdout


def test_tables_tell_what_they_leave_out(store: Path) -> None:
    shown = run("neurons", store).stdout
    assert "20 of 330 rows, 8 of 45 columns; --limit and --columns for more, --csv" in shown
    assert len(re.findall(r"^ *[0-9]+ ", shown, re.M)) == 20 + 1
    assert "2 of 330 rows" in run("neurons", store, "--limit", 2).stdout
    assert "330 rows" in run("neurons", store, "--limit", 1000, "--columns", "bodyId").stdout
    narrow = run("neurons", store, "--columns", "all", COLUMNS="40").stdout
    assert re.search(r"20 of 330 rows, [1-9] of 45 columns", narrow)
    assert all(len(line) <= 40 for line in narrow.splitlines() if "rows" not in line)
    limited = run("neurons", store, "--limit", 2, "--json")
    assert len(json.loads(limited.stdout)) == 2
    assert limited.stderr == "connstore: 2 of 330 rows (--limit)\n"
    assert run("neurons", store, "--limit", 1000, "--json").stderr == ""


def test_no_rows(store: Path, tmp_path: Path) -> None:
    ask = ("neurons", store, "--type", "nobody", "--columns", "bodyId,type")
    assert run(*ask).stdout.rstrip().endswith("0 rows")
    assert rows_of(*ask) == []
    assert run(*ask, "--csv").stdout == '"bodyId","type"\n'
    run(*ask, "--parquet", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").schema.types == [pa.int64(), pa.string()]
    edges = (
        "connections",
        store,
        "--from",
        "MBON14(a3)",
        "--to",
        "IN19A001",
        "--properties",
        "group",
    )
    assert rows_of(*edges) == []
    assert run(*edges, "--csv").stdout.startswith('"bodyId_pre","bodyId_post","roi","weight"')


def test_markup_is_shown_as_it_is() -> None:
    from connstore.cli.table import _shortened, _text

    assert _text("\x1b[31mred\x07 [bold]x[/] 🧠") == r"\x1b[31mred\x07 [bold]x[/] 🧠"
    assert _shortened("🧠🧠🧠🧠", 5) == "🧠🧠…"


# --- neurons -------------------------------------------------------------------------------

CRITERIA: list[tuple[list[Any], dict[str, Any]]] = [
    ([], {}),
    (["--body-id", ODD, "--body-id", 10005], {"bodyId": [ODD, 10005]}),
    (["--body-id", 5999000001], {"bodyId": 5999000001}),
    (["--body-id", 5999000001, "--label", "Neuron"], {"bodyId": 5999000001, "label": "Neuron"}),
    (["--type", "KC.*"], {"type": "KC.*"}),
    (["--type", "EPG", "--instance", "MBON.*_R"], {"type": "EPG", "instance": "MBON.*_R"}),
    (["--type", 'SMP"q"_a'], {"type": 'SMP"q"_a'}),
    (["--type", "MBON05(g4>g1g2)"], {"type": "MBON05(g4>g1g2)"}),
    (["--type", "PPL101|EPG", "--regex"], {"type": "PPL101|EPG", "regex": True}),
    (["--type", "MBON.*", "--no-regex"], {"type": "MBON.*", "regex": False}),
    (["--type", "NA", "--type", "None", "--type", "0042"], {"type": ["NA", "None", "0042"]}),
    (["--status", "Leaves", "--status", "Orphan"], {"status": ["Leaves", "Orphan"]}),
    (["--status", "Traced", "--where-null", "status"], {"status": ["Traced", IsNull]}),
    (["--rois", "EB", "--rois", "PB"], {"rois": ["EB", "PB"]}),
    (
        ["--rois", "EB", "--rois", "PB", "--roi-req", "any"],
        {"rois": ["EB", "PB"], "roi_req": "any"},
    ),
    (["--rois", "CRE(-ROB,-RUB)(R)"], {"rois": "CRE(-ROB,-RUB)(R)"}),
    (["--rois", "aL(R)"], {"rois": "aL(R)"}),
    (["--rois", "AL(R)"], {"rois": "AL(R)"}),
    (["--input-rois", "EB", "--min-roi-inputs", 50], {"inputRois": "EB", "min_roi_inputs": 50}),
    (["--output-rois", "EB", "--min-roi-outputs", 9], {"outputRois": "EB", "min_roi_outputs": 9}),
    (["--min-pre", 50, "--min-post", 100], {"min_pre": 50, "min_post": 100}),
    (["--cropped"], {"cropped": True}),
    (["--not-cropped"], {"cropped": False}),
    (["--soma"], {"soma": True}),
    (["--no-soma", "--label", "Segment"], {"soma": False, "label": "Segment"}),
    (["--where", "somaSide=L", "--where", "somaSide=R"], {"somaSide": ["L", "R"]}),
    (["--where", "class=ALPN"], {"class_": "ALPN"}),
    (["--where", "group=10005"], {"group": 10005}),
    (["--where", "serial=5"], {"serial": 5}),
    (["--where", "size=1099511627776"], {"size": 2**40}),
    (["--where", "somaRadius=295.5"], {"somaRadius": 295.5}),
    (["--where", "trumanHl=true"], {"trumanHl": True}),
    (
        ["--where", "matchingNotes='; DROP TABLE neuron; --"],
        {"matchingNotes": "'; DROP TABLE neuron; --"},
    ),
    (["--where", "matchingNotes=null"], {"matchingNotes": "null"}),
    (["--where", "matchingNotes= padded "], {"matchingNotes": " padded "}),
    (["--where", "hemibrainType=x"], {"hemibrainType": "x"}),
    (["--where-null", "type"], {"type": IsNull}),
    (["--where-not-null", "matchingNotes"], {"matchingNotes": NotNull}),
    (["--where-null", "somaLocation"], {"somaLocation": IsNull}),
    (["--where-not-null", "rootLocation"], {"rootLocation": NotNull}),
    (["--max-landmark-distance", 5], {"max_closestLandmarkDistanceMicrons": 5}),
]


@pytest.mark.parametrize(("options", "fields"), CRITERIA, ids=str)
def test_criteria(
    options: list[Any], fields: dict[str, Any], store: Path, arrow_client: Any
) -> None:
    table = connstore.fetch_neurons(
        NeuronCriteria(**fields),
        omit_rois=True,
        returned_columns=["bodyId", "type"],
        client=arrow_client,
    )
    assert rows_of("neurons", store, *options, "--columns", "bodyId,type") == table.to_pylist()


def test_criteria_find_something(store: Path) -> None:
    """Else the test above would compare nothing with nothing."""
    found = [bool(rows_of("neurons", store, *o, "--columns", "bodyId")) for o, _ in CRITERIA]
    assert sum(found) > len(CRITERIA) * 3 / 4


def test_every_field_of_the_criteria_has_an_option() -> None:
    from connstore.select.arguments import KNOWN_PROPERTIES

    fields = {name.removesuffix("_") for name in NeuronCriteria.model_fields}
    assert fields - KNOWN_PROPERTIES - set(OWN_OPTION) == {"matchvar", "client"}
    options = {opt for p in COMMANDS["neurons"].params for opt in (*p.opts, *p.secondary_opts)}
    assert {o for text in OWN_OPTION.values() for o in text.split(" or ")} <= options


def test_body_ids_from_a_file(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text(f"# mine\n{ODD}\n\n  {HUGE}  \r\n")
    ask = ("neurons", store, "--columns", "bodyId")
    assert [r["bodyId"] for r in rows_of(*ask, "--body-id", f"@{file}")] == [ODD, HUGE]
    piped = run(*ask, "--json", "--body-id", "@-", input=f"{ODD}\n").stdout
    assert json.loads(piped) == [{"bodyId": ODD}]
    edges = rows_of("connections", store, "--from", f"@{file}", "--total")
    assert {row["bodyId_pre"] for row in edges} <= {ODD, HUGE} and edges


def test_columns(store: Path, arrow_client: Any) -> None:
    core, _ = connstore.fetch_neurons("EPG", returned_columns="core", client=arrow_client)
    ask = ("neurons", store, "--type", "EPG", "--no-regex")
    assert list(rows_of(*ask, "--columns", "core")[0]) == core.column_names
    for wanted in (
        "type,bodyId",
        "inputRois",
        "roiInfo,type",
        "hemibrainBodyid,hemibrainBodyId",
        "outputRois,bodyId,outputRois",
    ):
        names = list(dict.fromkeys(wanted.split(",")))
        got = rows_of(*ask, "--columns", wanted)
        assert list(got[0]) == names
        whole = as_json(connstore.fetch_neurons("EPG", client=arrow_client)[0])
        assert got == [{name: row[name] for name in names} for row in whole]


# --- connections ---------------------------------------------------------------------------

ADJACENCIES: list[tuple[list[Any], dict[str, Any]]] = [
    (["--from", "DA1_lPN", "--to", "KC.*"], {"sources": "DA1_lPN", "targets": "KC.*"}),
    (["--from", HUGE], {"sources": HUGE}),
    (["--to", ODD, "--to", 10005], {"targets": [ODD, 10005]}),
    (["--from", "0042"], {"sources": "0042"}),
    (["--from", EMOJI], {"sources": EMOJI}),
    (["--from", "EPG", "--from", "ER4d"], {"sources": ["EPG", "ER4d"]}),
    (
        ["--roi", "EB", "--roi", "a'L(R)", "--from", "E.*"],
        {"rois": ["EB", "a'L(R)"], "sources": "E.*"},
    ),
    (["--min-weight", 20], {"min_total_weight": 20}),
    (["--min-roi-weight", 20], {"min_roi_weight": 20}),
    (["--total", "--min-weight", 5], {"omit_rois": True, "min_total_weight": 5}),
    (["--by-roi", "--to", "MBON14(a3)"], {"targets": "MBON14(a3)"}),
    (
        ["--include-nonprimary", "--to", "MBON14(a3)"],
        {"include_nonprimary": True, "targets": "MBON14(a3)"},
    ),
    (
        ["--roi", "MB(R)", "--include-nonprimary"],
        {"rois": "MB(R)", "include_nonprimary": True},
    ),
    (
        ["--from", "EPG", "--properties", "somaSide,group,somaLocation"],
        {"sources": "EPG", "properties": ["somaSide", "group", "somaLocation"]},
    ),
]


@pytest.mark.parametrize(("options", "arguments"), ADJACENCIES, ids=str)
def test_connections(
    options: list[Any], arguments: dict[str, Any], store: Path, arrow_client: Any
) -> None:
    neurons, edges = connstore.fetch_adjacencies(**arguments, client=arrow_client)
    by_id = {row["bodyId"]: row for row in as_json(neurons)}
    expected = [
        edge
        | {
            f"{name}_{end}": by_id[edge[f"bodyId_{end}"]][name]
            for end in ("pre", "post")
            for name in arguments.get("properties", ["type", "instance"])
        }
        for edge in edges.to_pylist()
    ]
    got = rows_of("connections", store, *options)
    assert got == expected and got


def test_connections_as_pandas_has_them(store: Path, pandas_client: Any, tmp_path: Path) -> None:
    """The documented way in Python, its ids and weights, through CSV and Parquet."""
    neurons, edges = connstore.fetch_adjacencies("DA1_lPN", "KC.*", client=pandas_client)
    merged = connstore.merge_neuron_properties(neurons, edges)
    ask = ("connections", store, "--from", "DA1_lPN", "--to", "KC.*")
    (tmp_path / "x.csv").write_text(run(*ask, "--csv").stdout)
    run(*ask, "--parquet", tmp_path / "x.parquet")
    for frame in (pd.read_csv(tmp_path / "x.csv"), pd.read_parquet(tmp_path / "x.parquet")):
        assert frame.columns.tolist() == merged.columns.tolist()
        assert frame.values.tolist() == merged.values.tolist()


def test_columns_of_connections(store: Path) -> None:
    ask = ("connections", store, "--from", "DA1_lPN")
    assert list(rows_of(*ask, "--columns", "weight,type_post")[0]) == ["weight", "type_post"]
    header = run(*ask).stdout.splitlines()[0].split()
    assert header[:6] == ["bodyId_pre", "bodyId_post", "roi", "weight", "type_pre", "type_post"]


# --- rois, info, verify --------------------------------------------------------------------


def test_rois(store: Path, pandas_client: Any) -> None:
    assert run("rois", store, "--all").stdout.splitlines() == pandas_client.all_rois
    assert run("rois", store, "--primary").stdout.splitlines() == pandas_client.primary_rois
    tree = connstore.fetch_roi_hierarchy(format="text", client=pandas_client)
    shown = run("rois", store).stdout
    assert shown.startswith(tree) and shown == run("rois", store, "--tree").stdout
    assert "41 of 71" in shown and "FB-column3 MB(+ACA)(R)" in shown


def test_info(store: Path, pandas_client: Any) -> None:
    opened = pandas_client.store
    facts = json.loads(run("info", store, "--json").stdout)
    assert facts["dataset"] == "sample:v1.0" and facts["fingerprint"] == opened.fingerprint
    assert facts["rois"] == {"all": 71, "primary": 41}
    assert facts["ingested_at"] == opened.manifest.ingested_at
    sizes = {t["name"]: (t["rows"], t["bytes"]) for t in facts["tables"]}
    assert sizes == {
        name: (sum(f.rows for f in parts.values()), sum(f.bytes for f in parts.values()))
        for name, parts in opened.manifest.tables.items()
    }
    assert sizes["segment"][0] == 3334
    assert [p["name"] for p in facts["properties"]] == list(opened.properties("neuron"))
    assert all(facts["capabilities"].values())
    assert facts["findings"] == opened.read("finding").drop_columns("ordinal").to_pylist()
    text = run("info", store).stdout
    for word in (
        "sample:v1.0",
        opened.fingerprint,
        "71 with counts, 41 primary",
        "hemibrainBodyId",
        "34,310",
    ):
        assert word in text


def test_ingest_with_skeletons_and_meshes(store: Path, tmp_path: Path) -> None:
    samples, target = ROOT / "data-samples", tmp_path / "store"
    shapes = ["--skeletons", samples / "skeletons", "--roi-meshes", samples / "roi-meshes"]
    output = run("ingest", samples, target, *shapes, "--no-progress").stdout
    assert connstore.Store.open(store).fingerprint in output
    assert re.search(r"nodes of skeletons +\d+ ", output)
    lines = [line for p in shapes[1].iterdir() for line in p.read_text().splitlines()]
    nodes = sum(not line.startswith("#") for line in lines)
    assert f"{nodes}  nodes of 6 skeletons" in output and "4  ROI meshes" in output
    told = run("info", target).stdout
    assert "yes  skeletons of bodies" in told and "yes  surfaces of ROIs" in told
    wrong = run("ingest", samples, tmp_path / "other", "--skeletons", samples / "neuprint", code=1)
    assert re.search(r"the directory of skeletons, .*, holds no file \*\.swc", wrong.output)


def test_verify(store: Path, tmp_path: Path) -> None:
    assert "all 29 files are as they were written" in run("verify", store, "--no-progress").stdout
    copy = tmp_path / "copy"
    shutil.copytree(store, copy)
    damaged = copy / "tables" / "meta.parquet"
    data = bytearray(damaged.read_bytes())
    data[20] ^= 1
    damaged.write_bytes(data)
    result = run("verify", copy, code=1)
    assert result.stderr.startswith("connstore: ") and "tables/meta.parquet" in result.stderr


def test_stores_by_dataset(store: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(store)
    for command in ("info", "verify", "neurons", "connections", "rois"):
        assert run(command, "sample:v1.0", CONNSTORE_HOME=str(tmp_path)).stdout
    wrong = run("info", "sampel:v1.0", code=1, CONNSTORE_HOME=str(tmp_path)).stderr
    assert "Did you mean sample:v1.0?" in wrong


# --- cypher --------------------------------------------------------------------------------

ASK = "MATCH (n:Neuron) WHERE n.type = $type RETURN n.bodyId AS id, n.instance AS instance, n, "
ASK += "n.somaLocation AS soma, n.pre * 0.5 AS half, 0.0 / 0 AS none ORDER BY id"


def test_cypher(store: Path, pandas_client: Any, tmp_path: Path) -> None:
    ask = ["cypher", store, ASK, "--param", 'type="DNa02"']
    parameters = {"type": "DNa02"}
    found = connstore.fetch_custom(ASK, "json", "json", parameters=parameters, client=pandas_client)
    names, rows = found["columns"], [[*row[:-1], None] for row in found["data"]]
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    assert json.loads(run(*ask, "--json").stdout) == objects and len(objects) == 2
    limited = run(*ask, "--json", "--limit", 1)
    assert json.loads(limited.stdout) == objects[:1] and "1 of 2 rows" in limited.stderr
    lines = pd.read_csv(io.StringIO(run(*ask, "--csv").stdout))
    assert list(lines) == names and lines["id"].tolist() == [row["id"] for row in objects]
    assert [json.loads(text) for text in lines["n"]] == [row["n"] for row in objects]
    run(*ask, "--parquet", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet")["half"].type == pa.float64()
    assert "2 rows" in run(*ask).stdout


def test_cypher_from_elsewhere(store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.cypher").write_text("\ufeffMATCH (n:Neuron)\nRETURN count(*) AS c")
    expected = run("cypher", store, "MATCH (n:Neuron) RETURN count(*) AS c", "--csv").stdout
    assert run("cypher", store, f"@{tmp_path}/q.cypher", "--csv").stdout == expected
    assert (
        run("cypher", store, "-", "--csv", input="MATCH (n:Neuron) RETURN count(*) AS c").stdout
        == expected
    )


def test_cypher_explained(store: Path) -> None:
    text = run("cypher", store, "MATCH (n:Neuron) RETURN n.type", "--explain").stdout
    assert "segment_neuron" in text and "READ_PARQUET" in text


# --- ingest --------------------------------------------------------------------------------


def test_ingest(tmp_path: Path, store: Path) -> None:
    line = f"connstore ingest {ROOT}/data-samples new --dataset my:v2 --no-post-index --no-progress"
    result = shell(line, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    opened = connstore.Store.open(tmp_path / "new")
    assert opened.dataset == "my:v2" and not opened.has("pair_by_post")
    for text in (
        f"my:v2 is now in {tmp_path}/new",
        opened.fingerprint,
        "Consistency checks: all 17 hold",
        "Repaired: nothing",
    ):
        assert text in result.stdout
    for words, *counts in (
        ("bodies", "3,334", "330"),
        ("connections", "7,289", "2,576"),
        ("synapses", "34,310", "28,276"),
        ("synapse pairs", "26,318", "19,894"),
        ("elements", "1,816", "1,655"),
    ):
        assert re.search(rf"^  {words}.* {' +'.join(counts)} ", result.stdout, re.M)
    facts = json.loads(run("info", tmp_path / "new", "--json").stdout)
    assert not facts["capabilities"]["pair_by_post"]
    assert re.search(r"^  no +synapse-level inputs", run("info", tmp_path / "new").stdout, re.M)


def test_ingest_reports_what_does_not_hold() -> None:
    from connstore.cli.summary import findings_text

    table = pa.Table.from_pylist(
        [
            {"kind": "count", "code": "rows_read", "rows": 1200, "ok": None, "detail": "pair"},
            {"kind": "identity", "code": "a", "rows": 1234, "ok": False, "detail": "a = b"},
            {"kind": "identity", "code": "b", "rows": 0, "ok": True, "detail": "c = d"},
            {"kind": "identity", "code": "c", "rows": 3, "ok": None, "detail": "e = f"},
            {"kind": "repair", "code": "d", "rows": 7, "ok": None, "detail": "made whole"},
            {"kind": "drop", "code": "e", "rows": 8, "ok": None, "detail": "doubles"},
            {"kind": "note", "code": "f", "rows": 0, "ok": None, "detail": "body 0 has a row"},
        ]
    )

    class Found:
        def read(self, name: str) -> pa.Table:
            return table

    assert findings_text(Found()).splitlines() == [  # type: ignore[arg-type]
        "Rows read",
        "  1,200  pair",
        "",
        "ATTENTION: 1 of 2 consistency checks DO NOT HOLD",
        "  FAILS in 1,234 rows: a = b",
        "  holds: c = d",
        "  not in 3 rows, as may be: e = f",
        "",
        "Repaired",
        "  7 rows: made whole",
        "",
        "Left out",
        "  8 rows: doubles",
        "",
        "Notes",
        "  body 0 has a row",
    ]


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    """SIGINT while the store is being made."""
    # Started in the background, this process may ignore SIGINT, which would be inherited.
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from connstore.cli import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "ingest", ROOT / "data-samples", tmp_path / "new"],
        env=child_env(),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not entries(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert entries(tmp_path) == []


def test_ctrl_c_during_a_question() -> None:
    """DuckDB tells of it by an exception of its own; typer turns KeyboardInterrupt into 130."""
    from connstore.cli.endings import orderly

    with pytest.raises(KeyboardInterrupt), orderly():
        raise RuntimeError("Query interrupted")
    with pytest.raises(RuntimeError, match="a defect"), orderly():
        raise RuntimeError("a defect")


# --- errors --------------------------------------------------------------------------------

ERRORS: list[tuple[list[Any], int, str]] = [
    (["neurons", "STORE", "--body-id", "x"], 2, "'x' is no body id"),
    (["neurons", "STORE", "--body-id", 2**63], 2, "is no body id"),
    (["neurons", "STORE", "--body-id", "@/nowhere"], 2, "@/nowhere cannot be read"),
    (["neurons", "STORE", "--body-id", "@/dev/null"], 2, "holds no body ids"),
    (["neurons", "STORE", "--where", "somaSide"], 2, "is not name=value"),
    (["neurons", "STORE", "--where", "=x"], 2, "is not name=value"),
    (["neurons", "STORE", "--where", "type=x"], 2, "--type"),
    (["neurons", "STORE", "--where", "client=x"], 2, "client is no property"),
    (["neurons", "STORE", "--where-null", "regex"], 2, "--regex"),
    (["neurons", "STORE", "--where", "group=5.0"], 2, "a whole number"),
    (["neurons", "STORE", "--where", "somaRadius=big"], 2, "a number"),
    (["neurons", "STORE", "--where", "trumanHl=1"], 2, "true or false"),
    (["neurons", "STORE", "--where", "location=1"], 2, "is a location"),
    (["neurons", "STORE", "--roi-req", "some"], 2, "some"),
    (["neurons", "STORE", "--csv", "--json"], 2, "choose one"),
    (["neurons", "STORE", "--limit", -1], 2, "--limit"),
    (["neurons", "STORE", "--nonsense"], 2, "--nonsense"),
    (["neurons"], 2, "STORE"),
    (["nonsense"], 2, "nonsense"),
    (["neurons", "STORE", "--where", "somaSides=L"], 1, "Did you mean somaSide"),
    (["neurons", "STORE", "--where-null", "somaSides"], 1, "Did you mean somaSide"),
    (["neurons", "STORE", "--columns", "bodyId,typo"], 1, "no property 'typo'"),
    (["neurons", "STORE", "--rois", "AL(r)"], 1, "Did you mean AL(R)"),
    (["neurons", "STORE", "--min-pre", -3], 1, "min_pre=-3"),
    (["neurons", "STORE", "--type", "[", "--regex"], 1, "["),
    (["neurons", "STORE", "--parquet", "/nowhere/x.parquet"], 1, "/nowhere"),
    (["connections", "STORE", "--from", "10005", "--from", "EPG"], 2, "not both"),
    (["connections", "STORE", "--total", "--roi", "EB"], 2, "--total"),
    (["connections", "STORE", "--min-weight", 0], 2, "--min-weight"),
    (["connections", "STORE", "--from", "nobody"], 1, "No neurons match your source criteria"),
    (["connections", "STORE", "--roi", "MB(R)"], 1, "not primary"),
    (["connections", "STORE", "--columns", "wieght"], 1, "Did you mean weight?"),
    (["connections", "STORE", "--properties", "typ"], 1, "Did you mean type?"),
    (["rois", "STORE", "--primary", "--all"], 2, "choose one"),
    (["cypher", "STORE", "RETURN m"], 1, "Variable `m` not defined"),
    (["cypher", "STORE", "CREATE (n)"], 1, "read-only"),
    (["cypher", "STORE", "RETURN $x"], 1, "Expected parameter $x"),
    (["cypher", "STORE", "RETURN $x", "--param", "x=EPG"], 2, "a text has quotes"),
    (["cypher", "STORE", "RETURN $x", "--param", "x"], 2, "is not NAME=VALUE"),
    (["cypher", "STORE", "@/nowhere"], 2, "@/nowhere cannot be read"),
    (["cypher", "STORE"], 2, "QUERY"),
    (["info", "/nowhere"], 1, "There is no store at /nowhere"),
    (["info", str(ROOT / "tests")], 1, "is not a connstore store"),
    (["verify", "nothing-here"], 1, "nothing-here"),
]


@pytest.mark.parametrize(("args", "code", "words"), ERRORS, ids=str)
def test_errors(args: list[Any], code: int, words: str, store: Path) -> None:
    result = run(*(store if a == "STORE" else a for a in args), code=code)
    assert words in result.stderr and result.stdout == ""
    assert result.stderr.startswith("connstore: " if code == 1 else "Usage: ")


def test_ingest_errors(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    for line, words in (
        ("connstore ingest nowhere new", "nowhere"),
        (f"connstore ingest {ROOT}/tests new", "tests"),
        (f"connstore ingest {ROOT}/data-samples full", "not empty"),
        (f"connstore ingest {ROOT}/data-samples new --dataset :v1", ":v1"),
    ):
        result = shell(line, tmp_path)
        assert (result.returncode, result.stdout) == (1, ""), line
        assert result.stderr.startswith("connstore: ") and words in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert entries(tmp_path) == ["full"]


@pytest.mark.parametrize(
    "command",
    [
        "neurons STORE --csv",
        "connections STORE --json",
        "neurons STORE",
        "rois STORE",
        "info STORE",
    ],
)
def test_a_broken_pipe_is_quiet(command: str, store: Path, tmp_path: Path) -> None:
    """``true`` has ended long before anything is written; ``head`` ends in the middle."""
    line = "connstore " + command.replace("STORE", str(store))
    result = shell(f"{line} | true", tmp_path)
    assert (result.returncode, result.stderr) == (141, "")
    result = shell(f"{line} | head -1", tmp_path)
    assert result.returncode in (0, 141)
    assert (len(result.stdout.splitlines()), result.stderr) == (1, "")


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        ("neurons {} >&-", 0, ""),
        ("neurons {} --csv >&-", 0, ""),
        ("neurons {} --json --limit 1 >&-", 0, "1 of 330 rows"),
        ("verify {} >&-", 0, ""),
        ("verify {} >&- 2>&-", 0, ""),
        ("info {} <&- >&- 2>&-", 0, ""),
        ("info nowhere >&-", 1, "connstore: Nothing lies at"),
        ("cypher {} 'RETURN 1' 2>&-", 0, ""),
        ("cypher {} 'RETURN 1' <&-", 0, ""),
        ("cypher {} - <&-", 2, "- cannot be read: standard input is closed"),
        ("neurons {} --body-id @- <&-", 2, "@- cannot be read: standard input is closed"),
    ],
)
def test_closed_streams(command: str, code: int, words: str, store: Path, tmp_path: Path) -> None:
    result = shell(f"connstore {command.format(store)}", tmp_path)
    assert result.returncode == code
    assert words in result.stderr and "Traceback" not in result.stderr
    assert words or result.stderr == ""
    assert ">&-" not in command.replace("2>&-", "") or result.stdout == ""
    assert entries(tmp_path) == []


def test_ascii_terminals(store: Path, tmp_path: Path) -> None:
    """Output is UTF-8 whatever the locale says."""
    ask = f"connstore neurons {store} --instance '{EMOJI}' --no-regex --columns instance"
    env = {"PYTHONIOENCODING": "ascii"}
    assert json.loads(shell(f"{ask} --json", tmp_path, **env).stdout) == [{"instance": EMOJI}]
    assert EMOJI in shell(f"{ask} --csv", tmp_path, **env).stdout
    table = shell(ask, tmp_path, **env)
    assert (table.returncode, table.stderr) == (0, "") and EMOJI in table.stdout


# --- help and documentation ----------------------------------------------------------------


def test_help_imports_nothing_slow() -> None:
    code = (
        "import sys\nfrom connstore.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "slow = {'pandas', 'pyarrow', 'duckdb', 'polars', 'rich'}\n"
        "print(slow & set(sys.modules), file=sys.stderr)"
    )
    for args in (["--help"], ["neurons", "--help"], ["--version"]):
        result = child([sys.executable, "-c", code, *args], env=child_env())
        assert result.stdout and result.stderr == "set()\n"


def test_version() -> None:
    assert run("--version").stdout == f"connstore {connstore.__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_everything_has_help_and_documentation(name: str) -> None:
    command, docs = COMMANDS[name], DOCS.read_text()
    text = run(name, "--help").stdout
    assert command.help and f"connstore {name}" in docs and f"## `connstore {name} " in docs
    section = docs.split(f"## `connstore {name} ")[1] + docs.split("## Table, CSV")[1]
    for param in command.params:
        assert param.help or param.opts == ["--help"], param
        for option in (*param.opts, *param.secondary_opts):
            if option.startswith("--"):
                assert option in text and option in section, (name, option)
    params = [param for command in COMMANDS.values() for param in command.params]
    known = {option for param in params for option in (*param.opts, *param.secondary_opts)}
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", docs))
    assert told - known == {"--help", "--version"} - known


def examples(text: str) -> list[tuple[str, str]]:
    """Commands of the documentation and what it says they print."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    return [
        tuple(part.split("\n", 1))  # type: ignore[misc]
        for block in blocks
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]
    ]


def printed(command: str, cwd: Path) -> str:
    """What an example prints, errors included, with the directory under another name."""
    if command.startswith("connstore ingest") or "|" in command:
        result = shell(command, cwd, CONNSTORE_HOME=str(cwd))
        output = result.stdout + result.stderr
    else:
        import shlex

        before = Path.cwd()
        os.chdir(cwd)
        try:
            env = {"COLUMNS": "100", "CONNSTORE_HOME": str(cwd)}
            output = CliRunner().invoke(app, shlex.split(command)[1:], env=env).output
        finally:
            os.chdir(before)
    output = output.replace(str(cwd), "/home/you")
    return "".join(line.rstrip() + "\n" for line in output.splitlines())


def settled(text: str) -> str:
    """Without what other versions of the programs below, or another day, would change."""
    text = re.sub(r"[0-9][0-9.,]* (B|kB|MB|GB)\b", "SIZE", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "HASH", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "TIME", text)
    text = re.sub(r"connstore \d+\.\d+\.\S+", "VERSION", text)
    return re.sub(r" +", " ", text)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("docs").resolve()
    (path / "data-samples").symlink_to(ROOT / "data-samples")
    return path


def test_examples_of_the_documentation(workplace: Path) -> None:
    told = examples(DOCS.read_text())
    assert len(told) > 10 and told[0][0].startswith("connstore ingest")
    for command, output in told:
        assert settled(printed(command, workplace)) == settled(output), command


def main() -> None:
    """Write the examples' outputs into the documentation."""
    import tempfile

    text = DOCS.read_text()
    with tempfile.TemporaryDirectory() as directory:
        cwd = Path(directory).resolve()
        (cwd / "data-samples").symlink_to(ROOT / "data-samples")

        def again(block: re.Match[str]) -> str:
            commands = [command for command, _ in examples(block.group())]
            inner = "".join(f"$ {command}\n{printed(command, cwd)}" for command in commands)
            return f"```console\n{inner}```"

        DOCS.write_text(re.sub(r"```console\n.*?```", again, text, flags=re.S))


if __name__ == "__main__":
    main()
