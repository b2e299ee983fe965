"""Interrupted ingests: nothing at the destination opens, and the next ingest cleans up."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connstore.ingestion import ingest
from connstore.store.opening import Store
from ingest.fixtures import copy_bundle, entries, write_mini

CHILD = """
import sys
from connstore.ingestion import ingest
print("begin", flush=True)
ingest(sys.argv[1], sys.argv[2], progress=False)
print("end", flush=True)
"""


@contextmanager
def begun(export: Path, dest: Path) -> Iterator[subprocess.Popen[str]]:
    """An ingest in another process."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(export), str(dest)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begin\n"
        yield child


def interrupt(export: Path, dest: Path, delay: float, number: int) -> tuple[int, str]:
    """Ingest in another process and send it a signal; its exit code and what it said."""
    with begun(export, dest) as child:
        time.sleep(delay)
        child.send_signal(number)
        said, _ = child.communicate()
    return child.returncode, said


@pytest.fixture(scope="module")
def duration(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long an ingest of the sample takes in a process of its own."""
    home = tmp_path_factory.mktemp("duration")
    copy = copy_bundle("sample", home / "export")
    code = (
        "import sys, time; from connstore.ingestion import ingest; start = time.perf_counter(); "
        "ingest(*sys.argv[1:], progress=False); print(time.perf_counter() - start)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(copy), str(home / "store")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    return float(answer.stdout)


def check_interrupts(tmp_path: Path, delays: list[float], number: int) -> int:
    """Interrupt ingests to one destination after some delays; how many were cut off."""
    export, dest = copy_bundle("sample", tmp_path / "export"), tmp_path / "store"
    cut_off = 0
    for delay in delays:
        code, said = interrupt(export, dest, delay, number)
        if dest.exists():
            # Too late: the store had taken its place already, whole.
            Store.open(dest).verify(progress=False)
            shutil.rmtree(dest)
            continue
        assert code != 0 and said == ""
        cut_off += 1
        left = [name for name in entries(tmp_path) if name != "export"]
        # A process that is killed cannot clean up; the next ingest to the same place does.
        assert number == signal.SIGKILL or left == []
        assert [name for name in left if not name.startswith(".connstore-staging-store-")] == []
        assert len(left) <= 1
    store = ingest(export, dest, progress=False)
    store.verify(progress=False)
    assert list(entries(tmp_path)) == ["export", "store"]
    return cut_off


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_ingest_leaves_no_store(number: int, tmp_path: Path, duration: float) -> None:
    generator = random.Random(number)
    # Early enough to cut off one at least, also where the machine is faster than a moment ago.
    delays = [duration * generator.uniform(*part) for part in ((0.02, 0.1), (0.1, 0.4), (0.4, 0.9))]
    assert check_interrupts(tmp_path, delays, number) >= 1


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_many_interrupted_ingests(number: int, tmp_path: Path, duration: float) -> None:
    delays = [duration * random.uniform(0, 1.2) for _ in range(100)]
    assert check_interrupts(tmp_path, delays, number) >= 50


def test_ingest_spares_one_at_work(tmp_path: Path) -> None:
    """Of two ingests to one place the later one fails, or takes it; neither breaks the other."""
    export, dest = copy_bundle("sample", tmp_path / "export"), tmp_path / "store"
    with begun(export, dest) as child:
        while not (found := list(tmp_path.glob(".connstore-staging-store-*/pid"))):
            time.sleep(0.001)
        child.send_signal(signal.SIGSTOP)
        ingest(write_mini(tmp_path / "mini"), dest, progress=False)
        assert found[0].exists()
        shutil.rmtree(dest)
        child.send_signal(signal.SIGCONT)
        assert child.communicate(timeout=120) == ("end\n", "")
    Store.open(dest).verify(progress=False)
    assert list(entries(tmp_path)) == ["export", "mini", "store"]
