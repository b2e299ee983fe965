"""One statement with its values, ready to run or to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import sqlglot


@dataclass(frozen=True)
class Statement:
    """SQL text, a value for each ``$name`` in it, and tables of ids that it reads.

    Attributes:
        sql: One SELECT statement.
        values: Placeholder name -> value.
        relations: Relation name -> Arrow table.
    """

    sql: str
    values: Mapping[str, object]
    relations: Mapping[str, pa.Table] = field(default_factory=dict)

    def __str__(self) -> str:
        pretty = sqlglot.transpile(self.sql, read="duckdb", write="duckdb", pretty=True)[0]
        values = "".join(f"\n-- ${name} = {_short(value)}" for name, value in self.values.items())
        tables = "".join(f"\n-- {name}: {t.num_rows} rows" for name, t in self.relations.items())
        return pretty + values + tables


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
