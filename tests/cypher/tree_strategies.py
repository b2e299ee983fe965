"""Random trees, for tests of the parser."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.tree import Span

AT = Span(0, 0)

#: Names of every kind; most are words that mean something elsewhere.
WORDS = st.sampled_from(
    [
        "n",
        "as",
        "end",
        "count",
        "type",
        "exists",
        "all",
        "order",
        "match",
        "where",
        "return",
        "with",
        "limit",
        "skip",
        "distinct",
        "null",
        "true",
        "and",
        "or",
        "not",
        "in",
        "is",
        "case",
        "when",
        "then",
        "else",
        "desc",
        "union",
        "call",
        "yield",
        "unwind",
        "on",
        "contains",
        "starts",
        "shortestPath",
        "any",
        "none",
        "single",
        "reduce",
        "filter",
        "extract",
        "AL(R)",
        "a'L(R)",
        "`",
    ]
)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
NAMES = WORDS | st.text(CHARACTERS, min_size=1, max_size=4)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(CHARACTERS)
)
WHOLE = st.integers(0, 2**63 - 1)
LISTS = st.lists(SCALARS, max_size=3) | st.lists(WHOLE, min_size=2, max_size=9)
LITERALS = (SCALARS | LISTS.map(tuple)).map(lambda value: tree.Literal(AT, value))
VARIABLES = NAMES.map(lambda name: tree.Variable(AT, name))
PARAMETERS = NAMES.map(lambda name: tree.Parameter(AT, name))
FUNCTIONS = st.sampled_from(["size", "COUNT", "toLower", "apoc.map.setKey", "exists", "all"])


def tuples(items: st.SearchStrategy[Any], **sizes: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3, **sizes).map(tuple)


def made(kind: Any, *fields: Any) -> st.SearchStrategy[Any]:
    """Nodes of a kind; a field that is no strategy is a constant."""
    strategies = [f if isinstance(f, st.SearchStrategy) else st.just(f) for f in fields]
    return st.builds(kind, st.just(AT), *strategies)


def maybe(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | items


HOPS = maybe(st.integers(0, 9))


def paths(
    inner: st.SearchStrategy[Any],
    *,
    relationships: int = 0,
    free: bool = True,
    searches: bool = True,
) -> st.SearchStrategy[tree.PathPattern]:
    """Paths of at least so many relationships, with names if ``free``, ``searches`` among them."""
    properties = maybe(tuples(st.tuples(NAMES, inner)).map(lambda e: tree.MapLiteral(AT, e)))
    node = made(tree.NodePattern, maybe(NAMES), tuples(NAMES), properties | PARAMETERS)
    link = made(
        tree.RelationshipPattern,
        maybe(NAMES),
        tuples(NAMES),
        st.sampled_from(["out", "in", "both"]),
        maybe(made(tree.Length, HOPS, HOPS)),
        properties | PARAMETERS,
    )
    name = maybe(NAMES) if free else st.none()
    steps = st.lists(st.tuples(link, node), min_size=relationships, max_size=2)
    plain = st.builds(_path, name, st.none(), node, steps)
    step = st.lists(st.tuples(link, node), min_size=1, max_size=1)
    search = st.sampled_from(["shortest", "all shortest"])
    return plain | st.builds(_path, name, search, node, step) if searches else plain


def _path(name: Any, search: Any, first: Any, steps: Any) -> tree.PathPattern:
    nodes = (first, *(node for _, node in steps))
    return tree.PathPattern(AT, name, search, nodes, tuple(link for link, _ in steps))


BINARY = [
    *("OR", "XOR", "AND", "+", "-", "*", "/", "%", "^"),
    *("IN", "STARTS WITH", "ENDS WITH", "CONTAINS", "=~"),
]
COMPARISONS = ["=", "<>", "<", "<=", ">", ">="]


def calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Calls but for ``exists(pattern)`` and ``size(pattern)``, which are written out in trees."""
    arguments = tuples(inner.map(lambda node: listed(node, tree.PatternExpression)))
    return st.builds(
        lambda name, found, distinct: tree.Call(AT, name, found, distinct and bool(found)),
        FUNCTIONS,
        arguments,
        st.booleans(),
    )


def listed(node: tree.Expression, kind: type) -> tree.Expression:
    """The node, in a list if it is of a kind that cannot stand where it is wanted."""
    return list_of((node,)) if isinstance(node, kind) else node


