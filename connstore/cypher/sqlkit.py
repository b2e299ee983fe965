"""Small pieces of SQL, as sqlglot nodes."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator

from connstore.cypher.types import Type, sql_type
from connstore.sqltext import quote_name

#: What each thread writes SQL with: making one takes longer than most texts do.
_own = threading.local()

NULL = exp.Null()
ZERO = exp.Literal.number(0)

#: These need no parentheses among operators.
_ATOMS = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Null, exp.Boolean),
    *(exp.Anonymous, exp.Paren, exp.Cast, exp.Case, exp.Struct, exp.Array, exp.Func),
)


def text(node: exp.Expr) -> str:
    """The SQL of a node."""
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and node.this.quoted:
        return f"{node.table}.{quote_name(node.name)}" if node.table else quote_name(node.name)
    generator: Generator | None = getattr(_own, "generator", None)
    if generator is None:
        generator = _own.generator = Dialect.get_or_raise("duckdb").generator(comments=False)
    return generator.generate(node, copy=False)


def raw(sql: str) -> exp.Expr:
    """A whole piece of SQL of our own, kept as it is written."""
    return exp.Var(this=sql)


def column(table: str, name: str) -> exp.Column:
    """A column of a relation, both quoted."""
    known = exp.Identifier(this=table, quoted=False)
    return exp.Column(this=exp.Identifier(this=name, quoted=True), table=known)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the engine, applied."""
    return exp.Anonymous(this=name, expressions=list(arguments))


# Constants ----------------------------------------------------------------------------------


def number(value: int) -> exp.Expr:
    """A small whole number of our own, of any type."""
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def words(value: str) -> exp.Expr:
    """A text of our own."""
    return exp.Literal.string(value)


def integer(value: int) -> exp.Expr:
    """An integer of 64 bits."""
    return as_sql(words(str(value)), "BIGINT")


def double(value: float) -> exp.Expr:
    """A float."""
    return as_sql(words(repr(value) if math.isfinite(value) else str(value)), "DOUBLE")


# Types --------------------------------------------------------------------------------------


def as_sql(value: exp.Expr, sql: str) -> exp.Expr:
    """A value cast to a SQL type."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=sql))


def typed_as(value: exp.Expr, type_: Type) -> exp.Expr:
    """A value cast to the SQL type of a type."""
    return as_sql(value, sql_type(type_))


# Operators ----------------------------------------------------------------------------------


def atom(value: exp.Expr) -> exp.Expr:
    """A value in parentheses, if operators might tear it apart."""
    # AND and OR are functions to sqlglot, too.
    whole = isinstance(value, _ATOMS) and not isinstance(value, exp.Connector)
    return value if whole else exp.Paren(this=value)


def binary(operator: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Two values and an operator between them."""
    return operator(this=atom(left), expression=atom(right))


def all_of(*conditions: exp.Expr) -> exp.Expr:
    """Whether all conditions hold; true where there are none."""
    return exp.and_(*conditions, copy=False) if conditions else exp.true()


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


def when(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    """The value where the condition holds, else null."""
    return case([(condition, value)])


def coalesce(*values: exp.Expr) -> exp.Expr:
    """The first that is not null."""
    return call("coalesce", *values)


def concat(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Texts, one after the other; null if one is."""
    result = atom(parts[0])
    for part in parts[1:]:
        result = exp.DPipe(this=result, expression=atom(part))
    return exp.Paren(this=result)


# Lists and structs --------------------------------------------------------------------------


def list_of(items: Sequence[exp.Expr]) -> exp.Expr:
    """A list."""
    return exp.Array(expressions=list(items))


def struct(**fields: exp.Expr) -> exp.Expr:
    """A struct with named fields."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
            for name, value in fields.items()
        ]
    )


def struct_of(values: Sequence[exp.Expr]) -> exp.Expr:
    """A struct with the fields f0, f1 and so on."""
    return struct(**{f"f{i}": value for i, value in enumerate(values)})


def member(value: exp.Expr, field: str) -> exp.Expr:
    """A field of a struct; of one that is made on the spot, what it is made of."""
    if isinstance(value, exp.Struct):
        (found,) = (part.expression for part in value.expressions if part.name == field)
        return atom(found)
    if isinstance(value, exp.Case) and len(value.args["ifs"]) == 1:
        (branch,) = value.args["ifs"]
        alone = value.args.get("this") is None and value.args.get("default") is None
        if alone and isinstance(branch.args["true"], exp.Struct):
            return when(branch.this, member(branch.args["true"], field))
    return call("struct_extract", value, words(field))
