"""Calls that can be given up: after a time, and in the main thread at Ctrl-C.

Python tells of Ctrl-C in the main thread, and only while that runs Python; a library that works
for long may look seldom or never. So a helper thread makes such calls, and the one that asks waits.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")

#: Seconds between two looks: for Ctrl-C where it does not end a wait, and for the end of a call
#: that is being stopped.
_LOOK, _STOP = 0.1, 0.02


def attended(call: Callable[[], T], stop: Callable[[], None], timeout: float | None = None) -> T:
    """What a call gives, unless Ctrl-C or the time ends it.

    It is over in any case when this returns. Threads other than the main one are not told of
    Ctrl-C: without a time-out they make their calls themselves.

    Args:
        call: The call.
        stop: Makes it end soon, with an error; called until it has ended.
        timeout: Seconds after which it is stopped.

    Raises:
        BaseException: What the call raised; KeyboardInterrupt after Ctrl-C.
    """
    if timeout is None and threading.current_thread() is not threading.main_thread():
        return call()
    jobs = _jobs()
    job = _Job(call)
    try:
        jobs.put(job)
        job.wait(timeout)
    except BaseException:
        _stop(job, stop)
        raise
    _stop(job, stop)
    return job.result()


class _Job(Generic[T]):
    """A call, its end and its outcome."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._end = threading.Lock()
        self._end.acquire()
        self.ended = False
        self._outcome: list[T] = []
        self._error: BaseException | None = None

    def make(self) -> None:
        """Make the call; in the helper."""
        try:
            self._outcome.append(self._call())
        except BaseException as error:
            self._error = error
        self.ended = True
        self._end.release()

    def wait(self, timeout: float | None) -> None:
        """Wait for its end, so many seconds at most."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.ended:
            left = _LOOK if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return
            self._end.acquire(timeout=min(left, _LOOK))

    def result(self) -> T:
        """What the call gave, or raised."""
        if self._error is None:
            return self._outcome.pop()
        try:
            raise self._error
        finally:
            self._error = None  # whose traceback knows this job


def _stop(job: _Job[T], stop: Callable[[], None]) -> None:
    """Have a job end, if it has not, whatever comes meanwhile; its call may not have begun yet."""
    while not job.ended:
        try:
            stop()
            job.wait(_STOP)
        except KeyboardInterrupt:  # again: it is being stopped
            continue


class _Helper:
    """A thread that makes the calls of another one; it ends with that."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        threading.Thread(target=_work, args=(self.jobs,), name="connstore", daemon=True).start()
        weakref.finalize(self, self.jobs.put, None)


_own = threading.local()


def _jobs() -> SimpleQueue[_Job[Any] | None]:
    """Where this thread, in this process, leaves jobs for its helper."""
    helper: _Helper | None = getattr(_own, "helper", None)
    if helper is None or helper.process != os.getpid():
        helper = _own.helper = _Helper()
    return helper.jobs


def _work(jobs: SimpleQueue[_Job[Any] | None]) -> None:
    """Do one job after the other, and keep nothing of them."""
    while (job := jobs.get()) is not None:
        job.make()
        del job
