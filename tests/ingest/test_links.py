"""Links inside an export are followed, and nothing behind one is left out in silence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connstore.errors import IngestError
from connstore.ingestion import ingest
from connstore.store.opening import Store
from ingest.fixtures import write_mini


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("expected")
    return ingest(write_mini(home / "export"), home / "store", progress=False)


def move_away(path: Path) -> Path:
    """Move something out of the export and leave a link."""
    away = path.parents[1] / "away" / path.name
    away.parent.mkdir(exist_ok=True)
    path.rename(away)
    path.symlink_to(away)
    return away


@pytest.mark.parametrize("table", ["Neurons", "Synapses", "Elements"])
def test_links_are_followed(table: str, expected: Store, tmp_path: Path) -> None:
    """The directory of a table, one in it, a file, and the export itself."""
    export = write_mini(tmp_path / "export")
    directory = export / f"Neuprint_{table}"
    away = move_away(directory)
    for name in sorted(path.name for path in away.iterdir()):
        (away / "deeper").mkdir(exist_ok=True)
        (away / name).rename(away / "deeper" / name)
    move_away(away / "deeper")
    (tmp_path / "link").symlink_to("export")
    store = ingest(tmp_path / "link", tmp_path / "store", progress=False)
    assert store.fingerprint == expected.fingerprint
    sources = store.read("source_file").to_pylist()
    beside = [row for row in sources if row["path"].startswith(f"Neuprint_{table}/deeper/")]
    assert beside and all(row["rows_read"] is not None for row in beside)


def test_links_back_end(expected: Store, tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    (export / "Neuprint_Synapses" / "back").symlink_to(".")
    (export / "extra").mkdir()
    (export / "extra" / "top").symlink_to(export)
    store = ingest(export, tmp_path / "store", progress=False)
    assert store.fingerprint == expected.fingerprint
    assert store.read("source_file")["path"].equals(expected.read("source_file")["path"])


@pytest.mark.parametrize(
    "path", ["Neuprint_Neurons", "Neuprint_Synapses", "Neuprint_Elements", "Neuprint_Synapses/more"]
)
def test_links_that_lead_nowhere(path: str, tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    if (export / path).exists():
        move_away(export / path).rename(tmp_path / "gone")
    else:
        (export / path).symlink_to("nowhere")
    with pytest.raises(IngestError, match=rf"{path}.*a link to .*which leads nowhere"):
        ingest(export, tmp_path / "store", progress=False)


@pytest.mark.parametrize("table", ["Neurons", "Synapses", "Elements"])
def test_a_file_in_the_place_of_a_directory(table: str, tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    (export / f"Neuprint_{table}").rename(tmp_path / "gone")
    (export / f"Neuprint_{table}").write_text("x")
    with pytest.raises(IngestError, match=rf"Neuprint_{table}: it should be a directory"):
        ingest(export, tmp_path / "store", progress=False)


def test_what_is_neither_file_nor_directory(tmp_path: Path) -> None:
    export = write_mini(tmp_path / "export")
    os.mkfifo(export / "Neuprint_Synapses" / "000009.csv")
    with pytest.raises(IngestError, match=r"000009.csv: it is neither a file nor a directory"):
        ingest(export, tmp_path / "store", progress=False)


def test_links_that_nobody_reads(expected: Store, tmp_path: Path) -> None:
    """As in a download of which some files were never fetched."""
    export = write_mini(tmp_path / "export")
    (export / "body_elements.feather").symlink_to("nowhere")
    store = ingest(export, tmp_path / "store", progress=False)
    assert store.fingerprint == expected.fingerprint


def test_skeletons_behind_links(tmp_path: Path) -> None:
    export, away = write_mini(tmp_path / "export"), tmp_path / "away"
    away.mkdir()
    (away / "5.swc").write_text("1 0 1 2 3 4 -1\n")
    (tmp_path / "swc").mkdir()
    (tmp_path / "swc" / "more").symlink_to(away)
    store = ingest(export, tmp_path / "store", skeletons=tmp_path / "swc", progress=False)
    assert store.read("skeleton").num_rows == 1
    (away / "5.swc").rename(tmp_path / "5.swc")
    away.rmdir()
    with pytest.raises(IngestError, match=r"swc/more: it is neither .* a link to .* leads nowhere"):
        ingest(export, tmp_path / "other", skeletons=tmp_path / "swc", progress=False)
