"""WITH and RETURN: items, grouping, DISTINCT, order, SKIP and LIMIT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from connstore.cypher.clauses.bindings import (
    Binding,
    NodeBinding,
    RelationshipBinding,
    ValueBinding,
)
from connstore.cypher.clauses.conjuncts import conjuncts, has_subquery
from connstore.cypher.clauses.filtering import filtered
from connstore.cypher.clauses.frame import Frame
from connstore.cypher.clauses.preparing import drawn_now, is_random, prepared
from connstore.cypher.clauses.rewriting import Isolation
from connstore.cypher.clauses.script import ROW, Relation, Script, newest_row
from connstore.cypher.expressions.compiler import aggregate, compile_expression
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.ordering import group_key, order_keys
from connstore.cypher.sqlkit import call, raw, text
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.substitution import over_items
from connstore.cypher.syntax.walk import contains_aggregate, free_variables
from connstore.cypher.types import Scalar, Typed


def project(script: Script, relation: Relation, clause: tree.Projection) -> Relation:
    """The rows that WITH or RETURN makes of a relation; its scope has the items in order."""
    items = _items(relation, clause)
    rows = _rows(relation)
    grouped = any(contains_aggregate(item.expression) for item in items)
    if grouped:
        grouping = Grouping(script, relation, rows)
        relation, order = grouping.project(items, clause.order, clause.distinct)
        frame, bindings = Frame(script, relation), dict(relation.scope)
    else:
        relation, values = prepared(script, relation, [item.expression for item in items])
        frame = Frame(script, relation)
        named = zip(items, values, strict=True)
        bindings = {item.name: bind_item(frame, value) for item, value in named}
        bindings |= {name: relation.scope[name] for name in rows}
        order = by_items(clause.order, items)
    if clause.distinct:
        is_set = frame.is_set(bindings)
        relation = relation if grouped else frame.pass_on(bindings)
        relation = relation if is_set else distinct(script, relation)
        frame, bindings = Frame(script, relation), dict(relation.scope)
    keys = [key.expression for key in order]
    if any(map(is_random, keys)) or has_subquery(*keys):
        relation, keys = prepared(script, frame.close(frame.scope | bindings), keys)
        frame, bindings = Frame(script, relation), {n: relation.scope[n] for n in bindings}
        order = [replace(key, expression=e) for key, e in zip(order, keys, strict=True)]
    where = clause.where if isinstance(clause, tree.With) else None
    before = {} if where is None or clause.distinct or grouped else _read_by(where, frame)
    frame.order = tuple(_order(frame, bindings, order)) or frame.order
    tail = _cut(frame, bindings, clause)
    passed = _visible(bindings)
    if where is None and not tail:
        return frame.pass_on(passed, once=isinstance(clause, tree.Return))
    if tail:
        relation = frame.close({**before, **passed}, tail=tail)
    else:
        relation = frame.pass_on({**before, **passed})
    if where is None:
        return relation
    found = filtered(script, relation, list(conjuncts(over_items(where, items))))
    return replace(found, scope={name: found.scope[name] for name in passed})


def _read_by(where: tree.Expression, frame: Frame) -> dict[str, Binding]:
    """Variables from before WITH that its WHERE may still read (openCypher TCK, WithWhere7)."""
    names = free_variables(where)
    return {name: binding for name, binding in frame.scope.items() if name in names}


def _visible(bindings: dict[str, Binding]) -> dict[str, Binding]:
    """The bindings without those of grouping alone."""
    return {name: b for name, b in bindings.items() if not name.startswith(("\0a", "\0k"))}


def _items(relation: Relation, clause: tree.Projection) -> list[tree.Item]:
    """The items, those of ``*`` written out in the order of their names."""
    names = sorted(n for n in relation.scope if not n.startswith("\0")) if clause.star else []
    at = clause.at
    return [*(tree.Item(at, tree.Variable(at, n), n, n) for n in names), *clause.items]


def _rows(relation: Relation) -> list[str]:
    """The variables that number the rows of a query around this one."""
    return [name for name in relation.scope if name.startswith(ROW)]


def bind_item(frame: Frame, expression: tree.Expression) -> Binding:
    """What a variable of an expression's value is."""
    if isinstance(expression, tree.Variable) and expression.name in frame.scope:
        return frame.scope[expression.name]
    # A condition on this value must not be computed before those that guard it.
    return frame.binding(frame.guarded(compile_expression(expression, frame)))


