"""Random trees, written as queries in many ways and parsed, are the same trees."""

from __future__ import annotations

from dataclasses import fields
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from cypher.query_printer import Keyword, expression, query
from cypher.tree_strategies import EXPRESSIONS, QUERIES

SPACES = [" ", "  ", "\n", "\t", "\u00a0", " /* a 'comment' */ ", " // another\n"]


def plain(value: Any) -> Any:
    """A tree without places; how AND, OR and XOR are grouped does not matter."""
    match value:
        case tree.Binary(_, ("AND" | "OR" | "XOR") as operator):
            return operator, operands(value, operator)
        case tree.Node():
            own = {f.name: getattr(value, f.name) for f in fields(value)}
            own.pop("at")
            own.pop("text", None)
            return type(value).__name__, {key: plain(each) for key, each in own.items()}
        case tuple():
            return [plain(each) for each in value]
        case _:
            return type(value).__name__, repr(value)


def operands(node: tree.Expression, operator: str) -> list[Any]:
    if isinstance(node, tree.Binary) and node.operator == operator:
        return [*operands(node.left, operator), *operands(node.right, operator)]
    return [plain(node)]


def written(tokens: list[str], seed: int) -> str:
    random = Random(seed)
    cases = [str.upper, str.lower, str.title]
    return "".join(
        (random.choice(cases)(token) if isinstance(token, Keyword) else token)
        + random.choice(SPACES)
        for token in tokens
    )


@given(EXPRESSIONS, st.integers(0, 999))
@settings(max_examples=300, deadline=None)
def test_expressions(node: tree.Expression, seed: int) -> None:
    text = written(["RETURN", *expression(node), "AS", "x"], seed)
    (clause,) = parse(text).parts[0].clauses
    assert isinstance(clause, tree.Return)
    assert plain(clause.items[0].expression) == plain(node)


@given(QUERIES, st.integers(0, 999))
@settings(max_examples=80, deadline=None)
def test_queries(node: tree.Query, seed: int) -> None:
    assert plain(parse(written(list(query(node)), seed))) == plain(node)


@given(EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_places(node: tree.Expression) -> None:
    """What stands at the place of an expression is, parsed alone, that expression again."""
    text = " ".join(["RETURN", *expression(node), "AS x"])
    (clause,) = parse(text).parts[0].clauses
    assert isinstance(clause, tree.Return)
    whole = clause.items[0].expression
    again = parse(f"RETURN ({text[whole.at.start : whole.at.end]}) AS x").parts[0].clauses[0]
    assert isinstance(again, tree.Return)
    assert plain(again.items[0].expression) == plain(whole)
