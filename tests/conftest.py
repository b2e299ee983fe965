"""What all tests begin with, and what tests of several directories share."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

# Started in the background, a process ignores Ctrl-C, and so do those that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A directory where this process has the rights of an ordinary user, even under root."""
    directory = Path(mkdtemp(prefix="connstore-test-"))
    root = os.geteuid() == 0
    if root:
        os.chown(directory, 65534, 65534)
        os.seteuid(65534)
    try:
        yield directory
    finally:
        if root:
            os.seteuid(0)
        for path in directory.rglob("*"):
            path.chmod(0o700)
        shutil.rmtree(directory)
