"""Measure an ingest: its reading and sorting against code by hand, and the whole of it.

``python bench/ingest.py --stage 5000000 --whole 5000000,20000000,50000000``

Every measured piece runs in a process of its own, since the peak of memory belongs to a
process. Processor seconds are the ones to compare where the machine has other work.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from make_export import make_export

from connstore.engine import Engine
from connstore.ingestion import ingest
from connstore.ingestion.points import SYNAPSES, load_points
from connstore.ingestion.report import Report
from connstore.ingestion.source import find_source
from connstore.ingestion.workspace import Workspace
from connstore.store.hashing import content_sha256
from connstore.store.schema import ROW_GROUP_ROWS

Figures = dict[str, Any]

MEMORY_LIMIT = "2GB"
#: What is asked of the ingest.
MOST_RATIO, MOST_PEAK = 2.0, 4e9

_COLUMNS = "synapse_id, bodyId, type, x, y, z, confidence, roi_set"
_ORDER = "bodyId, type, synapse_id"
_POINT = r"^\{x:(-?\d+), y:(-?\d+), z:(-?\d+)\}$"
#: Header text of a synapse shard -> name and SQL type, for the columns that all shards have.
_FIXED = {
    ":ID(Element-ID)": ("synapse_id", "BIGINT"),
    "type:string": ("type", "VARCHAR"),
    "confidence:float": ("confidence", "FLOAT"),
    "bodyId:long": ("bodyId", "BIGINT"),
    ":Label": ("label", "VARCHAR"),
    "location:point{srid:9157}": ("location", "VARCHAR"),
}


# What runs in processes of its own.


def make(directory: str, synapses: int) -> Figures:
    """Make an export."""
    return make_export(Path(directory), synapses, tell=lambda _: None)


def stage_connstore(export: str, out: str, memory_limit: str) -> Figures:
    """The synapse shards into the working table, and that one sorted into a file."""
    clock = Clock()
    scratch = Path(out).parent
    engine = Engine.workspace(scratch, memory_limit)
    workspace = Workspace(engine, scratch, Report(), progress=False)
    load_points(workspace, SYNAPSES, find_source(Path(export)).shards("Synapses"))
    clock.lap("read")
    columns = {row[0] for row in engine.rows("DESCRIBE synapse")}
    place = {axis: axis if axis in columns else f"location.{axis}" for axis in "xyz"}
    listed = ", ".join(
        f"{place[name]}::INTEGER AS {name}" if name in place else name
        for name in _COLUMNS.split(", ")
    )
    engine.write_parquet(
        f"SELECT {listed} FROM synapse ORDER BY {_ORDER}", Path(out), ROW_GROUP_ROWS
    )
    clock.lap("sort")
    engine.close()
    return clock.figures


def stage_arrow(export: str, out: str, memory_limit: str) -> Figures:
    """By hand: pyarrow reads the columns, DuckDB sorts what streams by."""
    clock = Clock()
    kinds = {"BIGINT": pa.int64(), "FLOAT": pa.float32(), "VARCHAR": pa.string()}
    types = {text: kinds[kind] for text, (name, kind) in _FIXED.items() if name != "label"}
    names = [*(_FIXED[text][0] for text in types), "roi_set"]
    options = pa.csv.ConvertOptions(
        column_types=types,
        include_columns=list(types),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )

    def batches() -> Iterator[pa.RecordBatch]:
        for path, number, _ in _shards(export):
            with pa.csv.open_csv(
                path,
                read_options=pa.csv.ReadOptions(block_size=1 << 24),
                convert_options=options,
            ) as reader:
                for batch in reader:
                    numbers = pa.repeat(pa.scalar(number, pa.int32()), batch.num_rows)
                    yield pa.RecordBatch.from_arrays([*batch.columns, numbers], names=names)

    schema = pa.schema([*zip(names, [*types.values(), pa.int32()], strict=True)])
    connection = _duckdb(out, memory_limit)
    connection.register("rows", pa.RecordBatchReader.from_batches(schema, batches()))
    _sort(connection, "rows", out)
    clock.lap("read and sort")
    return clock.figures


def stage_duckdb(export: str, out: str, memory_limit: str) -> Figures:
    """By hand: DuckDB reads all shards with equally many columns at once, and sorts."""
    clock = Clock()
    connection = _duckdb(out, memory_limit)
    connection.execute("CREATE TABLE shard (path VARCHAR, roi_set INTEGER)")
    by_width: dict[int, list[str]] = {}
    for path, number, flags in _shards(export):
        by_width.setdefault(flags, []).append(str(path))
        connection.execute("INSERT INTO shard VALUES (?, ?)", [str(path), number])
    reads = []
    for flags, paths in by_width.items():
        columns = dict(_FIXED.values()) | {f"flag{index}": "VARCHAR" for index in range(flags)}
        reads.append(
            f"SELECT * EXCLUDE (label{''.join(f', flag{index}' for index in range(flags))}) "
            f"FROM read_csv({paths}, columns = {columns}, header = true, auto_detect = false, "
            "delim = ',', quote = '\"', escape = '\"', filename = 'path')"
        )
    _sort(connection, f"({' UNION ALL '.join(reads)}) JOIN shard USING (path)", out)
    clock.lap("read and sort")
    return clock.figures


def _shards(export: str) -> Iterator[tuple[Path, int, int]]:
    """Each shard with the number of its ROI combination and how many ROIs that has."""
    numbers: dict[frozenset[str], int] = {frozenset(): 0}
    for path in sorted(Path(export, "Neuprint_Synapses").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            cells = next(csv.reader(file))
        if cells[: len(_FIXED)] != list(_FIXED):
            raise SystemExit(f"{path}: the header is not the one that code by hand relies on")
        rois = cells[len(_FIXED) :]
        yield path, numbers.setdefault(frozenset(rois), len(numbers)), len(rois)


def _duckdb(out: str, memory_limit: str) -> duckdb.DuckDBPyConnection:

    config = {"memory_limit": memory_limit, "temp_directory": str(Path(out).parent / "spill")}
    connection = duckdb.connect(config=config)
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    return connection


def _sort(connection: duckdb.DuckDBPyConnection, rows: str, out: str) -> None:
    listed = _COLUMNS.replace("x, y, z", "p.x::INT AS x, p.y::INT AS y, p.z::INT AS z")
    connection.execute(
        f"COPY (SELECT {listed} FROM (SELECT *, regexp_extract(location, '{_POINT}', "
        f"['x', 'y', 'z']) AS p FROM {rows}) ORDER BY {_ORDER}) TO '{out}' "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS})"
    )


def content(path: str) -> Figures:
    """The number of rows of a Parquet file and the hash of what it says."""
    return {"rows": pq.read_metadata(path).num_rows, "sha256": content_sha256(Path(path))}


def whole(export: str, dest: str, memory_limit: str) -> Figures:
    """A whole ingest."""
    clock = Clock()
    ingest(export, dest, memory_limit=memory_limit, progress=False)
    clock.lap("ingest")
    return clock.figures


JOBS: dict[str, Callable[..., Figures]] = {
    job.__name__: job for job in (make, stage_connstore, stage_arrow, stage_duckdb, content, whole)
}


class Clock:
    """Seconds since the last lap: as they pass, and of processors."""

    def __init__(self) -> None:
        self.figures: Figures = {"seconds": 0.0, "cpu": 0.0, "laps": {}}
        self._start = time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        """Note what went since the last lap."""
        now = time.perf_counter(), time.process_time()
        seconds, cpu = (new - old for new, old in zip(now, self._start, strict=True))
        self.figures["laps"][name] = {"seconds": seconds, "cpu": cpu}
        self.figures["seconds"] += seconds
        self.figures["cpu"] += cpu
        self._start = now


# What the first process does: run jobs, look at their memory and disk, print.


def run(job: str, *arguments: object, watched: Path | None = None) -> Figures:
    """Run a job in a process of its own; adds its peak of memory, and of disk if watched.

    A job that fails where nothing is watched ends everything; else its figures say so.
    """
    command = [sys.executable, __file__, "--job", json.dumps([job, *arguments])]
    with tempfile.TemporaryFile("w+") as answer:
        process = subprocess.Popen(command, stdout=answer)
        disk = 0
        while True:
            # Not RUSAGE_CHILDREN, which is the highest of all children so far.
            pid, status, usage = os.wait4(process.pid, 0 if watched is None else os.WNOHANG)
            if pid:
                break
            disk = max(disk, size(watched)) if watched else 0
            time.sleep(0.2)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and watched is None:
            raise SystemExit(f"{job} failed")
        answer.seek(0)
        figures: Figures = {"failed": bool(process.returncode)}
        if not process.returncode:
            figures |= json.loads(answer.read().splitlines()[-1])
    figures["peak"] = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return figures | ({"disk": disk} if watched else {})


def size(directory: Path) -> int:
    """Bytes on disk below a directory whose files come and go."""
    total = 0
    for root, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.stat(Path(root, name)).st_blocks * 512  # noqa: PTH116
            except FileNotFoundError:
                continue
    return total


def measure_stage(home: Path, export: Path, rows: int, chosen: argparse.Namespace) -> Figures:
    """Reading and sorting, by connstore and by hand; the answers must be the same."""
    answers, results = {}, {}
    for turn in range(chosen.repeat):
        for job in ("stage_connstore", "stage_arrow", "stage_duckdb"):
            scratch = home / "stage"
            scratch.mkdir()
            out = scratch / "synapse.parquet"
            figures = run(job, str(export), str(out), chosen.memory_limit)
            if turn == 0:
                answer = run("content", str(out))
                answers[job] = answer["rows"], answer["sha256"]
            if job not in results or figures["cpu"] < results[job]["cpu"]:
                results[job] = figures
            shutil.rmtree(scratch)
    if len(set(answers.values())) != 1 or answers["stage_connstore"][0] != rows:
        raise SystemExit(f"the answers differ: {answers}, of {rows} rows")
    ratios = {
        kind: results["stage_connstore"][kind]
        / min(results[job][kind] for job in ("stage_arrow", "stage_duckdb"))
        for kind in ("seconds", "cpu")
    }
    return {"rows": rows, "answers_agree": True, "ratios": ratios, "results": results}


def measure_whole(home: Path, export: Path, made: Figures, chosen: argparse.Namespace) -> Figures:
    """A whole ingest."""
    stores = home / "stores"
    stores.mkdir()
    figures = run("whole", str(export), str(stores / "it"), chosen.memory_limit, watched=stores)
    figures |= {"rows": made["synapses"], "export": made["bytes"], "store": size(stores)}
    shutil.rmtree(stores)
    return figures


def show_stage(stage: Figures) -> None:
    print(f"\nReading and sorting {stage['rows']:,} synapse rows; the answers agree\n")
    print(f"{'':24}{'seconds':>10}{'cpu s':>10}{'rows/cpu s':>12}{'peak MB':>10}")
    for job, figures in stage["results"].items():
        print(
            f"{job.removeprefix('stage_'):24}{figures['seconds']:10.2f}{figures['cpu']:10.2f}"
            f"{stage['rows'] / figures['cpu']:12,.0f}{figures['peak'] / 1e6:10,.0f}"
        )
        for name, lap in figures["laps"].items() if len(figures["laps"]) > 1 else ():
            print(f"  {name:22}{lap['seconds']:10.2f}{lap['cpu']:10.2f}")
    ratios = stage["ratios"]
    print(
        f"connstore / best by hand: ratio {ratios['seconds']:.2f} (seconds), "
        f"{ratios['cpu']:.2f} (cpu); wanted: at most {MOST_RATIO}"
    )


def show_whole(ingests: list[Figures]) -> None:
    print(f"\nWhole ingests; wanted: a peak below {MOST_PEAK / 1e6:,.0f} MB that does not grow\n")
    heads = (
        "rows",
        "seconds",
        "cpu s",
        "rows/s",
        "MB/s",
        "peak MB",
        "export MB",
        "disk MB",
        "store",
    )
    print("".join(f"{head:>12}" for head in heads))
    for one in ingests:
        if one["failed"]:
            print(f"{one['rows']:12,}  failed; see above. Peak MB {one['peak'] / 1e6:,.0f}")
            continue
        cells = (
            one["rows"], one["seconds"], one["cpu"], one["rows"] / one["seconds"],
            one["export"] / one["seconds"] / 1e6, one["peak"] / 1e6, one["export"] / 1e6,
            one["disk"] / 1e6, one["store"] / 1e6,
        )  # fmt: skip
        print("".join(f"{cell:12,.0f}" for cell in cells))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.replace("_", "").split(",") if number]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--stage", type=_numbers, default=[1_000_000], metavar="ROWS[,ROWS...]")
    parser.add_argument("--whole", type=_numbers, default=[1_000_000], metavar="ROWS[,ROWS...]")
    parser.add_argument("--repeat", type=int, default=1, help="runs of a stage; the best counts")
    parser.add_argument("--memory-limit", default=MEMORY_LIMIT)
    parser.add_argument("--directory", type=Path, help="where to put exports and stores meanwhile")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.job:
        job, *arguments = json.loads(chosen.job)
        print(json.dumps(JOBS[job](*arguments)))
        return
    stages, ingests = [], []
    with tempfile.TemporaryDirectory(prefix="connstore-bench-", dir=chosen.directory) as home:
        for rows in sorted({*chosen.stage, *chosen.whole}):
            export = Path(home, f"export-{rows}")
            made = run("make", str(export), rows)
            if rows in chosen.stage:
                stages.append(measure_stage(Path(home), export, made["synapses"], chosen))
            if rows in chosen.whole:
                ingests.append(measure_whole(Path(home), export, made, chosen))
            shutil.rmtree(export)
    if chosen.json:
        print(json.dumps({"stages": stages, "ingests": ingests}, indent=1))
        return
    for stage in stages:
        show_stage(stage)
    if ingests:
        show_whole(ingests)


if __name__ == "__main__":
    main()
