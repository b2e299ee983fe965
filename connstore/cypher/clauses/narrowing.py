"""What a SELECT's conditions tell of the relations that are costly to read whole.

A relation such as the members of synapse sets must compare its rows before it can be joined.
Where a condition says that one of its columns equals a column of something smaller, only the
rows with those values need to be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from connstore.cypher.graph.schema import Table
from connstore.cypher.sqlkit import all_of, text

#: Alias and column -> SELECTs of the only values that matter.
Within = Mapping[tuple[str, str], Sequence[str]]

#: Conditions on these columns, and ranges, hold for too many rows to be worth a comparison.
_COMMON = ("type",)


def narrowing(
    read: Sequence[tuple[str | Table, str]], where: Sequence[exp.Expr]
) -> dict[tuple[str, str], list[str]]:
    """The values that columns of costly relations can have.

    Args:
        read: The relations of a SELECT and their aliases.
        where: Its conditions.
    """
    tables = {alias: table for table, alias in read}
    found: dict[tuple[str, str], list[str]] = {}
    for one, other in _equations(where):
        for mine, theirs in ((one, other), (other, one)):
            table = tables.get(theirs.table)
            if isinstance(tables.get(mine.table), str | None) or not isinstance(table, str):
                continue
            own = [condition for condition in where if _is_about(condition, theirs.table)]
            if table == theirs.table:  # one that the clauses before have made
                select = f"SELECT {text(theirs)} FROM {table}"
            elif any(_is_selective(condition, table) for condition in own):
                tests = text(all_of(*(condition.copy() for condition in own)))
                select = f"SELECT {text(theirs)} FROM {table} AS {theirs.table} WHERE {tests}"
            else:
                continue
            found.setdefault((mine.table, mine.name), []).append(select)
    return found


def _equations(where: Sequence[exp.Expr]) -> Iterator[tuple[exp.Column, exp.Column]]:
    """Pairs of columns that conditions say are equal."""
    for condition in where:
        for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
            match part:
                case exp.EQ(this=exp.Column() as one, expression=exp.Column() as other):
                    yield one, other


def _is_selective(condition: exp.Expr, table: str) -> bool:
    """Whether a condition is likely to leave few rows; bodies are few beside synapses anyway."""
    return table.startswith("segment") or any(
        column.name not in _COMMON
        for equation in condition.find_all(exp.EQ, exp.In)
        for column in equation.find_all(exp.Column)
    )


def _is_about(condition: exp.Expr, alias: str) -> bool:
    """Whether a condition reads one relation only."""
    columns = list(condition.find_all(exp.Column))
    plain = not any(condition.find_all(exp.Var, exp.Select))
    return plain and bool(columns) and all(each.table == alias for each in columns)
