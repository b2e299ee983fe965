"""One statement with its values, ready to run or to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa
import sqlglot

from connstore.engine import PythonFunction


@dataclass(frozen=True)
class Statement:
    """SQL text, a value for each ``$name`` in it, and tables of ids that it reads.

    Attributes:
        sql: One SELECT statement.
        values: Placeholder name -> value.
        relations: Relation name -> Arrow table.
        functions: Functions in Python that the statement calls.
        cypher: Whether a Cypher query became it: its SQL is laid out already, and goes beyond
            what can be parsed here; ``explain`` shows the engine's plan with it.
    """

    sql: str
    values: Mapping[str, object]
    relations: Mapping[str, pa.Table] = field(default_factory=dict)
    functions: tuple[PythonFunction, ...] = ()
    cypher: bool = False

    def __str__(self) -> str:
        pretty = self.sql
        if not self.cypher:
            pretty = sqlglot.transpile(self.sql, read="duckdb", write="duckdb", pretty=True)[0]
        values = "".join(f"\n-- ${name} = {_short(value)}" for name, value in self.values.items())
        tables = "".join(f"\n-- {name}: {t.num_rows} rows" for name, t in self.relations.items())
        return pretty + values + tables

    @property
    def planning(self) -> Statement:
        """A statement that answers with the engine's plan, ``explain_value``."""
        return replace(self, sql=f"EXPLAIN {self.sql}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
