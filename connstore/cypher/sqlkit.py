"""Small pieces of SQL, as sqlglot nodes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator

from connstore.sqltext import quote_name

#: What each thread writes SQL with: making one takes longer than most texts do.
_own = threading.local()

ZERO = exp.Literal.number(0)


def column(table: str, name: str) -> exp.Column:
    """A column of a relation, both quoted."""
    known = exp.Identifier(this=table, quoted=False)
    return exp.Column(this=exp.Identifier(this=name, quoted=True), table=known)


def number(value: int) -> exp.Expr:
    """A whole number of our own."""
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of the engine, applied."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(value: exp.Expr, type_: str) -> exp.Expr:
    """A value as a SQL type."""
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=type_))


def struct(**fields: exp.Expr) -> exp.Expr:
    """A struct with named fields."""
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
            for name, value in fields.items()
        ]
    )


def member(value: exp.Expr, field: str) -> exp.Expr:
    """A field of a struct; of one that is made on the spot, what it is made of."""
    if isinstance(value, exp.Struct):
        (found,) = (part.expression for part in value.expressions if part.name == field)
        return exp.paren(found, copy=False)
    if isinstance(value, exp.Case) and len(value.args["ifs"]) == 1:
        (branch,) = value.args["ifs"]
        alone = value.args.get("this") is None and value.args.get("default") is None
        if alone and isinstance(branch.args["true"], exp.Struct):
            return when(branch.this, member(branch.args["true"], field))
    return call("struct_extract", value, exp.Literal.string(field))


def concat(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Texts, one after the other; null if one is."""
    result = parts[0]
    for part in parts[1:]:
        result = exp.DPipe(this=result, expression=part)
    return exp.paren(result, copy=False)


def when(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    """The value where the condition holds, else null."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def all_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Whether all conditions hold; true where there are none."""
    given = list(conditions)
    return exp.and_(*given, copy=False) if given else exp.true()


def text(node: exp.Expr) -> str:
    """The SQL of a node."""
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and node.this.quoted:
        return f"{node.table}.{quote_name(node.name)}" if node.table else quote_name(node.name)
    generator: Generator | None = getattr(_own, "generator", None)
    if generator is None:
        generator = _own.generator = Dialect.get_or_raise("duckdb").generator(comments=False)
    return generator.generate(node, copy=False)
