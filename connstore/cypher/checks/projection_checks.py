"""What is wrong with WITH and RETURN: columns, aliases, ORDER BY, SKIP and LIMIT."""

from __future__ import annotations

from abc import ABC

from connstore.cypher.checks.expression_checks import ALLOWED, ExpressionChecks
from connstore.cypher.checks.scopes import Scope, sort_of
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.substitution import over_items
from connstore.cypher.syntax.walk import contains_aggregate, free_variables


def column_names(projection: tree.Projection, scope: Scope) -> tuple[str, ...]:
    """Names of the columns of a projection: those of ``*`` in alphabetical order, then items."""
    known = sorted(scope) if projection.star else []
    return (*known, *(item.name for item in projection.items))


class ProjectionChecks(ExpressionChecks, ABC):
    """Checks WITH and RETURN."""

    def projection(self, clause: tree.Projection, scope: Scope) -> Scope:
        """Check a projection; the scope behind it."""
        for item in clause.items:
            self.expression(item.expression, scope, ALLOWED)
            named = isinstance(item.expression, tree.Variable | tree.MapProjection)
            if isinstance(clause, tree.With) and item.alias is None and not named:
                self.refuse("Expression in WITH must be aliased (use AS)", item)
        if clause.star and not scope and isinstance(clause, tree.Return):
            self.refuse("RETURN * is not allowed when there are no variables in scope", clause)
        self._no_duplicates(clause, scope)
        after = {item.name: sort_of(item.expression, scope) for item in clause.items}
        if clause.star:
            after = {**scope, **after}
        self._behind_items(clause, scope, after)
        for word, count in ("SKIP", clause.skip), ("LIMIT", clause.limit):
            if count is not None:
                self._row_count(word, count, scope)
        return after

    def _no_duplicates(self, clause: tree.Projection, scope: Scope) -> None:
        seen = set(scope) if clause.star else set()
        for item in clause.items:
            if item.name in seen:
                self.refuse(
                    "Multiple result columns with the same name are not supported: "
                    f"`{item.name}`. Rename one with AS",
                    item,
                )
            seen.add(item.name)

    def _behind_items(self, clause: tree.Projection, scope: Scope, after: Scope) -> None:
        """ORDER BY and WHERE see the columns and, unless rows were merged, what was before.

        Where they were, what equals an item stands for its column.
        """
        merged = clause.distinct or any(
            contains_aggregate(item.expression) for item in clause.items
        )
        visible = after if merged else {**scope, **after}
        for key in clause.order:
            expression = key.expression
            if merged:
                expression = over_items(expression, clause.items)
                self._only_columns(expression, scope, after)
            self.expression(expression, visible)
        where = clause.where if isinstance(clause, tree.With) else None
        if where is not None:
            if merged:
                where = over_items(where, clause.items)
                self._only_columns(where, scope, after)
            self.expression(where, visible, boolean=True)

    def _only_columns(self, expression: tree.Expression, scope: Scope, after: Scope) -> None:
        gone = sorted((free_variables(expression) & set(scope)) - set(after))
        if gone:
            self.refuse(
                "In a WITH/RETURN with DISTINCT or an aggregation, it is not possible to access "
                f"variables declared before the WITH/RETURN: {', '.join(gone)}",
                expression,
            )

    def _row_count(self, word: str, count: tree.Expression, scope: Scope) -> None:
        if free_variables(count):
            self.expression(count, scope)
            self.refuse(f"It is not allowed to refer to variables in {word}", count)
        self.expression(count, {})
        if isinstance(count, tree.Literal) and not (type(count.value) is int and count.value >= 0):
            value = list(count.value) if isinstance(count.value, tuple) else count.value
            shown = "null" if value is None else value
            self.refuse(
                f"Invalid input. {shown!r} is not a valid value for {word}. "
                "Must be a non-negative integer.",
                count,
            )
