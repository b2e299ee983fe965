"""An engine that cannot start, or has nowhere to write."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import connstore
from connstore.engine import Engine
from connstore.errors import ArgumentError, MemoryLimitError, QueryError
from connstore.store.opening import Store
from connstore.testing import sample_path

#: No file can be written, as on a system without a writable directory for temporary files.
NOTHING_TO_WRITE_TO = """
import resource, sys, tempfile
sys.path.insert(0, sys.argv[2])
import connstore
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
try:
    tempfile.gettempdir()
except FileNotFoundError:
    client = connstore.Client(sys.argv[1])
    print(len(connstore.fetch_custom("MATCH (n:Neuron) RETURN n.bodyId", client=client)))
"""


def test_no_directory_for_temporary_files() -> None:
    root = str(Path(connstore.__file__).parents[1])
    code = NOTHING_TO_WRITE_TO
    run = subprocess.run(
        [sys.executable, "-c", code, str(sample_path()), root],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "330\n", "")


def test_every_user_has_a_place_to_spill_to() -> None:
    """Else the first one's directory would be in the way of the others."""
    place = Path(Engine.alone().value("SELECT current_setting('temp_directory')"))
    assert place.name == f"connstore-spill-{os.getuid()}-{os.getpid()}"


def test_a_file_that_is_gone_when_the_engine_starts(tmp_path: Path) -> None:
    store = Store.open(shutil.copytree(sample_path(), tmp_path / "store"))
    (store.path / "tables" / "roi.parquet").unlink()
    with pytest.raises(QueryError, match=r"roi\.parquet"):
        Engine.over(store)


@pytest.mark.parametrize("limit", ["1B", "1KB", "100KB", "300KB", "1MB"])
def test_little_memory(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNSTORE_MEMORY_LIMIT", limit)
    for start in (Engine.alone, lambda: Engine.over(Store.open(sample_path()))):
        try:
            start().rows("SELECT 1")
        except (ArgumentError, MemoryLimitError) as error:
            assert "CONNSTORE_MEMORY_LIMIT" in str(error)
