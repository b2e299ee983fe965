"""The command line: ``connstore ...``, one small module a family of commands.

A command's options are its function's arguments. What is slow to import (pandas, the engine) is
imported when a command runs, so that ``connstore --help`` answers at once.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO

from connstore.cli.app import app


def main() -> None:
    """Run the command line; the entry point of ``connstore``."""
    # Closed (>&-), they are None: what is written goes nowhere then, and the exit code tells.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names are not ASCII, whatever the locale; paths may not even be text.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app(prog_name="connstore")


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w")