class Grouping:
    """A projection with aggregates, in two steps: groups, then what is made of them."""

    def __init__(self, script: Script, relation: Relation, rows: Sequence[str]) -> None:
        self.script = script
        self.relation = relation
        self.rows = rows
        self.isolation = Isolation()

    def project(
        self, items: Sequence[tree.Item], order: Sequence[tree.SortKey], distinct: bool
    ) -> tuple[Relation, list[tree.SortKey]]:
        """The rows, one a group, and the sort keys over their variables."""
        plain = {i.name: i for i in items if not contains_aggregate(i.expression)}
        made = {
            item.name: self.isolation.isolate(item.expression)
            for item in items
            if item.name not in plain
        }
        keys = by_items(order, items)
        sorted_by = [replace(key, expression=self._sort_key(key.expression, items)) for key in keys]
        groups = self._groups({name: item.expression for name, item in plain.items()})
        groups, values = prepared(self.script, groups, list(made.values()))
        made = dict(zip(made, values, strict=True))
        frame = Frame(self.script, groups)
        bindings: dict[str, Binding] = {}
        for item in items:
            if item.name in plain:
                bindings[item.name] = groups.scope[item.name]
            else:
                bindings[item.name] = bind_item(frame, made[item.name])
        # Sort keys may need groups' values that no item shows; not after DISTINCT.
        hidden = {n: b for n, b in groups.scope.items() if n.startswith(("\0a", "\0k"))}
        needed = hidden if order and not distinct else {}
        rows = {name: groups.scope[name] for name in self.rows}
        once = not (order or distinct)
        return frame.pass_on({**bindings, **needed, **rows}, once=once), sorted_by

    def _sort_key(self, expression: tree.Expression, items: Sequence[tree.Item]) -> tree.Expression:
        if contains_aggregate(expression):
            return self.isolation.isolate(expression)
        return expression

    def _groups(self, plain: dict[str, tree.Expression]) -> Relation:
        """One row a group: the grouping keys and the aggregates."""
        keys, calls = {**plain, **self.isolation.keys}, self.isolation.aggregates
        read = [*keys.values(), *calls.values()]
        self.relation, read = prepared(self.script, self.relation, read)
        keys = dict(zip(keys, read, strict=False))
        frame, order = numbered(self.script, self.relation)
        bindings = {name: bind_item(frame, expression) for name, expression in keys.items()}
        bindings |= {name: frame.scope[name] for name in self.rows}
        group: dict[str, None] = {}
        for name, binding in bindings.items():
            bindings[name] = _grouped(frame, binding, group)
        aggregates = {
            name: frame.binding(aggregate(_plainer(node, frame), frame, order))
            for name, node in calls.items()
        }
        tail = f"GROUP BY {', '.join(group)}" if group else ""
        if bindings and not group:
            tail = "HAVING count(*) > 0"
        frame.order = _first(order if self.relation.order else None)
        groups = frame.close({**bindings, **aggregates}, tail=tail, grouped=True)
        if self.rows and bindings.keys() == set(self.rows):
            return self._with_empty_groups(frame, groups, aggregates)
        return groups

    def _with_empty_groups(
        self, frame: Frame, groups: Relation, aggregates: dict[str, Binding]
    ) -> Relation:
        """One row for each row of the query around this one, if it has a group or not."""
        frame.where.append(exp.false())
        frame.order = ()
        nothing = frame.close(aggregates, grouped=True)
        row = newest_row(self.rows)
        assert row is not None
        around = self.script.rows[row]
        outer = Frame(self.script, Relation(around.name, {n: around.scope[n] for n in self.rows}))
        outer.read_relation(nothing)
        assert groups.name is not None
        theirs = groups.scope[row].typed().sql
        same = exp.EQ(this=outer.scope[row].typed().sql, expression=theirs)
        outer.left_join(groups.name, groups.name, same)
        bindings = dict(outer.scope)
        for name in aggregates:
            found, empty = groups.scope[name].typed(), nothing.scope[name].typed()
            there = exp.If(this=theirs.copy().is_(exp.null()).not_(), true=found.sql)
            value = Typed(exp.Case(ifs=[there], default=empty.sql), found.type)
            bindings[name] = outer.binding(value)
        return outer.close(bindings)


def _plainer(node: tree.Call | tree.CountStar, frame: Frame) -> tree.Call | tree.CountStar:
    """An aggregate without DISTINCT, where no two rows have the same argument; a count of rows."""
    match node:
        case tree.Call(at, function, (tree.Variable(_, name),), distinct) if name in frame.scope:
            variable = frame.scope[name]
            if distinct and not frame.is_set({name: variable}):
                return node
            there = isinstance(variable, NodeBinding) and not variable.key.nullable
            if there and function.lower() == "count":
                return tree.CountStar(at)
            return replace(node, distinct=False)
    return node


