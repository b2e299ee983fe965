"""Paths that callers give."""

from __future__ import annotations

import os
from pathlib import Path

from connstore.errors import ArgumentError


def given_path(what: str, path: object) -> Path:
    """A path from a caller, with ``~`` expanded.

    Args:
        what: What it is for, for messages.
        path: What was given.

    Raises:
        ArgumentError: It is no path, or none that a system could have.

    Example:
        >>> given_path("dest", "stores/mb").as_posix()
        'stores/mb'
    """
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(text, str):
        raise ArgumentError(f"{what}={path!r} should be a path: a str or a pathlib.Path")
    if "\0" in text:
        raise ArgumentError(f"{what}={text!r} is no path: it holds a NUL character")
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise ArgumentError(f"{what}={text!r}: {error} Write the path without ~.") from None
