"""SQL that the expressions of Cypher are made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import islice

from sqlglot import exp

from connstore.cypher.sqlkit import call, member, struct
from connstore.cypher.types import Scalar, Type, sql_type

NULL = exp.Null()

#: Standing twice in a statement, these cost nothing.
_CHEAP = (exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Null, exp.Boolean)
#: These need no parentheses among operators.
_ATOMS = (*_CHEAP, exp.Anonymous, exp.Paren, exp.Cast, exp.Case, exp.Struct, exp.Array, exp.Func)

_names = iter(range(2**62))


def as_sql(value: exp.Expr, sql: str) -> exp.Expr:
    """A value cast to a SQL type."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=sql))


def typed_as(value: exp.Expr, type_: Type) -> exp.Expr:
    """A value cast to the SQL type of a type."""
    return as_sql(value, sql_type(type_))


def integer(number: int) -> exp.Expr:
    """An integer of 64 bits."""
    return as_sql(exp.Literal.string(str(number)), "BIGINT")


def double(number: float) -> exp.Expr:
    """A float."""
    name = repr(number) if math.isfinite(number) else str(number)
    return as_sql(exp.Literal.string(name), "DOUBLE")


def words(text: str) -> exp.Expr:
    """A text of our own."""
    return exp.Literal.string(text)


def small(number: int) -> exp.Expr:
    """A small whole number of our own, of any type."""
    return exp.Literal.number(number)


def atom(value: exp.Expr) -> exp.Expr:
    """A value in parentheses, if operators might tear it apart."""
    # AND and OR are functions to sqlglot, too.
    whole = isinstance(value, _ATOMS) and not isinstance(value, exp.Connector)
    return value if whole else exp.Paren(this=value)


def binary(operator: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Two values and an operator between them."""
    return operator(this=atom(left), expression=atom(right))


def both(*conditions: exp.Expr) -> exp.Expr:
    """Whether all conditions hold."""
    result = conditions[0]
    for each in conditions[1:]:
        result = binary(exp.And, result, each)
    return result


def negated(condition: exp.Expr) -> exp.Expr:
    """``NOT condition``."""
    return exp.Not(this=atom(condition))


def is_null(value: exp.Expr) -> exp.Expr:
    """``value IS NULL``."""
    return exp.Is(this=atom(value), expression=exp.Null())


def not_null(value: exp.Expr) -> exp.Expr:
    """``value IS NOT NULL``."""
    return exp.Not(this=is_null(value))


def case(
    branches: Sequence[tuple[exp.Expr, exp.Expr]],
    otherwise: exp.Expr | None = None,
) -> exp.Expr:
    """``CASE WHEN … THEN … ELSE … END``."""
    ifs = [exp.If(this=test, true=value) for test, value in branches]
    return exp.Case(ifs=ifs, default=otherwise)


def coalesce(*values: exp.Expr) -> exp.Expr:
    """The first that is not null."""
    return call("coalesce", *values)


def at_most(value: exp.Expr, limit: int) -> exp.Expr:
    """An integer, or a limit if it is greater; null for null, unlike the engine's ``least``."""
    bound = small(limit)
    return case([(binary(exp.GT, value.copy(), bound), bound.copy())], value.copy())


def list_of(items: Sequence[exp.Expr]) -> exp.Expr:
    """A list."""
    return exp.Array(expressions=list(items))


def struct_of(values: Sequence[exp.Expr]) -> exp.Expr:
    """A struct with the fields f0, f1 and so on."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(f"f{i}"), expression=value)
            for i, value in enumerate(values)
        ]
    )


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


def is_random(value: exp.Expr) -> bool:
    """Whether SQL has another value each time."""
    return any(
        isinstance(node, exp.Anonymous) and node.name.lower() in {"random", "uuid"}
        for node in value.walk()
    )


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
    return call("list_extract", items, small(1))


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


def joined(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Texts, one after the other; null if one is."""
    result = atom(parts[0])
    for part in parts[1:]:
        result = exp.DPipe(this=result, expression=atom(part))
    return exp.Paren(this=result)


def text_list(items: exp.Expr, separator: str) -> exp.Expr:
    """Texts of a list with something between them; null for null."""
    return call("array_to_string", items, words(separator))


NULL_TYPE = sql_type(Scalar.NULL)
