"""Arguments and options that several commands have, and how their texts are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

StoreArgument = Annotated[
    str, typer.Argument(metavar="STORE", help="Directory of a store, or a dataset's name.")
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Draw no progress bars.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")]
Json = Annotated[bool, typer.Option("--json", help="Print all rows as one JSON array.")]
Parquet = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write all rows to a Parquet file.")
]
Columns = Annotated[
    str | None,
    typer.Option(metavar="A,B,C", help="Columns to show, in this order, separated by commas."),
]
Limit = Annotated[
    int | None,
    typer.Option(metavar="N", min=0, help="Show at most N rows; the table shows 20 by default."),
]


def names(text: str | None) -> list[str]:
    """The names in a comma-separated list.

    Example:
        >>> names("bodyId, type"), names(None)
        (['bodyId', 'type'], [])
    """
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def body_ids(texts: Iterable[str], option: str) -> list[int]:
    """Body ids from what was given for an option: ids, ``@file`` or ``@-``.

    Args:
        texts: What was given.
        option: Its name, for messages.

    Raises:
        typer.BadParameter: Something is no body id, or a file has none.
    """
    return [_body_id(text, where, option) for text, where in _expanded(texts, option)]


def ids_or_names(texts: Iterable[str], option: str) -> list[int] | list[str] | None:
    """What ``--from`` or ``--to`` was given: body ids, or names; None for all neurons.

    A text of digits is a body id, but ``0042`` is a name: no id begins with a zero.

    Raises:
        typer.BadParameter: Ids and names are mixed, which the library's criteria cannot say.
    """
    expanded = [text for text, _ in _expanded(texts, option)]
    ids = [text for text in expanded if text.isascii() and text.isdigit() and text[0] != "0"]
    if not expanded:
        return None
    if ids and len(ids) < len(expanded):
        other = next(text for text in expanded if text not in ids)
        raise typer.BadParameter(
            f"give body ids or names, not both: {ids[0]} and {other!r}", param_hint=option
        )
    return body_ids(ids, option) if ids else expanded


def _expanded(texts: Iterable[str], option: str) -> Iterator[tuple[str, str]]:
    """The texts, with the lines of a file in the place of its name; and where each comes from.

    An empty file is an error: no ids at all would mean every neuron.
    """
    for text in texts:
        if not text.startswith("@"):
            yield text, ""
            continue
        lines = _lines(text[1:], option)
        found = [(line.strip(), f", {text} line {n}") for n, line in enumerate(lines, 1)]
        found = [(line, where) for line, where in found if line and not line.startswith("#")]
        if not found:
            raise typer.BadParameter(f"{text} holds no body ids", param_hint=option)
        yield from found


def _lines(file: str, option: str) -> list[str]:
    try:
        data = standard_input() if file == "-" else Path(file).expanduser().read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"@{file} cannot be read: {error}", param_hint=option) from None


def standard_input() -> bytes:
    """All of standard input.

    Raises:
        OSError: It is closed.
    """
    if sys.stdin is None:
        raise OSError("standard input is closed")
    return sys.stdin.buffer.read()


def _body_id(text: str, where: str, option: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise typer.BadParameter(
            f"{text!r} is no body id (a whole number below 2^63){where}", param_hint=option
        )
    return int(text)
