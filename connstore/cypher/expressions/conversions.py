"""From one static type to another."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.constants import Constant
from connstore.cypher.expressions.snippets import mapped, named, text_list
from connstore.cypher.sqlkit import (
    NULL,
    as_sql,
    call,
    case,
    coalesce,
    concat,
    is_null,
    member,
    not_null,
    struct_of,
    typed_as,
    words,
)
from connstore.cypher.types import (
    Dictionary,
    ListOf,
    NodeType,
    PathType,
    Record,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.cypher.values.encoding import encode

ENTITIES = (NodeType, RelationshipType, PathType)


def as_any(typed: Typed, context: Context | None) -> Typed:
    """A value of any static type as one of type ANY.

    Args:
        typed: The value.
        context: Where it stands; not needed for values without nodes and relationships.
    """
    if typed.type is Scalar.ANY:
        return typed
    if isinstance(typed, Constant) and context is not None:
        return Constant(typed.value, Scalar.ANY, context)
    return Typed(_encoded(typed.sql, typed.type, typed, context), Scalar.ANY)


def _encoded(sql: exp.Expr, type_: Type, typed: Typed | None, context: Context | None) -> exp.Expr:
    match type_:
        case Scalar.ANY:
            return sql
        case Scalar.NULL:
            return typed_as(NULL.copy(), Scalar.ANY)
        case Scalar.BOOLEAN | Scalar.INTEGER:
            return as_sql(sql, "VARCHAR")
        case Scalar.STRING:
            return _json(sql)
        case Scalar.FLOAT:
            return named(sql, _float)
        case Scalar.POINT:
            return named(sql, _point)
        case ListOf(item):
            return _list(sql, item, context)
        case Record(fields):
            return _record(sql, fields, context)
        case Dictionary(value):
            return _dictionary(sql, value, context)
        case PathType(node, relationship):
            parts = (("nodes", node), ("relationships", relationship))
            nodes, steps = (_list(member(sql.copy(), n), each, context) for n, each in parts)
            return concat([words('{"$path":['), nodes, words(","), steps, words("]}")])
        case _:
            assert context is not None
            return context.encoded(typed or Typed(sql, type_))


def _json(sql: exp.Expr) -> exp.Expr:
    return as_sql(call("to_json", sql), "VARCHAR")


def _float(sql: exp.Expr) -> exp.Expr:
    written = _json(sql.copy())
    special = concat([words('{"$float":"'), written.copy(), words('"}')])
    return case([(call("isfinite", sql.copy()), written)], special)


def _point(sql: exp.Expr) -> exp.Expr:
    x, y, z = (_float(member(sql.copy(), name)) for name in ("x", "y", "z"))
    srid = as_sql(member(sql.copy(), "srid"), "VARCHAR")
    third = coalesce(concat([words(","), z]), words(""))
    return concat([words('{"$point":['), srid, words(","), x, words(","), y, third, words("]}")])


def _list(sql: exp.Expr, item: Type, context: Context | None) -> exp.Expr:
    if item in {Scalar.BOOLEAN, Scalar.INTEGER, Scalar.STRING, Scalar.NULL}:
        return _json(sql)
    if holds_entities(item):
        assert context is not None
        sql, item = context.encoded_list(Typed(sql, ListOf(item))).sql, Scalar.ANY
    texts = mapped(sql, lambda each: coalesce(_encoded(each, item, None, context), words("null")))
    return concat([words("["), text_list(texts, ","), words("]")])


def field(sql: exp.Expr, index: int) -> exp.Expr:
    """A value of a record, straight from where it was written if that is at hand."""
    if isinstance(sql, exp.Struct):
        value = sql.expressions[index].expression
        assert isinstance(value, exp.Expr)
        return value.copy()
    return member(sql.copy(), f"f{index}")


def _record(
    sql: exp.Expr, fields: tuple[tuple[str, Type], ...], context: Context | None
) -> exp.Expr:
    def entries(record: exp.Expr) -> exp.Expr:
        parts = []
        for i, (key, type_) in enumerate(fields):
            name = encode(f"${key}" if key.startswith("$") else key)
            parts.append(words(f"{',' if i else '{'}{name}:"))
            value = _encoded(field(record, i), type_, None, context)
            parts.append(coalesce(value, words("null")))
        return concat([*parts, words("}")])

    if isinstance(sql, exp.Struct):
        return entries(sql)
    return named(sql, lambda record: case([(not_null(record.copy()), entries(record))]))


def _dictionary(sql: exp.Expr, value: Type, context: Context | None) -> exp.Expr:
    def entry(each: exp.Expr) -> exp.Expr:
        key = named(member(each.copy(), "key"), _escaped_key)
        encoded = _encoded(member(each.copy(), "value"), value, None, context)
        return concat([key, words(":"), coalesce(encoded, words("null"))])

    texts = mapped(call("map_entries", sql), entry)
    return concat([words("{"), text_list(texts, ","), words("}")])


def _escaped_key(key: exp.Expr) -> exp.Expr:
    escaped = concat([words("$"), key.copy()])
    return _json(case([(call("starts_with", key.copy(), words("$")), escaped)], key.copy()))


def cast(typed: Typed, type_: Type, context: Context) -> Typed:
    """A value as one of a wider type, as ``common_type`` gives it; and integers as floats."""
    if typed.type == type_:
        return typed
    if isinstance(typed, Constant):
        value = float(typed.value) if (typed.type, type_) == _TO_FLOAT else typed.value
        return Constant(value, type_, context)
    if type_ is Scalar.ANY:
        return as_any(typed, context)
    return Typed(_widened(typed.sql, typed.type, type_, context), type_)


_TO_FLOAT = (Scalar.INTEGER, Scalar.FLOAT)


def _widened(sql: exp.Expr, given: Type, wanted: Type, context: Context) -> exp.Expr:
    if given == wanted:
        return sql
    if wanted is Scalar.ANY:
        return _encoded(sql, given, None, context)
    match given, wanted:
        case Scalar.NULL, _:
            return typed_as(NULL.copy(), wanted)
        case ListOf(Scalar.NULL), ListOf():
            return mapped(sql, lambda _: typed_as(NULL.copy(), wanted.item))
        case ListOf(a), ListOf(b):
            if b is Scalar.ANY and holds_entities(a):
                return context.encoded_list(Typed(sql, given)).sql
            return mapped(sql, lambda each: _widened(each, a, b, context))
        case Record(have), Record(want):
            return _widened_record(sql, [x for _, x in have], [y for _, y in want], context)
        case Dictionary(Scalar.NULL), Dictionary():
            return typed_as(sql, wanted)
        case Dictionary(a), Dictionary(b):
            entries = mapped(
                call("map_entries", sql),
                lambda each: _entry(
                    member(each.copy(), "key"),
                    _widened(member(each.copy(), "value"), a, b, context),
                ),
            )
            return call("map_from_entries", entries)
        case Scalar.INTEGER, Scalar.FLOAT:
            return typed_as(sql, wanted)
    return sql  # nodes, relationships and paths of more kinds look the same


def _widened_record(
    sql: exp.Expr, given: list[Type], wanted: list[Type], context: Context
) -> exp.Expr:
    def struct(record: exp.Expr) -> exp.Expr:
        pairs = enumerate(zip(given, wanted, strict=True))
        return struct_of([_widened(field(record, i), a, b, context) for i, (a, b) in pairs])

    if isinstance(sql, exp.Struct):
        return struct(sql)
    return named(sql, lambda record: case([(is_null(record.copy()), NULL.copy())], struct(record)))


def _entry(key: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier("k"), expression=key),
            exp.PropertyEQ(this=exp.to_identifier("v"), expression=value),
        ]
    )


def listable(typed: Typed, context: Context) -> Typed:
    """A value as it may be an item of a list: of type ANY if it holds nodes deeper inside."""
    type_ = typed.type
    inside = isinstance(type_, PathType) or (
        not isinstance(type_, ENTITIES) and holds_entities(type_)
    )
    return as_any(typed, context) if inside else typed


def collectable(typed: Typed, context: Context) -> Typed:
    """The same for ``collect``: ``collect({n: n, w: w})`` reads no rows of its nodes."""
    if isinstance(typed.type, Record) and all(
        isinstance(type_, NodeType | RelationshipType) or not holds_entities(type_)
        for _, type_ in typed.type.fields
    ):
        return typed
    return listable(typed, context)


def untyped(typed: Typed, context: Context) -> Typed | None:
    """A value of a type that will not do, as one of type ANY: an error only if there is a value.

    Properties have no types in Neo4j: a function that does not take the type of a property's
    value fails where it meets one, and is null where there is none.

    Returns:
        None if the type is certain, so that the query is wrong whatever it meets.
    """
    return as_any(typed, context) if is_unsure(typed) else None


def is_unsure(typed: Typed) -> bool:
    """Whether a value is that of a property, or computed: its type counts once there is one."""
    item = typed.type.item if isinstance(typed.type, ListOf) else typed.type
    return isinstance(item, Scalar) and not isinstance(typed, Constant)


def holds_entities(type_: Type) -> bool:
    """Whether values of a type are, or hold, nodes, relationships or paths."""
    match type_:
        case ListOf(item):
            return holds_entities(item)
        case Dictionary(value):
            return holds_entities(value)
        case Record(fields):
            return any(holds_entities(each) for _, each in fields)
    return isinstance(type_, ENTITIES)


def grouped_natively(type_: Type) -> bool:
    """Whether the engine's equality, null with null, is equivalence."""
    match type_:
        case ListOf(item):
            return grouped_natively(item)
        case Record(fields):
            return all(grouped_natively(each) for _, each in fields)
        case Dictionary():
            return False
    return type_ is not Scalar.ANY
