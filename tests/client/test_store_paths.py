"""Where a store lies has no influence on its answers."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from ingest.fixtures import write_mini

import connstore
from connstore import Client
from connstore.errors import ArgumentError
from connstore.ingestion import ingest
from connstore.testing import sample_path

QUERY = (
    "MATCH (n:Neuron)-[e:ConnectsTo]->(m:Neuron) "
    "RETURN n.type AS type, count(*) AS pairs, sum(e.weight) AS weight ORDER BY type"
)

#: Directories, and names beside them that the first would match as patterns.
DIRECTORIES = [
    ("type=KC", "type=MB"),  # partitions of a table, to those who write Parquet by Hive's rules
    ("weight=1/bodyId=2", "weight=2"),
    ("a*b", "axb"),
    ("**", "x"),
    ("a?b", "axb"),
    ("[v1]", "v"),
    ("[!x]", "y"),
    ("{a,b}", "a"),
    ("MBON26(b'2d)_L", "MBON26"),
    ('"quoted" $name', "quoted"),
    ("back\\slash", "backslash"),
    ("new\nline", "new line"),
    ("ümläut 😀", "umlaut"),
]


@pytest.fixture(scope="module")
def expected() -> tuple[pd.DataFrame, pd.DataFrame]:
    return ask(sample_path())


def ask(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    client = Client(path)
    return (
        connstore.fetch_neurons("DNa02", client=client)[0],
        connstore.fetch_custom(QUERY, client=client),
    )


@pytest.mark.parametrize(("directory", "beside"), DIRECTORIES)
def test_names_of_directories(
    directory: str, beside: str, expected: tuple[pd.DataFrame, ...], tmp_path: Path
) -> None:
    path = tmp_path / directory / "store"
    for each in (path, tmp_path / beside / "store"):
        shutil.copytree(sample_path(), each)
    for frame, wanted in zip(ask(path), expected, strict=True):
        pd.testing.assert_frame_equal(frame, wanted)


@pytest.mark.parametrize("directory", ["type=KC", "a*b", "[v1]", "{a,b}", "it's", "ümläut 😀"])
def test_ingest_into_any_directory(directory: str, tmp_path: Path) -> None:
    home = tmp_path / directory
    made = ingest(write_mini(home / "export"), home / directory, progress=False)
    plain = ingest(write_mini(tmp_path / "export"), tmp_path / "store", progress=False)
    assert made.path == home / directory
    assert Client(made.path).store.fingerprint == Client(plain.path).store.fingerprint


@pytest.mark.parametrize("directory", ["a?b", "back\\slash"])
def test_where_an_ingest_cannot_work(directory: str, tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    with pytest.raises(ArgumentError, match="Make the store in another directory") as refusal:
        ingest(export, tmp_path / directory / "store", progress=False)
    assert directory in str(refusal.value)
    assert not any((tmp_path / directory).iterdir())
