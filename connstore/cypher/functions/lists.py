"""Functions of lists and maps."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.access import subscript
from connstore.cypher.expressions.constants import Constant, constant
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import function_of
from connstore.cypher.functions.model import Function, table
from connstore.cypher.functions.native import Arguments, is_type, where_ascii
from connstore.cypher.sqlkit import as_sql, binary, call, case, not_null, words
from connstore.cypher.types import (
    Dictionary,
    ListOf,
    NodeType,
    Record,
    RelationshipType,
    Scalar,
    Typed,
)
from connstore.cypher.values.model import Node, Relationship, Value
from connstore.errors import CypherError

#: A longer list is made by the engine.
_SHORT = 1000
#: A longer list does not fit a row.
_LONGEST = 10_000_000

_TEXTS = ListOf(Scalar.STRING)


def as_map(value: Value) -> dict[str, Value]:
    """A map, or the properties of a node or relationship."""
    return dict(value.properties) if isinstance(value, Node | Relationship) else value


def range_(start: int, end: int, step: int = 1) -> list[int]:
    """Integers from one to another, both included.

    Example:
        >>> range_(1, 5, 2), range_(3, 1, -1), range_(2, 1)
        ([1, 3, 5], [3, 2, 1], [])
    """
    if step == 0:
        raise CypherError(_NO_STEP)
    if (count := _count(start, end, step)) > _LONGEST:
        raise CypherError(f"range: a list of {count} integers is too long.")
    return list(range(start, end + (1 if step > 0 else -1), step))


def _count(start: int, end: int, step: int = 1) -> int:
    return max((end - start) // step + 1, 0)


_NO_STEP = "range: the step must not be 0."


def _range(arguments: Arguments, context: Context) -> Typed | None:
    if not is_type(Scalar.INTEGER, arguments):
        return None
    if (short := _short(arguments)) is not None:
        return constant(short, context)
    start, end, *rest = (each.sql for each in arguments)
    step = rest[0] if rest else constant(1, context).sql
    zero = binary(exp.EQ, step.copy(), exp.Literal.number(0))
    numbers = call("generate_series", start, end, step)
    count = binary(
        exp.Div,
        binary(exp.Sub, as_sql(end.copy(), "DOUBLE"), as_sql(start.copy(), "DOUBLE")),
        step.copy(),
    )
    long = binary(exp.GT, count, exp.Literal.number(_LONGEST))
    checks = [(zero, _raise(_NO_STEP)), (long, _raise("range: the list is too long."))]
    return Typed(case(checks, numbers), ListOf(Scalar.INTEGER))


def _short(arguments: Arguments) -> list[int] | None:
    """The list, if it is known and short enough to be written out."""
    known = [each.value for each in arguments if isinstance(each, Constant)]
    if len(known) < len(arguments) or 0 in known[2:] or _count(*known) > _SHORT:
        return None
    return range_(*known)


def _raise(problem: str) -> exp.Expr:
    return call("error", words(f"CypherError: {problem}"))


def _item(index: int) -> Function:
    name, doc = {0: ("head", "First item of a list."), -1: ("last", "Last item of a list.")}[index]

    def native(arguments: Arguments, context: Context) -> Typed | None:
        if not isinstance(arguments[0].type, ListOf):
            return None
        return subscript(arguments[0], constant(index, context), context)

    return Function(
        name, "items List", "Any", doc, lambda items: items[index] if items else None, native
    )


def _tail(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    if not isinstance(given.type, ListOf):
        return None
    return Typed(
        call("list_slice", given.sql, exp.Literal.number(2), exp.Literal.number(_LONGEST)),
        given.type,
    )


def _reverse(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    if isinstance(given.type, ListOf):
        return Typed(call("list_reverse", given.sql), given.type)
    if given.type is not Scalar.STRING:
        return None
    slow = in_python(REVERSE_TEXT, [given], context).sql
    return Typed(where_ascii(given.sql, call("reverse", given.sql.copy()), slow), Scalar.STRING)


def _size(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    match given.type:
        case Scalar.STRING:
            return Typed(as_sql(call("length", given.sql), "BIGINT"), Scalar.INTEGER)
        case ListOf():
            return Typed(as_sql(call("len", given.sql), "BIGINT"), Scalar.INTEGER)
    return None


def _is_empty(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    match given.type:
        case Scalar.STRING | ListOf():
            size = call("len", given.sql)
        case Dictionary():
            size = call("cardinality", given.sql)
        case _:
            return None
    return Typed(binary(exp.EQ, size, exp.Literal.number(0)), Scalar.BOOLEAN)


def keys(value: Value) -> list[str]:
    """Keys of a map; of a node or relationship, those whose value is not null."""
    return list(as_map(value))


def _keys(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    match given.type:
        case Dictionary():
            return Typed(call("map_keys", given.sql), _TEXTS)
        case Record(fields):
            names = constant([name for name, _ in fields], context)
            return Typed(case([(not_null(given.sql), names.sql)]), _TEXTS)
        case NodeType() | RelationshipType():
            found = call("json_keys", context.properties(given).sql)
            return Typed(call("list_transform", found, _UNESCAPED.copy()), _TEXTS)
    return None


def _lambda() -> exp.Expr:
    def plain(key: exp.Expr) -> exp.Expr:
        special = call("starts_with", key.copy(), words("$"))
        rest = call("substring", key.copy(), exp.Literal.number(2))
        return case([(special, rest)], key.copy())

    return function_of(plain)


_UNESCAPED = _lambda()


def _properties(arguments: Arguments, context: Context) -> Typed | None:
    given = arguments[0]
    match given.type:
        case NodeType() | RelationshipType():
            return context.properties(given)
        case Dictionary() | Record():
            return given
    return None


REVERSE_TEXT = Function("reverse text", "text String", "String", "", lambda text: text[::-1])

LISTS = table(
    Function(
        "range",
        "start Integer, end Integer, step Integer?",
        "List",
        "Integers from one to another, both included.",
        range_,
        _range,
        pure=False,
    ),
    _item(0),
    _item(-1),
    Function(
        "tail", "items List", "List", "List without its first item.", lambda items: items[1:], _tail
    ),
    Function(
        "reverse",
        "value List|String",
        "Any",
        "List or text from its end.",
        lambda value: value[::-1],
        _reverse,
    ),
    Function("size", "value List|String", "Integer", "Number of items or characters.", len, _size),
    Function(
        "isEmpty",
        "value List|Map|String",
        "Boolean",
        "Whether there are no items, entries or characters.",
        lambda value: not value,
        _is_empty,
    ),
    Function(
        "keys",
        "value Map|Node|Relationship",
        "List",
        "Keys of a map, names of properties.",
        keys,
        _keys,
    ),
    Function(
        "properties",
        "value Map|Node|Relationship",
        "Map",
        "All properties as a map.",
        as_map,
        _properties,
    ),
)
