"""A table for a terminal: as many rows and columns as fit, and how many do not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from shutil import get_terminal_size

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

Cell = str | int | float | bool | None

#: Most cells of a text, tried in turn until all columns fit. Numbers are never shortened.
_TEXT_WIDTHS = (48, 28, 16, 12)
#: Cells between two columns: the box's own and one of padding.
_GAP = 2


def show(
    names: Sequence[str], columns: Sequence[Sequence[Cell]], *, total_rows: int, total_columns: int
) -> None:
    """Print a table to standard output, and below it what it leaves out.

    Args:
        names: Names of the columns.
        columns: Their values.
        total_rows: How many rows there are, shown or not.
        total_columns: How many columns there are, shown or not.
    """
    width = get_terminal_size().columns
    texts = [[name, *map(_text, column)] for name, column in zip(names, columns, strict=True)]
    numeric = [_is_numeric(column) for column in columns]
    for most in _TEXT_WIDTHS:
        cut = [
            column if is_number else [_shortened(text, most) for text in column]
            for column, is_number in zip(texts, numeric, strict=True)
        ]
        fitting = _fitting(cut, width)
        if fitting == len(cut):
            break
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0))
    for (name, *_), is_number in zip(cut[:fitting], numeric, strict=False):
        table.add_column(Text(name), justify="right" if is_number else "left", no_wrap=True)
    for row in list(zip(*cut[:fitting], strict=True))[1:]:
        # Text, not str: names such as [x] or :smile: would be taken for rich's markup.
        table.add_row(*map(Text, row))
    # A single column that is wider than the terminal is printed whole all the same.
    needed = sum(max(map(cell_len, column)) + _GAP for column in cut[:fitting])
    console = Console(file=sys.stdout, width=max(width, needed), highlight=False)
    with console.capture() as captured:  # printing itself, rich would exit at a broken pipe
        console.print(table)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))
    print(f"\n{_summary(len(columns[0]), total_rows, fitting, total_columns)}")


def _summary(rows: int, total_rows: int, columns: int, total_columns: int) -> str:
    """How much of it is shown.

    Example:
        >>> _summary(20, 354, 8, 45)
        '20 of 354 rows, 8 of 45 columns; --limit and --columns for more, --csv for all'
        >>> _summary(3, 3, 9, 9)
        '3 rows'
    """
    parts, more = [f"{total_rows:,} row{'' if total_rows == 1 else 's'}"], []
    if rows < total_rows:
        parts = [f"{rows:,} of {total_rows:,} rows"]
        more.append("--limit")
    if columns < total_columns:
        parts.append(f"{columns} of {total_columns} columns")
        more.append("--columns")
    hint = f"; {' and '.join(more)} for more, --csv for all" if more else ""
    return ", ".join(parts) + hint


def _fitting(columns: Sequence[Sequence[str]], width: int) -> int:
    """How many columns fit, from the left; at least one."""
    used = 0
    for count, column in enumerate(columns):
        used += max(map(cell_len, column)) + _GAP
        if used - _GAP > width and count:
            return count
    return len(columns)


def _is_numeric(column: Sequence[Cell]) -> bool:
    kinds = {type(value) for value in column if value is not None}
    return bool(kinds) and kinds <= {int, float}


def _text(value: Cell) -> str:
    """A value as it is shown; what would move the cursor is shown as an escape."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(value))


def _shortened(text: str, most: int) -> str:
    return text if cell_len(text) <= most else set_cell_size(text, most - 1).rstrip() + "…"
