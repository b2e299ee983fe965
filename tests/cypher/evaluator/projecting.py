"""WITH and RETURN: grouping, sorting, cutting."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from connstore.cypher.syntax import tree
from cypher.evaluator.expressions import Row
from cypher.evaluator.functions import AGGREGATES
from cypher.evaluator.patterns import Patterns
from cypher.evaluator.trees import (
    aggregates,
    has_aggregate,
    is_aggregate,
    local_names,
    rewrite,
    shape,
    variables,
)
from cypher.evaluator.values import EvaluationError, group_key, sort_key

#: Name -> the expression that a variable of that name stands for.
Table = dict[str, tree.Expression]
#: Shape of an expression -> the variable that has its value already.
Known = dict[Any, str]


@dataclass
class Projected:
    """One row behind a projection.

    Attributes:
        row: What it shows.
        scope: What its ORDER BY and WHERE may look at besides.
        keys: Values that it is sorted by.
        known: What is projected, whose columns ORDER BY and WHERE then mean.
    """

    row: Row
    scope: Row
    keys: list[Any]
    known: Known = field(default_factory=dict)


class Projecting(Patterns):
    """Turns rows into projected rows."""

    def project(
        self, clause: tree.Projection, rows: list[Row], names: list[str]
    ) -> list[Projected]:
        """The rows of a projection, sorted, before SKIP and LIMIT.

        Args:
            clause: WITH or RETURN.
            rows: The rows before it.
            names: Variables in scope, for ``*``.
        """
        items = self.items(clause, names)
        columns = [item.name for item in items]
        if len(set(columns)) < len(columns):
            raise EvaluationError(f"a column twice: {columns}")
        sorting = [key.expression for key in clause.order]
        known: Known = {}
        if any(has_aggregate(item.expression) for item in items):
            projected = self._grouped(items, sorting, rows, known)
        else:
            projected = [
                Projected({item.name: self.value(item.expression, row) for item in items}, row, [])
                for row in rows
            ]
        if clause.distinct:
            projected = _distinct(projected)
        known |= {shape(item.expression): item.name for item in items}
        for each in projected:
            each.known = known
            each.keys = [self.value_behind(each, key) for key in sorting]
        for number, key in reversed(list(enumerate(clause.order))):
            projected.sort(key=lambda each: sort_key(each.keys[number]), reverse=key.descending)
        return projected

    def cut(self, clause: tree.Projection, count: int) -> slice:
        """Which of so many rows SKIP and LIMIT leave."""
        skip = 0 if clause.skip is None else self._natural(clause.skip)
        stop = count if clause.limit is None else skip + self._natural(clause.limit)
        return slice(skip, stop)

    def items(self, clause: tree.Projection, names: list[str]) -> list[tree.Item]:
        """The items of a projection, ``*`` written out."""
        at = clause.at
        star = sorted(names) if clause.star else []
        return [*(tree.Item(at, tree.Variable(at, n), n, n) for n in star), *clause.items]

    def _natural(self, node: tree.Expression) -> int:
        number = self.value(node, {})
        if type(number) is not int or number < 0:
            raise EvaluationError(f"no natural number: {number}")
        return number

    def value_behind(self, each: Projected, expression: tree.Expression) -> Any:
        """The value of an expression of ORDER BY or WHERE."""

        def column(node: tree.Node) -> tree.Variable | None:
            if isinstance(node, tree.Variable) and node.name in each.row:
                return node
            shadowing = isinstance(node, tree.Quantifier | tree.ListComprehension | tree.Reduce)
            if shadowing and node.variable in each.scope | each.row:
                return node
            name = each.known.get(shape(node))
            return None if name is None else tree.Variable(node.at, name)

        return self.value(rewrite(expression, column), each.scope | each.row)

    def _grouped(
        self,
        items: list[tree.Item],
        sorting: list[tree.Expression],
        rows: list[Row],
        known: Known,
    ) -> list[Projected]:
        """An aggregating projection, in two stages.

        First: a group for each combination of keys (items without aggregates, and what stands
        beside aggregates inside the others), and the aggregates of each. Then: the items, in
        which keys and aggregates are variables. ORDER BY may aggregate as well, but adds no key.
        """
        keys: Table = {}
        calls: Table = {}
        staged = [_staged(item.expression, keys, calls) for item in items]
        for call in itertools.chain(*map(aggregates, sorting)):
            known[shape(call)] = _named(call, calls, "order").name
        groups: dict[Any, tuple[list[Any], list[Row]]] = {}
        for row in rows:
            values = [self.value(key, row) for key in keys.values()]
            groups.setdefault(group_key(values), (values, []))[1].append(row)
        if not keys and not groups:
            groups[()] = ([], [])
        projected = []
        for values, members in groups.values():
            scope = dict(members[0]) if members else {}
            scope |= dict(zip(keys, values, strict=True))
            scope |= {name: self._aggregate(call, members) for name, call in calls.items()}
            pairs = zip(items, staged, strict=True)
            row = {item.name: self.value(expression, scope) for item, expression in pairs}
            projected.append(Projected(row, scope, []))
        return projected

    def _aggregate(self, call: tree.Expression, rows: list[Row]) -> Any:
        """The value of one aggregating call over the rows of a group."""
        if isinstance(call, tree.CountStar):
            return len(rows)
        assert isinstance(call, tree.Call)
        first, *rest = call.arguments
        values = [value for row in rows if (value := self.value(first, row)) is not None]
        if call.distinct:
            values = list({group_key(value): value for value in reversed(values)}.values())[::-1]
        settings = [self.value(each, rows[0] if rows else {}) for each in rest]
        return AGGREGATES[call.name.lower()](values, *settings)


def _staged(node: tree.Expression, keys: Table, calls: Table) -> tree.Expression:
    """An item in which keys and aggregating calls are variables; they are noted down."""
    if not has_aggregate(node):
        return _named(node, keys, "key")
    hidden: set[str] = set()

    def change(each: tree.Node) -> tree.Expression | None:
        if not isinstance(each, tree.Expression):
            return None
        if is_aggregate(each):
            return _named(each, calls, "call")
        if has_aggregate(each):
            hidden.update(local_names(each))
            return None
        names = variables(each)
        return _named(each, keys, "key") if names and not names & hidden else None

    result: tree.Expression = rewrite(node, change)
    return result


def _named(node: tree.Expression, table: Table, prefix: str) -> tree.Variable:
    """A variable that stands for an expression; its name is one that no query has."""
    name = f" {prefix} {len(table)}"
    table[name] = node
    return tree.Variable(node.at, name)


def _distinct(projected: list[Projected]) -> list[Projected]:
    first: dict[Any, Projected] = {}
    for each in projected:
        first.setdefault(group_key(list(each.row.values())), each)
    return list(first.values())
