"""Expressions taken apart: aggregates, grouping keys, and what is made of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, replace
from typing import Any

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import (
    binds,
    contains_aggregate,
    free_variables,
    is_aggregate,
    rewrite,
    structure,
)


class Isolation:
    """Expressions taken apart for grouping: aggregates, grouping keys, and what is made of them.

    The largest parts of an expression that hold no aggregate are grouping keys, projected or
    not: Neo4j 4.4 groups so (its rewriter ``isolateAggregation``), Neo4j 5 refuses them.

    Attributes:
        aggregates: Variable of our own -> call of an aggregate function.
        keys: Variable of our own -> grouping key.
    """

    def __init__(self) -> None:
        self.aggregates: dict[str, tree.Call | tree.CountStar] = {}
        self.keys: dict[str, tree.Expression] = {}
        self._names: dict[Hashable, str] = {}

    def isolate(self, expression: tree.Expression) -> tree.Expression:
        """The expression over variables for its aggregates and grouping keys."""
        isolated: tree.Expression = self._isolate(expression, frozenset())
        return isolated

    def _isolate(self, node: Any, local: frozenset[str]) -> Any:
        def visit(part: Any) -> Any:
            if not isinstance(part, tree.Expression):
                return None
            if isinstance(part, tree.Call | tree.CountStar) and is_aggregate(part):
                return self._named(part, self.aggregates, "\0a")
            if not contains_aggregate(part):
                free = free_variables(part)
                if not free:
                    return part
                if not free & local:
                    return self._named(part, self.keys, "\0k")
                return part if isinstance(part, tree.Variable) else self._below(part, local)
            return self._below(part, local)

        return rewrite(node, visit)

    def _below(self, part: tree.Expression, local: frozenset[str]) -> Any:
        """A part whose own parts are taken apart, each with the variables it sees."""
        inner = local | binds(part)
        outside = {"source", "initial"} if inner != local else set()
        changed = {
            field.name: self._isolate(
                getattr(part, field.name), local if field.name in outside else inner
            )
            for field in fields(part)
            if field.name != "at"
        }
        return replace(part, **changed)

    def _named(self, part: Any, table: dict[str, Any], prefix: str) -> tree.Variable:
        key = (prefix, structure(part))
        name = self._names.setdefault(key, f"{prefix}{len(self._names)}")
        table[name] = part
        return tree.Variable(part.at, name)
