"""Node sets on the command line."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import connstore
from connstore import NeuronCriteria, registry
from connstore.cli.app import app
from connstore.testing import sample_path

SETS = {
    "MB:ONs": {"type": {"$regex": "^MBON"}},
    "Large": {"post": {"$gte": 200}},
    "In CA": {"@roi": "CA(R)"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a:b" / "sets.json"
    path.parent.mkdir()
    path.write_text(json.dumps(SETS))
    return path


def run(*args: Any, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [str(arg) for arg in args], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result


def bodies(*args: Any) -> list[int]:
    result = run("neurons", sample_path(), *args, "--csv", "--columns", "bodyId")
    return [int(row["bodyId"]) for row in csv.DictReader(StringIO(result.stdout))]


def expected(**fields: Any) -> list[int]:
    with registry._no_registration():
        client = connstore.Client(sample_path())
    return connstore.fetch_neurons(NeuronCriteria(**fields), client=client)[0]["bodyId"].tolist()


def test_neurons(file: Path) -> None:
    assert bodies("--node-set", f"{file}:MB:ONs") == expected(type="MBON.*")
    assert bodies(
        "--node-set", f"{file}:Large", "--type", "MBON.*", "--status", "Traced"
    ) == expected(type="MBON.*", status="Traced", min_post=200)


def test_connections(file: Path) -> None:
    sides = ("--from-node-set", f"{file}:Large", "--to-node-set", f"{file}:MB:ONs")
    found = run("connections", sample_path(), *sides, "--csv").stdout
    with registry._no_registration():
        client = connstore.Client(sample_path())
    large, mbons = NeuronCriteria(min_post=200), NeuronCriteria(type="MBON.*")
    _, edges = connstore.fetch_adjacencies(large, mbons, client=client)
    rows = list(csv.DictReader(StringIO(found)))
    assert [int(row["weight"]) for row in rows] == edges["weight"].tolist()
    run("connections", sample_path(), *sides, "--to", "KC.*", code=2)


def test_what_is_wrong(file: Path) -> None:
    for argument, said, code in (
        (f"{file}:MB:ON", "Did you mean MB:ONs", 1),
        (f"{file.parent}/none.json:MB", "there is no file", 2),
        (str(file), "there is no file", 2),
        ("sets", "not FILE:NAME", 2),
    ):
        result = run("neurons", sample_path(), "--node-set", argument, code=code)
        assert said in " ".join(result.output.replace("│", " ").split())
    run("neurons", sample_path(), "--node-set", f"{file}:Large", "--label", "Segment", code=2)


def test_extensions_must_be_asked_for(file: Path) -> None:
    strict = run("neurons", sample_path(), "--node-set", f"{file}:In CA", code=1)
    assert "extended" in strict.output
    assert bodies("--node-set", f"{file}:In CA", "--extended") == expected(rois="CA(R)")
