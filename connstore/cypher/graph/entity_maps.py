"""All properties of a node or relationship, as the text of a map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from json import dumps

from sqlglot import exp

from connstore.cypher.expressions.conversions import as_any
from connstore.cypher.graph.schema import Bind, OverScan, PropertySource
from connstore.cypher.sqlkit import call, concat, words
from connstore.cypher.types import Typed


def json_map(
    properties: Mapping[str, PropertySource],
    more: Callable[[str, Bind], exp.Expr] | None = None,
) -> OverScan:
    """A map of properties without those that are null.

    Args:
        properties: The properties.
        more: Gives further entries by a scan, in one text such as ``"EB":true``; or null.
    """

    def sql(scan: str, bind: Bind) -> exp.Expr:
        entries: list[exp.Expr] = []
        for name, source in properties.items():
            # A null makes its whole entry null, and array_to_string leaves that out.
            value = as_any(Typed(source.sql(scan, bind), source.type), None)
            entries.append(concat([_key(name), value.sql]))
        if more is not None:
            entries.append(more(scan, bind))
        listed = exp.Array(expressions=entries)
        joined = call("array_to_string", listed, words(","))
        return concat([words("{"), joined, words("}")])

    return sql


def _key(name: str) -> exp.Expr:
    """The text ``"name":`` of a map's entry."""
    escaped = f"${name}" if name.startswith("$") else name
    return words(dumps(escaped, ensure_ascii=False) + ":")
