"""Longer pieces of SQL that the expressions of Cypher are made of, and what SQL is like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from sqlglot import exp

from connstore.cypher.sqlkit import binary, call, case, list_of, member, number, struct, words

#: Standing twice in a statement, these cost nothing.
_CHEAP = (exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Null, exp.Boolean)

_names = iter(range(2**62))


def at_most(value: exp.Expr, limit: int) -> exp.Expr:
    """An integer, or a limit if it is greater; null for null, unlike the engine's ``least``."""
    bound = number(limit)
    return case([(binary(exp.GT, value.copy(), bound), bound.copy())], value.copy())


#: A left operand of more nodes is not written twice to spare its right one.
_LARGE = 200


def is_large(value: exp.Expr) -> bool:
    """Whether SQL is so long that it had better not stand twice."""
    return next(islice(value.walk(), _LARGE, None), None) is not None


def may_fail(value: exp.Expr) -> bool:
    """Whether SQL can raise an error: it divides integers, or calls Python."""
    return any(
        isinstance(node, exp.IntDiv | exp.Mod)
        or (isinstance(node, exp.Anonymous) and node.name.lower().startswith(("cypher_", "error")))
        for node in value.walk()
    )


def is_volatile(value: exp.Expr) -> bool:
    """Whether SQL has another value each time."""
    return any(
        isinstance(node, exp.Anonymous) and node.name.lower() in {"random", "uuid"}
        for node in value.walk()
    )


def is_local(value: exp.Expr) -> bool:
    """Whether SQL reads a variable of a lambda."""
    return any(not column.table for column in value.find_all(exp.Column))


def fresh(prefix: str) -> str:
    """A name that no other lambda has."""
    return f"{prefix}{next(_names)}"


def function_of(body: Callable[[exp.Expr], exp.Expr], prefix: str = "l") -> exp.Expr:
    """``lambda l7: body``."""
    name = fresh(prefix)
    return exp.Lambda(this=body(exp.column(name)), expressions=[exp.to_identifier(name)])


def mapped(items: exp.Expr, body: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """A list with a function of each item."""
    return call("list_transform", items, function_of(body))


def first(items: exp.Expr) -> exp.Expr:
    """The first item of a list."""
    return call("list_extract", items, number(1))


def named(value: exp.Expr, body: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """SQL that has a value several times, without its being reckoned several times."""
    if _is_cheap(value):
        return body(value)
    return first(mapped(list_of([value]), body))


def all_named(values: Sequence[exp.Expr], body: Callable[..., exp.Expr]) -> exp.Expr:
    """The same for several values at once.

    A value may hold a subquery, which the engine takes in no lambda: so none may be made inside
    the naming of another.
    """
    dear = {f"n{i}": value for i, value in enumerate(values) if not _is_cheap(value)}
    if not dear:
        return body(*values)

    def inner(each: exp.Expr) -> exp.Expr:
        names = (f"n{i}" for i in range(len(values)))
        pairs = zip(names, values, strict=True)
        return body(*(member(each.copy(), n) if n in dear else value for n, value in pairs))

    return first(mapped(list_of([struct(**dear)]), inner))


def _is_cheap(value: exp.Expr) -> bool:
    return isinstance(value, _CHEAP) or (
        isinstance(value, exp.Cast) and isinstance(value.this, _CHEAP)
    )


def text_list(items: exp.Expr, separator: str) -> exp.Expr:
    """Texts of a list with something between them; null for null."""
    return call("array_to_string", items, words(separator))
