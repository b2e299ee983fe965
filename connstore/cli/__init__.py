"""The command line: ``connstore ...``, one small module a family of commands.

A command's options are its function's arguments. What is slow to import (pandas, the engine) is
imported when a command runs, so that ``connstore --help`` answers at once.
"""

from __future__ import annotations

from connstore.cli.app import app


def main() -> None:
    """Run the command line; the entry point of ``connstore``."""
    app(prog_name="connstore")
