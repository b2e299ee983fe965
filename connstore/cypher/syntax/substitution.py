"""Names of items in the place of what equals their expressions, behind WITH and RETURN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import SUBQUERIES, binds, free_variables, rewrite, structure


def over_items(expression: tree.Expression, items: Sequence[tree.Item]) -> tree.Expression:
    """An expression of ORDER BY or WHERE, over the columns that items make.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> query = parse("MATCH (n) RETURN n.x + 1 AS y ORDER BY (n.x + 1) * 2")
        >>> clause = query.parts[0].clauses[1]
        >>> over_items(clause.order[0].expression, clause.items).left.name
        'y'
    """
    names = {item.name for item in items}
    named = {
        structure(item.expression): item.name
        for item in items
        if not isinstance(item.expression, tree.Literal)
        # A name that is an item's stands for that item.
        and not (isinstance(item.expression, tree.Variable) and item.expression.name in names)
    }
    # Patterns keep what is in them; a list expression with a variable of such a name means its own.
    read = frozenset[str]().union(*(free_variables(item.expression) for item in items))

    def visit(part: Any) -> Any:
        if not isinstance(part, tree.Expression):
            return None
        if (name := named.get(structure(part))) is not None:
            return tree.Variable(part.at, name)
        whole = isinstance(part, SUBQUERIES) or not read.isdisjoint(binds(part))
        return part if whole else None

    found: tree.Expression = rewrite(expression, visit)
    return found
