"""Every knob of connstore: environment variables ``CONNSTORE_*``, as data."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connstore.errors import ArgumentError


@dataclass(frozen=True)
class Setting:
    """One environment variable: its default, how its text is read, what it means."""

    name: str
    default: str
    read: Callable[[str], object]
    doc: str


def _switch(text: str) -> bool:
    choices = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    return choices[text.lower()]


def _count(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not 0 <= (number := int(text)) <= most:
            raise ValueError(text)
        return number

    return read


def _seconds(text: str) -> float:
    if not 0 <= (number := float(text)) < float("inf"):
        raise ValueError(text)
    return number


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "CONNSTORE_HOME",
            "~/.connstore",
            lambda text: Path(text).expanduser(),
            "Directory whose sub-directories are stores; "
            "Client(server, dataset='hemibrain:v1.2.1') looks for the dataset there.",
        ),
        Setting(
            "CONNSTORE_MEMORY_LIMIT",
            "",
            str,
            "Memory the engine may use, such as '4GB'. "
            "Empty: the engine's own default for questions, 2GB for an ingest.",
        ),
        Setting(
            "CONNSTORE_THREADS",
            "0",
            _count(1024),
            "Threads the engine may use, at most 1024; 0 takes one per processor.",
        ),
        Setting(
            "CONNSTORE_CYPHER_TIMEOUT",
            "0",
            _seconds,
            "Seconds after which a Cypher query is interrupted with an error; 0: never.",
        ),
        Setting(
            "CONNSTORE_CYPHER_ROWS",
            "0",
            _count(2**63 - 2),
            "Rows that a Cypher query may return; more are an error. 0: any number.",
        ),
        Setting(
            "CONNSTORE_PROGRESS",
            "1",
            _switch,
            "Progress bars on long work; 0 switches them off. They are off in CI too.",
        ),
    )
}


def setting(name: str) -> object:
    """The value of one setting, from the environment or its default.

    Args:
        name: A key of :data:`SETTINGS`.

    Returns:
        The value as the setting's reader gives it (path, text, number or switch).

    Raises:
        ArgumentError: The environment holds a text that the setting does not take.

    Example:
        >>> setting("CONNSTORE_THREADS")
        0
    """
    known = SETTINGS[name]
    text = os.environ.get(name, known.default)
    try:
        return known.read(text)
    except (ValueError, KeyError, RuntimeError):  # the last: ~ of nobody
        raise ArgumentError(
            f"{name}={text!r} is not a value it takes. {known.doc} Default: {known.default!r}."
        ) from None


def home() -> Path:
    """The directory that holds the stores (``CONNSTORE_HOME``)."""
    return Path(str(setting("CONNSTORE_HOME")))


def show_progress(wanted: bool | None = None) -> bool:
    """Whether long work draws a progress bar: as asked, else by the settings.

    Example:
        >>> show_progress(False)
        False
    """
    if wanted is not None:
        return wanted
    return bool(setting("CONNSTORE_PROGRESS")) and not os.environ.get("CI")
