"""Staging directories: which are at work, and which were left behind by ingests that died.

A directory at work holds a file that its process has locked. The system gives the lock back
however the process ends, and knows of it in other containers too, and on most shared disks on other
hosts. Where there are no such locks, the number of the process in that file must do.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

if sys.platform != "win32":
    import fcntl

_LOCK = "pid"
#: What mkdtemp puts behind its prefix.
_RANDOM = "[a-z0-9_]{8}"
#: Seconds after which a directory without its file was left behind: it is made at once.
_NEW = 60


@contextmanager
def in_use(staging: Path) -> Iterator[None]:
    """Mark a staging directory as one at work."""
    unlocked = staging / f"{_LOCK}.new"
    with unlocked.open("w", encoding="ascii") as file:
        file.write(str(os.getpid()))
        file.flush()
        _lock(file)
        unlocked.replace(staging / _LOCK)  # now that it is locked, others may look
        yield


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Remove the staging directories in a directory whose ingests are no longer running.

    Args:
        parent: The directory.
        prefix: What mkdtemp was given for theirs.
    """
    pattern = re.compile(re.escape(prefix) + _RANDOM)
    for path in sorted(parent.iterdir()):
        if pattern.fullmatch(path.name) and _is_left(path):
            shutil.rmtree(path, ignore_errors=True)


def _is_left(staging: Path) -> bool:
    """Whether nobody works in a staging directory any more, as far as one can tell."""
    try:
        with (staging / _LOCK).open("r+", encoding="ascii", errors="replace") as file:
            locked = _lock(file)
            return not _is_running(file.read()) if locked is None else locked
    except FileNotFoundError:
        return time.time() - staging.stat().st_mtime > _NEW
    except OSError:  # it is somebody else's
        return False


def _lock(file: TextIO) -> bool | None:
    """Whether a file could be locked until it is closed; None where there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # not on this file system
        return None
    return True


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
