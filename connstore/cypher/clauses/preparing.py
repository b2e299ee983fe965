"""What a relation must have before expressions over it become SQL.

Random values are drawn once a row, into columns: SQL writes a value as often as it needs it, and
the engine would draw again each time. Patterns in expressions are found from numbered rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connstore.cypher.clauses.bindings import Binding, ValueBinding
from connstore.cypher.clauses.conjuncts import has_subquery
from connstore.cypher.clauses.frame import Frame, with_row_numbers
from connstore.cypher.clauses.script import Relation, Script
from connstore.cypher.expressions.compiler import compile_expression
from connstore.cypher.functions.catalogue import FUNCTIONS, RANDOM
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import SUBQUERIES, binds, children, free_variables, rewrite, walk
from connstore.cypher.types import Typed

#: How variables begin that hold what was drawn.
_DRAWN = "\0drawn"


def is_random(node: tree.Node) -> bool:
    """Whether an expression is another value each time; patterns in it see to their own."""
    return _draws(node) or (
        not isinstance(node, SUBQUERIES) and any(map(is_random, children(node)))
    )


def prepared(
    script: Script, relation: Relation, expressions: Sequence[tree.Expression]
) -> tuple[Relation, list[tree.Expression]]:
    """A relation with what some expressions over it need, and the expressions over that.

    Without random values and patterns both are as they were.
    """
    relation, expressions = _drawn(script, relation, expressions)
    return _numbered(script, relation, expressions), expressions


def prepared_for_patterns(
    script: Script, relation: Relation, paths: Sequence[tree.PathPattern]
) -> tuple[Relation, Sequence[tree.PathPattern]]:
    """The same for what stands in ``{key: value}`` of patterns, which are found afterwards.

    Paths of any length draw for each relationship that they may take.
    """
    nodes = [node.properties for path in paths for node in path.nodes]
    links = [link.properties for path in paths for link in path.relationships if not link.length]
    maps = [each for each in (*nodes, *links) if each is not None]
    relation, changed = _drawn(script, relation, maps)
    new = dict(zip(map(id, maps), changed, strict=True))
    paths = [rewrite(path, lambda node: new.get(id(node))) for path in paths]
    return _numbered(script, relation, paths), paths


def _numbered(script: Script, relation: Relation, nodes: Sequence[tree.Node]) -> Relation:
    """The rows, numbered if patterns stand in some parts of the query."""
    return with_row_numbers(script, relation)[0] if has_subquery(*nodes) else relation


def _drawn(
    script: Script, relation: Relation, expressions: Sequence[tree.Expression]
) -> tuple[Relation, list[tree.Expression]]:
    """The rows with a column for each random value, and expressions that read these."""
    parts = list(_random_parts(expressions))
    if not parts:
        return relation, list(expressions)
    relation = _numbered(script, relation, parts)
    frame = Frame(script, relation)
    names = {id(part): script.name(_DRAWN) for part in parts}
    values: dict[str, Binding] = {
        names[id(part)]: ValueBinding(_checked(frame, part)) for part in parts
    }
    made = frame.close({**relation.scope, **values}, kept=True)
    after = Frame(script, made)
    found = {name: after.binding(made.scope[name].typed()) for name in values}

    def column(node: tree.Node) -> tree.Node | None:
        if isinstance(node, SUBQUERIES):
            return node
        return tree.Variable(node.at, names[id(node)]) if id(node) in names else None

    return replace(made, scope={**made.scope, **found}), [rewrite(e, column) for e in expressions]


def drawn_now(expression: tree.Expression) -> tree.Expression:
    """An expression without variables, with numbers in the place of its random values."""

    def value(node: tree.Node) -> tree.Node | None:
        if not (isinstance(node, tree.Call) and _draws(node)):
            return None
        return tree.Literal(node.at, FUNCTIONS[node.name.lower()]())

    found: tree.Expression = rewrite(expression, value)
    return found


def _checked(frame: Frame, part: tree.Expression) -> Typed:
    """The value of a part; it must not need what is found only later."""
    missing = sorted(free_variables(part) - set(frame.scope))
    if missing:
        raise frame.error(
            f"A random value in a pattern cannot read `{missing[0]}`, which the same MATCH finds. "
            "Put the condition behind WHERE.",
            part,
        )
    return compile_expression(part, frame)


def _random_parts(nodes: Sequence[tree.Node]) -> Iterator[tree.Expression]:
    """The parts to draw: random calls, and whole list expressions that draw for each item.

    A list expression may fail, so it stays where it is if it is not always reckoned.
    """
    pending = [(node, False) for node in nodes]
    while pending:
        node, guarded = pending.pop()
        if isinstance(node, SUBQUERIES):
            continue
        if _draws(node) or (binds(node) and is_random(node)):
            assert isinstance(node, tree.Expression)
            if not (guarded and binds(node)):
                yield node
            continue
        guards = isinstance(node, tree.Case) or (
            isinstance(node, tree.Binary) and node.operator in ("AND", "OR")
        )
        pending += [(child, guarded or guards) for child in children(node)]


def draws(query: tree.Query) -> bool:
    """Whether a query gives other rows each time."""
    return any(map(_draws, walk(query)))


def _draws(node: tree.Node) -> bool:
    return isinstance(node, tree.Call) and node.name.lower() in RANDOM
