"""The benchmarks run, on tiny sizes: that they work, not how fast."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from connstore.testing import sample_path

ROOT = Path(__file__).resolve().parents[2]


def run_script(name, *arguments):
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / name, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    home = tmp_path_factory.mktemp("bench") / "export"
    made = json.loads(run_script("make_export.py", home, "--synapses", 20_000).splitlines()[-1])
    return home, made


def test_an_export_has_about_the_rows_asked_for(export):
    _, made = export
    assert 15_000 < made["synapses"] == made["pre"] + made["post"] < 25_000


def test_equal_arguments_give_equal_exports(export, tmp_path):
    home, _ = export
    run_script("make_export.py", tmp_path / "again", "--synapses", 20_000)
    files = sorted(path.relative_to(home) for path in home.rglob("*.csv"))
    assert files == sorted(p.relative_to(tmp_path / "again") for p in tmp_path.rglob("*.csv"))
    for file in files:
        assert (home / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


def test_one_synapse_shard_is_much_larger_than_the_rest(export):
    home, _ = export
    sizes = sorted(path.stat().st_size for path in (home / "Neuprint_Synapses").iterdir())
    assert len(sizes) > 200
    assert sizes[-1] > 3 * sizes[-2]


def test_every_identity_holds_in_an_export(export, tmp_path):
    home, made = export
    import pyarrow.parquet as pq

    from connstore.ingestion import ingest

    ingest(home, tmp_path / "store", progress=False)
    findings = pq.read_table(tmp_path / "store/tables/finding.parquet").to_pylist()
    assert sum(f["kind"] == "identity" for f in findings) > 15
    assert not [f for f in findings if f["ok"] is False or f["kind"] in ("drop", "repair")]
    pairs = [f for f in findings if f["code"] == "rows_read" and f["detail"] == "pair"]
    assert [f["rows"] for f in pairs] == [made["post"]]


def test_benchmark_prints_ratios_of_equal_answers():
    told = run_script("ingest.py", "--stage", 20_000, "--whole", "20000,40000")
    assert "the answers agree" in told
    assert "ratio" in told
    assert len([line for line in told.splitlines() if "stage" not in line]) > 8


def test_benchmark_gives_its_figures_as_json():
    figures = json.loads(run_script("ingest.py", "--stage", 20_000, "--whole", 20_000, "--json"))
    (stage,) = figures["stages"]
    assert stage["answers_agree"]
    assert set(stage["results"]) == {"stage_connstore", "stage_arrow", "stage_duckdb"}
    assert all(ratio > 0 for ratio in stage["ratios"].values())
    (ingest,) = figures["ingests"]
    assert ingest["peak"] > 0
    assert ingest["store"] > 0


@pytest.mark.parametrize("script", ["queries.py", "cypher.py"])
def test_questions_get_the_answers_of_sql_by_hand(script, tmp_path):
    told = run_script(script, sample_path(), "--runs", 1, "--json", tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(figures) == len(told.splitlines()) - 1 >= 6
    assert all(figure["ratio"] > 0 and figure["rows"] > 0 for figure in figures)
