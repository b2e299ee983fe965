"""Parts of values: properties, subscripts and slices."""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.application import fitting
from connstore.cypher.expressions.constants import Constant, common_type, constant
from connstore.cypher.expressions.conversions import cast, field, is_unsure, untyped
from connstore.cypher.expressions.entries import Entry
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import all_named, at_most
from connstore.cypher.functions.model import Function, category
from connstore.cypher.sqlkit import (
    NULL,
    as_sql,
    binary,
    call,
    case,
    is_null,
    member,
    number,
    typed_as,
    words,
)
from connstore.cypher.types import (
    Dictionary,
    ListOf,
    NodeType,
    Record,
    RelationshipType,
    Scalar,
    Type,
    Typed,
)
from connstore.cypher.values.model import Node, Point, Relationship, Value, type_name
from connstore.errors import CypherError

# In Python ----------------------------------------------------------------------------------

#: Number of a coordinate reference system -> its name.
SYSTEMS = {4326: "wgs-84", 4979: "wgs-84-3d", 7203: "cartesian", 9157: "cartesian-3d"}
GEOGRAPHIC = {4326, 4979}
_COORDINATES = {"x": 0, "y": 1, "z": 2}
_GEOGRAPHIC_COORDINATES = {"longitude": 0, "latitude": 1, "height": 2}


def get(subject: Value, index: Value) -> Value:
    """``subject[index]``: an item of a list or a value of a map.

    Raises:
        CypherError: The subject has no parts, or none of such an index.
    """
    if type(subject) is list:
        if type(index) is not int:
            raise CypherError(_bad_index("a list", "an Integer", type_name(index)))
        return subject[index] if -len(subject) <= index < len(subject) else None
    if type(subject) is dict or type(subject) in _WITH_PROPERTIES:
        if type(index) is not str:
            raise CypherError(_bad_index("a map", "a String", type_name(index)))
        return get_property(subject, index)
    raise CypherError(_no_parts(type_name(subject)))


def get_property(subject: Value, key: str) -> Value:
    """``subject.key``.

    Raises:
        CypherError: The subject has no properties.
    """
    match subject:
        case dict():
            return subject.get(key)
        case Node() | Relationship():
            return subject.properties.get(key)
        case Point():
            return point_property(subject, key)
    raise CypherError(_no_properties(key, type_name(subject)))


_WITH_PROPERTIES = {Node, Relationship, Point}


def point_property(point: Point, key: str) -> Value:
    """A coordinate of a point, or the name or number of its reference system."""
    if key == "srid":
        return point.srid
    if key == "crs":
        return SYSTEMS.get(point.srid)
    index = _COORDINATES.get(key)
    if index is None and point.srid in GEOGRAPHIC:
        index = _GEOGRAPHIC_COORDINATES.get(key)
    if index is None or index >= len(point.coordinates):
        return None
    return point.coordinates[index]


def cut(subject: list[Value], start: int | None, stop: int | None) -> list[Value]:
    """``subject[start..stop]``."""
    return subject[start:stop]


def _bad_index(what: str, wanted: str, given: str) -> str:
    return f"Type mismatch: {what} is subscripted by {wanted}, not by a value of type {given}."


def _no_parts(given: str) -> str:
    return f"Type mismatch: a list or map is needed before [ ] but was {given}."


def _no_properties(key: str, given: str) -> str:
    wanted = "a map, node, relationship or point"
    return f"Type mismatch: {wanted} is needed before .{key} but was {given}."


GET = Function("[]", "subject Any, index Any", "Any", "", get, engine_name="get")
GET_PROPERTY = Function(
    ".", "subject Any, key String", "Any", "", get_property, engine_name="get_property"
)
CUT = Function(
    "[..]", "subject List, start Integer, stop Integer", "List", "", cut, engine_name="cut"
)

# In SQL -------------------------------------------------------------------------------------


class LocalEntity(Typed):
    """A node or relationship in a list, with those of its properties that a lambda asks for.

    Attributes:
        known: The properties.
        ends: Of a relationship, the nodes that it begins and ends at.
    """

    __slots__ = ("ends", "known")
    known: dict[str, Typed]
    ends: tuple[LocalEntity, ...]

    def __init__(
        self,
        sql: exp.Expr,
        type_: Type,
        known: dict[str, Typed],
        ends: tuple[LocalEntity, ...] = (),
    ) -> None:
        Typed.__init__(self, sql, type_)
        for name, given in (("known", known), ("ends", ends)):
            object.__setattr__(self, name, given)


def compile_property(subject: Typed, key: str, context: Context) -> Typed:
    """``subject.key``."""
    match subject.type:
        case Scalar.NULL:
            return constant(None, context)
        case Scalar.ANY:
            return in_python(GET_PROPERTY, [subject, constant(key, context)], context)
        case NodeType() | RelationshipType():
            if isinstance(subject, LocalEntity) and key in subject.known:
                return subject.known[key]
            return context.property(subject, key)
        case Record() | Dictionary() | Scalar.POINT:
            return subscript(subject, constant(key, context), context)
    if (loose := untyped(subject, context)) is not None:
        return in_python(GET_PROPERTY, [loose, constant(key, context)], context)
    raise CypherError(_no_properties(key, category(subject.type)))


