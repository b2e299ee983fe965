"""The parts of a WHERE that hold one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import SUBQUERIES, free_variables, walk


def conjuncts(where: tree.Expression | None) -> Iterator[tree.Expression]:
    """The conditions that AND joins, from left to right."""
    match where:
        case None:
            return
        case tree.Binary(_, "AND", left, right):
            yield from conjuncts(left)
            yield from conjuncts(right)
        case _:
            yield where


def has_subquery(*nodes: tree.Node | None) -> bool:
    """Whether some nodes hold a pattern or a whole query inside an expression."""
    return any(isinstance(n, SUBQUERIES) for node in nodes if node for n in walk(node))


def anchors(conditions: Collection[tree.Expression], variables: Collection[str]) -> frozenset[str]:
    """Those of some new variables that a condition compares with what is known already."""
    found: set[str] = set()
    for condition in conditions:
        names = free_variables(condition).intersection(variables)
        if len(names) == 1 and _selects(condition):
            found |= names
    return frozenset(found)


def _selects(condition: tree.Expression) -> bool:
    """Whether a condition is likely to hold for few rows."""
    match condition:
        case tree.Comparison(_, _, operators):
            return "=" in operators
        case tree.Binary(_, operator, _, _):
            return operator in ("IN", "=~", "STARTS WITH", "CONTAINS", "ENDS WITH", "OR")
        case _:
            return False
