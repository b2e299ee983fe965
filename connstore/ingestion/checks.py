"""Checks that working tables must pass before anything is made of them.

What fails here is an error with file and line: the export contradicts itself.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from itertools import islice

from connstore.errors import IngestError
from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.header import HeaderCell
from connstore.ingestion.workspace import Workspace
from connstore.sqltext import quote_name

#: Working table -> its columns that must have a value, with the role or property they come from.
_NEEDED = {
    "segment": {"bodyId": "ID", "labels": "LABEL"},
    "connection": {"body_pre": "START_ID", "body_post": "END_ID", "weight": "weight"},
    "synapse": {"synapse_id": "ID", "type": "type", "location": "location"},
    "set_owner": {"bodyId": "START_ID", "set_id": "END_ID"},
    "set_member": {"set_id": "START_ID", "synapse_id": "END_ID"},
    "pair": {"pre_id": "START_ID", "post_id": "END_ID"},
    "element": {"element_id": "ID", "type": "type", "location": "location"},
    "element_member": {"element_id": "END_ID"},
    "closeto": {"synapse_id": "START_ID", "element_id": "END_ID"},
}

#: Working table -> the columns that no two rows share.
_UNIQUE = {
    "segment": {"bodyId": "ID"},
    "connection": {"body_pre": "START_ID", "body_post": "END_ID"},
    "synapse": {"synapse_id": "ID"},
    "element": {"element_id": "ID"},
}


def check_working_tables(workspace: Workspace) -> None:
    """Check that ids, weights, types and locations are there, and that bodies are unique.

    Raises:
        IngestError: They are not; names the file, line and column where that can be found.
    """
    for table, needed in _NEEDED.items():
        if workspace.has(table):
            _check_values(workspace, table, needed)
    for table, unique in _UNIQUE.items():
        if workspace.has(table):
            _check_unique(workspace, table, unique)
    _check_weights(workspace)
    _check_synapse_types(workspace)


def _check_values(workspace: Workspace, table: str, needed: dict[str, str]) -> None:
    nulls = ", ".join(f"count(*) - count({quote_name(column)})" for column in needed)
    (counts,) = workspace.engine.rows(f"SELECT {nulls} FROM {quote_name(table)}")
    for origin, count in zip(needed.values(), counts, strict=True):
        if not count:
            continue
        raise located(
            workspace,
            table,
            {origin: lambda cell: cell == ""},
            f"the cell is empty, but every row needs a value ({count} rows have none)",
        )


def _check_unique(workspace: Workspace, table: str, unique: dict[str, str]) -> None:
    names = ", ".join(map(quote_name, unique))
    twice = workspace.engine.rows(
        f"SELECT {names} FROM {quote_name(table)} GROUP BY ALL HAVING count(*) > 1 "
        "ORDER BY ALL LIMIT 1"
    )
    for row in twice:
        wanted = {
            origin: _is_number(value) for origin, value in zip(unique.values(), row, strict=True)
        }
        what = " -> ".join(map(str, row))
        raise located(workspace, table, wanted, f"{table} {what} is there twice", nth=2)


def _check_weights(workspace: Workspace) -> None:
    for weight in ("weight", "weightHP", "weightHR"):
        odd = workspace.engine.rows(
            f"SELECT {weight} FROM connection WHERE {weight} NOT BETWEEN 0 AND 2147483647 "
            f"ORDER BY {weight} LIMIT 1"
        )
        for (value,) in odd:
            raise located(
                workspace,
                "connection",
                {weight: _is_number(value)},
                f"{value} is no number of synapses",
            )


def _check_synapse_types(workspace: Workspace) -> None:
    if not workspace.has("synapse"):
        return
    odd = workspace.engine.rows(
        "SELECT type FROM synapse WHERE type NOT IN ('pre', 'post') ORDER BY type LIMIT 1"
    )
    for (type_,) in odd:
        raise located(
            workspace,
            "synapse",
            {"type": partial(operator.eq, type_)},
            f"{type_!r} is no synapse type; pre and post are",
        )


def located(
    workspace: Workspace,
    table: str,
    wanted: dict[str, Callable[[str], bool]],
    problem: str,
    nth: int = 1,
) -> IngestError:
    """An error for the nth row of a table's files whose cells are as wanted.

    Args:
        workspace: Knows the files.
        table: Working table that the files fill.
        wanted: Role or property -> what its cell must satisfy.
        problem: What is wrong with that row.
        nth: Which of the rows.
    """
    for file in workspace.files[table]:
        places = {
            index: test
            for origin, test in wanted.items()
            for index, cell in enumerate(file.header)
            if _is_origin(cell, origin)
        }
        if len(places) < len(wanted):
            continue
        column = file.header[min(places)].text
        if not isinstance(file, ExportFile):
            return IngestError(problem, file=file.name, column=column)
        for line, row in islice(file.rows(), 1, None):
            if row and all(test(row[index]) for index, test in places.items()):
                nth -= 1
                if nth == 0:
                    return IngestError(problem, file=file.name, line=line, column=column)
    return IngestError(problem, column=next(iter(wanted)))


def _is_number(value: int) -> Callable[[str], bool]:
    """Whether a cell says a whole number, perhaps with zeros or blanks around it."""
    pattern = re.compile(rf"\s*{'-' * (value < 0)}0*{abs(value)}\s*")
    return lambda cell: pattern.fullmatch(cell) is not None


def _is_origin(cell: HeaderCell, origin: str) -> bool:
    return cell.role == origin if origin.isupper() else not cell.role and cell.name == origin
