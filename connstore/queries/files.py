"""Files that a function writes because its caller asked for them."""

from __future__ import annotations

from pathlib import Path

from connstore.errors import OutputError


def write_file(function: str, path: str | Path, data: bytes) -> None:
    """Write a file, or write it anew.

    Raises:
        OutputError: It cannot be written.
    """
    try:
        Path(path).expanduser().write_bytes(data)
    except OSError as error:
        raise OutputError(f"{function}: cannot write {path}: {error.strerror}") from None
