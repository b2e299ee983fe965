"""Values known when a query is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.sqlkit import NULL, double, integer, list_of, struct_of, typed_as
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
from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER, Point, Value
from connstore.errors import CypherError

_SCALARS: dict[type, Scalar] = {
    type(None): Scalar.NULL,
    bool: Scalar.BOOLEAN,
    int: Scalar.INTEGER,
    float: Scalar.FLOAT,
    str: Scalar.STRING,
    Point: Scalar.POINT,
}
#: Lists of these are bound whole.
_BOUND = {Scalar.BOOLEAN, Scalar.INTEGER, Scalar.FLOAT, Scalar.STRING}


class Constant(Typed):
    """A value known already. Its SQL is made, and bound, only where it is asked for.

    Attributes:
        value: The value.
    """

    __slots__ = ("_context", "_sql", "value")
    value: Value
    _context: Context
    _sql: exp.Expr | None

    def __init__(self, value: Value, type_: Type, context: Context) -> None:
        for name, given in (("value", value), ("type", type_), ("_context", context)):
            object.__setattr__(self, name, given)
        object.__setattr__(self, "_sql", None)

    @property
    def sql(self) -> exp.Expr:
        """The value in SQL."""
        made = self._sql
        if made is None:
            made = _sql(self.value, self.type, self._context)
            object.__setattr__(self, "_sql", made)
        return made.copy()


def constant(value: Value, context: Context) -> Constant:
    """A Python value as a piece of SQL with the narrowest static type.

    Raises:
        CypherError: A text that is not Unicode.
    """
    return Constant(value, type_of(value), context)


def unfit(value: object) -> str:
    """What keeps an object of Python from being a value of Cypher; an empty text if nothing does.

    Example:
        >>> unfit([1, {"a": None}]), unfit([2**63])
        ('', '9223372036854775808 is beyond the integers of 64 bits.')
    """
    match value:
        case list():
            return next(filter(None, map(unfit, value)), "")
        case dict():
            odd = [key for key in value if not isinstance(key, str)]
            return (
                f"{odd[0]!r} is no text, as keys of maps are." if odd else unfit([*value.values()])
            )
        case int() if type(value) is int and not LEAST_INTEGER <= value <= GREATEST_INTEGER:
            return f"{value} is beyond the integers of 64 bits."
        case _ if type(value) in _SCALARS:
            return ""
        case _:
            return (
                f"{type(value).__name__} is no type of Cypher. Give None, bool, int, float, str, "
                "and lists and dicts of them."
            )


def type_of(value: Value) -> Type:
    """The narrowest static type of a value that holds no node, relationship or path.

    Example:
        >>> type_of([1, None]), type_of([1, 1.5])
        (ListOf(item=<Scalar.INTEGER: 'Integer'>), ListOf(item=<Scalar.ANY: 'Any'>))
    """
    if (scalar := _SCALARS.get(type(value))) is not None:
        return scalar
    if isinstance(value, list):
        kinds = set(map(type, value)) - {type(None)}
        if len(kinds) == 1 and (scalar := _SCALARS.get(kinds.pop())) is not None:
            return ListOf(scalar)
        return ListOf(common_type(map(type_of, value)))
    if not isinstance(value, dict):
        return Scalar.ANY
    if not value:
        return Dictionary(Scalar.NULL)
    return Record(tuple((key, type_of(each)) for key, each in value.items()))


def common_type(types: Iterable[Type]) -> Type:
    """The narrowest type that holds the values of all types; NULL for none.

    Integers and floats have none but ANY: an integer stays one.

    Example:
        >>> common_type([Scalar.NULL, Scalar.STRING]), common_type([Scalar.INTEGER, Scalar.FLOAT])
        (<Scalar.STRING: 'String'>, <Scalar.ANY: 'Any'>)
    """
    common: Type = Scalar.NULL
    for type_ in types:
        common = _join(common, type_)
    return common


def _join(left: Type, right: Type) -> Type:
    if left == right or right is Scalar.NULL:
        return left
    if left is Scalar.NULL:
        return right
    match left, right:
        case ListOf(a), ListOf(b):
            return ListOf(_join(a, b))
        case Dictionary(a), Dictionary(b):
            return Dictionary(_join(a, b))
        case Record(a), Record(b) if [key for key, _ in a] == [key for key, _ in b]:
            pairs = zip(a, b, strict=True)
            return Record(tuple((key, _join(x, y)) for (key, x), (_, y) in pairs))
    return join_entities(left, right)


def join_entities(left: Type, right: Type) -> Type:
    """The common type of two nodes, relationships or paths; else ANY."""
    match left, right:
        case NodeType(a), NodeType(b):
            return NodeType(a | b)
        case RelationshipType(a), RelationshipType(b):
            return RelationshipType(a | b)
        case PathType(), PathType():
            return PathType(
                NodeType(left.node.kinds | right.node.kinds),
                RelationshipType(left.relationship.kinds | right.relationship.kinds),
            )
    return Scalar.ANY


def _sql(value: Value, type_: Type, context: Context) -> exp.Expr:
    if value is None:
        return typed_as(NULL.copy(), type_)
    match type_:
        case Scalar.BOOLEAN:
            return exp.true() if value else exp.false()
        case Scalar.INTEGER:
            return integer(value)
        case Scalar.FLOAT:
            return double(value)
        case Scalar.STRING:
            return context.bind(unicode_text(value))
        case Scalar.POINT:
            return point_sql(value)
        case Scalar.ANY:
            return context.bind(encode(value))
        case ListOf(item):
            return _list_sql(value, item, context)
        case Record(fields):
            return struct_of([_sql(value[key], each, context) for key, each in fields])
        case _:
            return typed_as(exp.Anonymous(this="map", expressions=[]), type_)


def _list_sql(value: Sequence[Value], item: Type, context: Context) -> exp.Expr:
    type_ = ListOf(item)
    if not value:
        return typed_as(list_of([]), type_)
    if item in _BOUND:
        if item is Scalar.STRING:
            for each in value:
                unicode_text(each or "")
        return typed_as(context.bind(list(value)), type_)
    if item is Scalar.ANY:
        return typed_as(context.bind([encode(each) for each in value]), type_)
    return typed_as(list_of([_sql(each, item, context) for each in value]), type_)


def unicode_text(value: str) -> str:
    """A text, if it is Unicode.

    Raises:
        CypherError: It holds half of a surrogate pair.
    """
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        problem = "A text holds half of a surrogate pair (a \\u escape from D800 to DFFF alone)."
        raise CypherError(problem) from None
    return value


def point_sql(point: Point) -> exp.Expr:
    """A point as a struct."""
    x, y, *z = map(double, point.coordinates)
    fields = {"x": x, "y": y, "z": z[0] if z else NULL.copy(), "srid": integer(point.srid)}
    struct = exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
            for name, value in fields.items()
        ]
    )
    return typed_as(struct, Scalar.POINT)
