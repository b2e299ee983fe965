"""Calls that are given up: their time is over, or somebody presses Ctrl-C."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

import pytest

import connstore
from connstore.attended import attended
from connstore.engine import Engine


class Deaf:
    """A call that knows nothing of signals: it lasts until it is stopped, and a while longer."""

    def __init__(self, asked: int = 1) -> None:
        self.begun = threading.Event()
        self.stopped = threading.Semaphore(0)
        self.asked = asked
        self.over = False

    def __call__(self) -> str:
        self.begun.set()
        for _ in range(self.asked):
            self.stopped.acquire()
        self.over = True
        raise LookupError("stopped")

    def stop(self) -> None:
        self.stopped.release()


def press_ctrl_c(when: Deaf, times: int = 1) -> threading.Thread:
    def press() -> None:
        when.begun.wait()
        for _ in range(times):
            time.sleep(0.03)
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def test_answers_and_errors_come_through() -> None:
    assert attended(lambda: 5, pytest.fail) == 5
    assert attended(lambda: 5, pytest.fail, timeout=60) == 5
    for error in (ValueError("x"), SystemExit(3), KeyboardInterrupt()):

        def fail(error: BaseException = error) -> None:
            raise error

        with pytest.raises(type(error)) as raised:
            attended(fail, pytest.fail)
        assert raised.value is error


def test_ctrl_c() -> None:
    deaf = Deaf(asked=3)
    thread = press_ctrl_c(deaf)
    with pytest.raises(KeyboardInterrupt):
        attended(deaf, deaf.stop)
    assert deaf.over, "nobody else may use what it uses before"
    thread.join()
    assert attended(lambda: 5, pytest.fail) == 5


def test_impatient_ctrl_c() -> None:
    deaf = Deaf(asked=20)
    thread = press_ctrl_c(deaf, times=5)
    with pytest.raises(KeyboardInterrupt):
        attended(deaf, deaf.stop)
    assert deaf.over
    thread.join()


def test_time_out() -> None:
    deaf = Deaf(asked=3)
    with pytest.raises(LookupError, match="stopped"):
        attended(deaf, deaf.stop, timeout=0.01)
    deaf, seen = Deaf(), []

    def ask() -> None:
        with pytest.raises(LookupError, match="stopped"):
            attended(deaf, deaf.stop, timeout=0.01)
        seen.append(attended(threading.get_ident, pytest.fail) == threading.get_ident())

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [True], "without a time-out other threads need no helper"


def test_nothing_is_kept() -> None:
    class Big:
        pass

    big = attended(Big, pytest.fail)
    gone = weakref.ref(big)
    del big
    gc.collect()
    assert gone() is None


def test_helpers_end_with_their_threads() -> None:
    def helpers() -> int:
        return sum(thread.name == "connstore" for thread in threading.enumerate())

    attended(lambda: 5, pytest.fail)
    before = helpers()
    for _ in range(5):
        thread = threading.Thread(target=attended, args=(lambda: 5, pytest.fail, 60))
        thread.start()
        thread.join()
    deadline = time.monotonic() + 10
    while helpers() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert helpers() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_fork() -> None:
    code = """
import os
from connstore.attended import attended
assert attended(lambda: 5, print) == 5
if (child := os.fork()) == 0:
    os._exit(attended(lambda: 5, print))
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 5
assert attended(lambda: 5, print) == 5
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env=here())


def here() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(connstore.__file__).parents[1])}


@pytest.mark.parametrize("way", ["table", "rows", "batches"])
def test_ctrl_c_stops_a_question(way: str) -> None:
    engine = Engine.alone()
    long = "SELECT sum(i * j) FROM range(3000000) a(i), range(3000000) b(j)"
    ask: Any = getattr(engine, way)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(ask(long)) if way == "batches" else ask(long)
    assert time.monotonic() - began < 20
    assert engine.rows("SELECT 42") == [(42,)]