def numbered(script: Script, relation: Relation) -> tuple[Frame, exp.Expr | None]:
    """A SELECT over the rows of a relation; and their number, if they are in an order."""
    frame = Frame(script, relation)
    if not relation.order:
        place = call("row", *relation.places) if relation.places else None
        frame.places = ()
        return frame, place
    keys = ", ".join(map(text, (*relation.order, *relation.places)))
    value = Typed(raw(f"row_number() OVER (ORDER BY {keys})"), Scalar.INTEGER)
    frame.order, frame.places = (), ()
    numbered = frame.close({**relation.scope, "\0order": ValueBinding(value)})
    place = numbered.scope["\0order"].typed().sql
    rest = {name: b for name, b in numbered.scope.items() if name != "\0order"}
    return Frame(script, Relation(numbered.name, rest)), place


def _first(order: exp.Expr | None) -> tuple[exp.Ordered, ...]:
    """Groups in the order of their first rows, as Neo4j has them."""
    if order is None:
        return ()
    return (exp.Ordered(this=call("min", order.copy()), desc=False, nulls_first=False),)


def _grouped(frame: Frame, binding: Binding, group: dict[str, None]) -> Binding:
    """A grouping key as the groups have it; adds to what is grouped by."""
    match binding:
        case ValueBinding(Constant()):
            return binding
        case ValueBinding(value):
            key = group_key(value, frame)
            group[text(key)] = None
            if key == value.sql:
                return binding
            return ValueBinding(Typed(call("any_value", value.sql), value.type))
        case NodeBinding(key_) | RelationshipBinding(key_):
            for part in key_.parts():
                group[text(part)] = None
            return type(binding)(key_.in_groups())  # type: ignore[arg-type]


def distinct(script: Script, relation: Relation) -> Relation:
    """The rows of a relation, each once."""
    frame, place = numbered(script, relation)
    group: dict[str, None] = {}
    bindings = {name: _grouped(frame, binding, group) for name, binding in frame.scope.items()}
    frame.order = _first(place if group and relation.order else None)
    tail = f"GROUP BY {', '.join(group)}" if group else "LIMIT 1"
    return frame.close(bindings, tail=tail, grouped=True)


def by_items(order: Sequence[tree.SortKey], items: Sequence[tree.Item]) -> list[tree.SortKey]:
    """Sort keys with the items' names in the place of their expressions."""
    return [replace(key, expression=over_items(key.expression, items)) for key in order]


def _order(
    frame: Frame, bindings: dict[str, Binding], order: Sequence[tree.SortKey]
) -> list[exp.Ordered]:
    """What the rows are sorted by; names of items go before variables."""
    frame.scope.update(bindings)
    found = []
    for key in order:
        value = compile_expression(key.expression, frame)
        # The engine refuses to sort by what is the same for all rows.
        found += [
            ordered
            for ordered in order_keys(value, key.descending, frame)
            if any(ordered.this.find_all(exp.Column, exp.Var))
        ]
    return found


def _count(frame: Frame, expression: tree.Expression | None) -> int | None:
    """A number of rows: an expression without variables; drawn at once where it is random."""
    if expression is None:
        return None
    value = compile_expression(drawn_now(expression), frame)
    if isinstance(value, Constant) and type(value.value) is int and value.value >= 0:
        return value.value
    raise frame.error("SKIP and LIMIT take a whole number that is not negative.", expression)


def _cut(frame: Frame, bindings: dict[str, Binding], clause: tree.Projection) -> str:
    """SKIP and LIMIT; of each row of a query around this one, if there is one."""
    limit, skip = _count(frame, clause.limit), _count(frame, clause.skip) or 0
    if limit is None and not skip:
        return ""
    ordered = f"ORDER BY {', '.join(map(text, frame.order))} " if frame.order else ""
    rows = [text(b.typed().sql) for name, b in bindings.items() if name.startswith(ROW)]
    if not rows:
        most = "" if limit is None else f"LIMIT {limit} "
        return f"{ordered}{most}OFFSET {skip}"
    place = f"row_number() OVER (PARTITION BY {', '.join(rows)} {ordered})"
    most = "" if limit is None else f" AND {place} <= {skip + limit}"
    return f"QUALIFY {place} > {skip}{most}"