def list_of(items: tuple[tree.Expression, ...]) -> tree.Expression:
    """The list of some items: a literal if all are scalar ones."""
    values = tuple(item.value for item in items if isinstance(item, tree.Literal))
    if len(values) < len(items) or any(isinstance(value, tuple) for value in values):
        return tree.ListLiteral(AT, items)
    return tree.Literal(AT, values)


def chains(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """``a < b = c``."""
    steps = st.lists(st.tuples(st.sampled_from(COMPARISONS), inner), min_size=1, max_size=3)
    return st.builds(
        lambda first, rest: tree.Comparison(
            AT, (first, *(node for _, node in rest)), tuple(sign for sign, _ in rest)
        ),
        inner,
        steps,
    )


def extended(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Expressions made of others."""
    entries = tuples(st.tuples(NAMES, inner))
    branches = tuples(st.tuples(inner, inner), min_size=1)
    quantifiers = st.sampled_from(["all", "any", "none", "single"])
    step = paths(inner, relationships=1, free=False)
    values = paths(inner, relationships=1, searches=False)
    match = made(tree.Match, False, tuples(paths(inner), min_size=1), maybe(inner))
    unlabelled = inner.map(lambda node: listed(node, tree.LabelTest))
    return st.one_of(
        made(tree.Property, inner, NAMES),
        made(tree.Subscript, inner, inner),
        made(tree.Slice, inner, maybe(inner), maybe(inner)),
        made(tree.LabelTest, unlabelled, tuples(NAMES, min_size=1)),
        made(tree.Unary, st.sampled_from(["NOT", "-", "+"]), inner),
        made(tree.Binary, st.sampled_from(BINARY), inner, inner),
        chains(inner),
        made(tree.IsNull, inner, st.booleans()),
        made(tree.Case, maybe(inner), branches, maybe(inner)),
        tuples(inner).map(list_of),
        made(tree.MapLiteral, entries),
        made(tree.MapProjection, VARIABLES, st.booleans(), entries),
        made(tree.ListComprehension, NAMES, inner, maybe(inner), maybe(inner)),
        made(tree.Quantifier, quantifiers, NAMES, inner, inner),
        made(tree.Reduce, NAMES, inner, NAMES, inner, inner),
        calls(inner),
        made(tree.PatternExpression, step),
        made(tree.PatternComprehension, values, maybe(inner), inner),
        made(tree.Exists, match.map(lambda m: query_of([tree.SingleQuery(AT, (m,))], []))),
    )


def query_of(parts: list[tree.SingleQuery], union_all: list[bool]) -> tree.Query:
    return tree.Query(AT, "", tuple(parts), tuple(union_all), False)


EXPRESSIONS = st.recursive(
    LITERALS | VARIABLES | PARAMETERS | made(tree.CountStar), extended, max_leaves=8
)


def projections(kind: Any, *more: Any) -> st.SearchStrategy[Any]:
    item = st.builds(lambda e, n: tree.Item(AT, e, n, n), EXPRESSIONS, NAMES)
    keys = tuples(made(tree.SortKey, EXPRESSIONS, st.booleans()))
    counts = [maybe(EXPRESSIONS), maybe(EXPRESSIONS)]
    return made(kind, st.booleans(), True, tuples(item), keys, *counts, *more) | made(
        kind, st.booleans(), False, tuples(item, min_size=1), keys, *counts, *more
    )


def queries(clause: st.SearchStrategy[Any]) -> st.SearchStrategy[tree.Query]:
    part = st.builds(
        lambda first, last: tree.SingleQuery(AT, (*first, last)),
        st.lists(clause, max_size=3),
        projections(tree.Return),
    )
    another = st.lists(st.tuples(st.booleans(), part), max_size=1)
    return st.builds(
        lambda first, rest: query_of([first, *(p for _, p in rest)], [keep for keep, _ in rest]),
        part,
        another,
    )


CLAUSES = st.one_of(
    made(tree.Match, st.booleans(), tuples(paths(EXPRESSIONS), min_size=1), maybe(EXPRESSIONS)),
    made(tree.Unwind, EXPRESSIONS, NAMES),
    projections(tree.With, maybe(EXPRESSIONS)),
    made(
        tree.CallProcedure,
        st.sampled_from(["db.labels", "apoc.cypher.runTimeboxed"]),
        tuples(EXPRESSIONS),
        tuples(st.tuples(NAMES, NAMES), min_size=1),
        maybe(EXPRESSIONS),
    ),
)
QUERIES = queries(CLAUSES | made(tree.CallSubquery, queries(CLAUSES)))
