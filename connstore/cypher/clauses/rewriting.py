"""Expressions taken apart: aggregates, grouping keys, and what is made of them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, replace
from typing import Any

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import (
    contains_aggregate,
    free_variables,
    is_aggregate,
    rewrite,
    structure,
)

#: Patterns name variables of their own, so that nothing in them is put elsewhere.
_WHOLE = (tree.PatternExpression, tree.PatternComprehension, tree.Exists)


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
        inner = local | _binds(part)
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


def _binds(part: tree.Expression) -> frozenset[str]:
    """Variables that an expression brings for some of its parts."""
    match part:
        case tree.ListComprehension(_, variable) | tree.Quantifier(_, _, variable):
            return frozenset({variable})
        case tree.Reduce(_, accumulator, _, variable):
            return frozenset({accumulator, variable})
        case _:
            return frozenset()


def with_variables(expression: tree.Expression, named: dict[Hashable, str]) -> tree.Expression:
    """An expression with variables in the place of what they stand for.

    Args:
        expression: The expression.
        named: Structures of expressions and the variables that hold their values.
    """

    def visit(part: Any) -> Any:
        if isinstance(part, _WHOLE) and structure(part) not in named:
            return part
        if isinstance(part, tree.Expression) and (name := named.get(structure(part))) is not None:
            return tree.Variable(part.at, name)
        return None

    found: tree.Expression = rewrite(expression, visit)
    return found