def subscript(subject: Typed, index: Typed, context: Context) -> Typed:
    """``subject[index]``."""
    if Scalar.NULL in {subject.type, index.type}:
        return constant(None, context)
    if isinstance(subject, Constant) and isinstance(index, Constant):
        return constant(get(subject.value, index.value), context)
    given = category(index.type)
    match subject.type:
        case Scalar.ANY:
            return in_python(GET, [subject, index], context)
        case ListOf(item):
            if given not in {"Integer", "Any"} and not is_unsure(index):
                raise CypherError(_bad_index("a list", "an Integer", given))
            if given != "Integer":
                return in_python(GET, [subject, index], context)
            return Typed(call("list_extract", subject.sql, _place(index)), item)
        case Record() | Dictionary() | NodeType() | RelationshipType() | Scalar.POINT:
            if given not in {"String", "Any"} and not is_unsure(index):
                raise CypherError(_bad_index("a map", "a String", given))
            return _value(subject, index, context)
    if (loose := untyped(subject, context)) is not None:
        return in_python(GET, [loose, index], context)
    raise CypherError(_no_parts(category(subject.type)))


def _place(index: Typed) -> exp.Expr:
    """The engine counts from 1, and as we do from the end."""
    if isinstance(index, Constant):
        place = index.value + 1 if index.value >= 0 else index.value
        return exp.Literal.number(max(-(2**62), min(place, 2**62)))
    near = at_most(index.sql, 2**62)
    one = as_sql(binary(exp.GTE, index.sql.copy(), exp.Literal.number(0)), "BIGINT")
    return binary(exp.Add, near, one)


def _value(subject: Typed, key: Typed, context: Context) -> Typed:
    """A value of a map, node, relationship or point."""
    if isinstance(key, Constant):
        return _known_value(subject, key.value, context)
    match subject.type:
        case NodeType() | RelationshipType():
            return in_python(GET, [context.properties(subject), key], context)
        case Dictionary(value) if key.type is Scalar.STRING:
            return Typed(call("map_extract_value", subject.sql, key.sql), value)
        case Record(fields) if key.type is Scalar.STRING:
            type_ = common_type(each for _, each in fields)
            branches = []
            for i, (name, each) in enumerate(fields):
                found = cast(Typed(field(subject.sql, i), each), type_, context)
                test = exp.EQ(this=key.sql.copy(), expression=constant(name, context).sql)
                branches.append((test, found.sql))
            return Typed(case(branches, typed_as(NULL.copy(), type_)), type_)
    return in_python(GET, [subject, key], context)


def _known_value(subject: Typed, key: Value, context: Context) -> Typed:
    if isinstance(subject, Entry):
        return subject.count(key)
    match subject.type:
        case Dictionary(value):
            found = call("map_extract_value", subject.sql, constant(key, context).sql)
            return Typed(found, value)
        case Record(fields):
            for i, (name, type_) in enumerate(fields):
                if name == key:
                    return Typed(field(subject.sql, i), type_)
            return constant(None, context)
        case Scalar.POINT:
            return _point_value(subject, key, context)
    return compile_property(subject, key, context)


def _point_value(subject: Typed, key: str, context: Context) -> Typed:
    if key == "srid":
        return Typed(as_sql(member(subject.sql, "srid"), "BIGINT"), Scalar.INTEGER)
    if key in _COORDINATES:
        return Typed(member(subject.sql, key), Scalar.FLOAT)
    if key == "crs":
        srid = member(subject.sql, "srid")
        branches = [
            (exp.EQ(this=srid.copy(), expression=exp.Literal.number(number)), words(name))
            for number, name in SYSTEMS.items()
        ]
        return Typed(case(branches), Scalar.STRING)
    if key in _GEOGRAPHIC_COORDINATES:
        return in_python(GET_PROPERTY, [subject, constant(key, context)], context)
    return constant(None, context)


def sliced(subject: Typed, start: Typed | None, stop: Typed | None, context: Context) -> Typed:
    """``subject[start..stop]``."""
    given = (subject, start, stop)
    if any(each is not None and each.type is Scalar.NULL for each in given):
        return constant(None, context)
    first = start or constant(0, context)
    last = stop or constant(2**31, context)
    subject, first, last = (
        fitting(CUT, index, typed, context) for index, typed in enumerate((subject, first, last))
    )
    if all(isinstance(each, Constant) for each in (subject, first, last)):
        return constant(CUT(subject.value, first.value, last.value), context)  # type: ignore[attr-defined]
    if not isinstance(subject.type, ListOf) or {first.type, last.type} != {Scalar.INTEGER}:
        return in_python(CUT, [subject, first, last], context)

    def part(items: exp.Expr, *given: exp.Expr) -> exp.Expr:
        length = call("len", items.copy())
        ends = zip((first, last), given, strict=True)
        begin, end = (
            _offset(each if isinstance(each, Constant) else Typed(sql, each.type), length)
            for each, sql in ends
        )
        taken = call("list_slice", items.copy(), binary(exp.Add, begin, _ONE.copy()), end)
        return case(
            [(is_null(end.copy()), NULL.copy()), (is_null(begin.copy()), NULL.copy())], taken
        )

    return Typed(all_named([subject.sql, first.sql, last.sql], part), subject.type)


_ONE = exp.Literal.number(1)
_FAR = 2**40


def _offset(index: Typed, length: exp.Expr) -> exp.Expr:
    """An offset from the beginning, within the list; null for null."""
    zero = exp.Literal.number(0)
    if isinstance(index, Constant) and index.value >= 0:
        return call("least", index.sql, length.copy())
    # Without going beyond 64 bits, whatever the index.
    near = call("greatest", call("least", index.sql, number(_FAR)), number(-_FAR))
    before = call("greatest", binary(exp.Add, near, length.copy()), zero)
    if isinstance(index, Constant):
        return before
    inside = call("least", near.copy(), length.copy())
    return case(
        [
            (binary(exp.LT, index.sql.copy(), zero.copy()), before),
            (is_null(index.sql.copy()), NULL.copy()),
        ],
        inside,
    )
