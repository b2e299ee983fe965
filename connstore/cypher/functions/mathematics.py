"""Functions of numbers and points."""

from __future__ import annotations

import math
import random
import time
import uuid
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from sqlglot import exp

from connstore.cypher.context import Context
from connstore.cypher.expressions.access import subscript
from connstore.cypher.expressions.constants import constant
from connstore.cypher.expressions.python_calls import in_python
from connstore.cypher.expressions.snippets import named
from connstore.cypher.functions.model import Function, Native, table
from connstore.cypher.functions.native import Arguments, are_numbers, as_double, is_type, on_double
from connstore.cypher.sqlkit import (
    NULL,
    all_of,
    as_sql,
    binary,
    call,
    case,
    double,
    member,
    not_null,
    struct,
    typed_as,
)
from connstore.cypher.types import Record, Scalar, Typed
from connstore.cypher.values.model import Point, Value
from connstore.cypher.values.numbers import integer, real
from connstore.errors import CypherError


def absolute(number: float) -> float:
    """The number without its sign."""
    return integer(abs(number)) if type(number) is int else abs(number)


def sign(number: float) -> int:
    """-1, 0 or 1; NaN has the sign 0."""
    return (number > 0) - (number < 0)


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    def rounded(number: float) -> float:
        number = float(number)
        if not math.isfinite(number):
            return number
        return math.copysign(float(function(number)), number)

    return rounded


_MODES = {
    "UP": ROUND_UP,
    "DOWN": ROUND_DOWN,
    "CEILING": ROUND_CEILING,
    "FLOOR": ROUND_FLOOR,
    "HALF_UP": ROUND_HALF_UP,
    "HALF_DOWN": ROUND_HALF_DOWN,
    "HALF_EVEN": ROUND_HALF_EVEN,
}


def round_(number: float, precision: int | None = None, mode: str | None = None) -> float:
    """The nearest number with so many digits behind the point; halves go up.

    Example:
        >>> round_(2.5), round_(-1.5), round_(2.345, 2), round_(-1.55, 1, "HALF_UP")
        (3.0, -1.0, 2.35, -1.6)
    """
    number = float(number)
    if not math.isfinite(number):
        return number
    if precision is None:
        return float(math.floor(Decimal(number) + Decimal("0.5")))
    if precision < 0:
        raise CypherError(f"round: the precision is not negative, but was {precision}.")
    if mode is not None and mode.upper() not in _MODES:
        raise CypherError(f"round: the mode is one of {', '.join(_MODES)}, not {mode!r}.")
    if mode is None and precision == 0:
        return round_(number)
    decimal = Decimal(repr(number))
    if -int(decimal.as_tuple().exponent) <= precision:
        return number
    step = Decimal(1).scaleb(-precision)
    return float(decimal.quantize(step, rounding=_MODES[(mode or "HALF_UP").upper()]))


def point(given: dict[str, Value]) -> Point | None:
    """A point from a map of coordinates.

    Raises:
        CypherError: The map has not the coordinates of a point.
    """
    if None in given.values():
        return None
    for first, second, third, flat, solid in _SYSTEMS:
        if first in given and second in given:
            names = [first, second, *([third] if third in given else [])]
            srid = solid if len(names) == 3 else flat
            break
    else:
        raise CypherError("point takes a map with x and y, or longitude and latitude.")
    crs = given.get("srid", _CRS.get(str(given.get("crs", "")).lower()))
    if crs is None and "crs" in given:
        raise CypherError(f"point: unknown crs {given['crs']!r}; known are {', '.join(_CRS)}.")
    for name in names:
        if type(given[name]) not in {int, float}:
            raise CypherError(f"point: {name} has to be a number.")
    if crs is not None and (crs not in _CRS.values() or (crs in {4979, 9157}) != (len(names) == 3)):
        raise CypherError(f"point: srid {crs} does not fit {len(names)} coordinates.")
    return Point(crs or srid, tuple(float(given[name]) for name in names))


_SYSTEMS = (("x", "y", "z", 7203, 9157), ("longitude", "latitude", "height", 4326, 4979))
_CRS = {"wgs-84": 4326, "wgs-84-3d": 4979, "cartesian": 7203, "cartesian-3d": 9157}
_RADIUS = 6_378_140.0


def distance(left: Value, right: Value) -> float | None:
    """The distance of two points: straight, or in metres on the globe; else null."""
    if type(left) is not Point or type(right) is not Point or left.srid != right.srid:
        return None
    if left.srid in {7203, 9157}:
        pairs = zip(left.coordinates, right.coordinates, strict=True)
        return math.sqrt(sum((a - b) ** 2 for a, b in pairs))
    (lon1, lat1), (lon2, lat2) = (
        tuple(map(math.radians, each.coordinates[:2])) for each in (left, right)
    )
    inner = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    flat = 2 * _RADIUS * math.asin(min(1.0, math.sqrt(inner)))
    heights = [each.coordinates[2] if len(each.coordinates) == 3 else 0.0 for each in (left, right)]
    return math.hypot(flat, heights[0] - heights[1])


# In SQL -------------------------------------------------------------------------------------


def _abs(arguments: Arguments, context: Context) -> Typed | None:
    if not are_numbers(arguments):
        return None
    return Typed(call("abs", arguments[0].sql), arguments[0].type)


def _guarded(function: str, least: float, below: float, at: float | None = None) -> Native:
    """A function of the engine that refuses numbers below a least one."""

    def body(value: exp.Expr) -> exp.Expr:
        def result(number: exp.Expr) -> exp.Expr:
            branches = [(binary(exp.LT, number.copy(), double(least)), double(below))]
            if at is not None:
                branches.append((binary(exp.EQ, number.copy(), double(least)), double(at)))
            return case(branches, call(function, number.copy()))

        return named(value, result)

    return on_double(body)


def _round(arguments: Arguments, context: Context) -> Typed | None:
    if len(arguments) != 1 or not are_numbers(arguments):
        return None

    def result(number: exp.Expr) -> exp.Expr:
        below = call("floor", number.copy())
        half = binary(exp.GTE, binary(exp.Sub, number.copy(), below.copy()), double(0.5))
        up = binary(exp.Add, below.copy(), double(1.0))
        whole = case([(half, up)], below)
        # Infinity less itself is NaN; zero and what is rounded to it have no sign.
        plain = binary(exp.Add, whole, double(0.0))
        return case([(call("isfinite", number.copy()), plain)], number.copy())

    return Typed(named(as_double(arguments[0]), result), Scalar.FLOAT)


def _sign(arguments: Arguments, context: Context) -> Typed | None:
    if not is_type(Scalar.INTEGER, arguments):
        return None
    return Typed(as_sql(call("sign", arguments[0].sql), "BIGINT"), Scalar.INTEGER)


def _distance(arguments: Arguments, context: Context) -> Typed | None:
    """Straight for points without longitude; those are rare enough for Python."""
    if not is_type(Scalar.POINT, arguments):
        return None
    left, right = (each.sql for each in arguments)

    def part(name: str) -> exp.Expr:
        ends = (member(each.copy(), name) for each in (left, right))
        return call("pow", binary(exp.Sub, *ends), exp.Literal.number(2))

    srids = [member(each.copy(), "srid") for each in (left, right)]
    depth = call("coalesce", part("z"), double(0.0))
    squares = binary(exp.Add, binary(exp.Add, part("x"), part("y")), depth)
    straight = exp.In(this=srids[0].copy(), expressions=[_srid(7203), _srid(9157)])
    same = binary(exp.EQ, *srids)
    other = in_python(DISTANCE, arguments, context).sql
    return Typed(
        case([(binary(exp.And, same, straight), call("sqrt", squares))], other), Scalar.FLOAT
    )


def _srid(number: int) -> exp.Expr:
    return exp.Literal.number(number)


def _point(arguments: Arguments, context: Context) -> Typed | None:
    """A map written out with x, y and perhaps z, all of them numbers."""
    given = arguments[0]
    if not isinstance(given.type, Record):
        return None
    types = dict(given.type.fields)
    if not set(types) <= {"x", "y", "z"} or not {"x", "y"} <= set(types):
        return None
    if not all(each in {Scalar.INTEGER, Scalar.FLOAT} for each in types.values()):
        return None
    parts = {name: as_double(subscript(given, constant(name, context), context)) for name in types}
    srid = 9157 if "z" in parts else 7203
    value = struct(
        x=parts["x"], y=parts["y"], z=parts.get("z", NULL.copy()), srid=exp.Literal.number(srid)
    )
    known = all_of(*(not_null(each.copy()) for each in parts.values()))
    return Typed(typed_as(case([(known, value)]), Scalar.POINT), Scalar.POINT)


def _random(arguments: Arguments, context: Context) -> Typed | None:
    return Typed(call("random"), Scalar.FLOAT)


def _timestamp(arguments: Arguments, context: Context) -> Typed | None:
    return Typed(call("epoch_ms", call("now")), Scalar.INTEGER)


def _uuid(arguments: Arguments, context: Context) -> Typed | None:
    return Typed(as_sql(call("uuid"), "VARCHAR"), Scalar.STRING)


def _float(
    name: str, doc: str, python: Callable[..., float], native: Native | None = None
) -> Function:
    return Function(name, "number Number", "Float", doc, real(python), native)


def _same(name: str) -> Native:
    return on_double(lambda value: call(name, value))


DISTANCE = Function(
    "point.distance", "from Any, to Any", "Float", "Distance of two points.", distance, _distance
)

MATHEMATICS = table(
    Function("abs", "number Number", "Number", "Number without its sign.", absolute, _abs),
    Function("sign", "number Number", "Integer", "-1, 0 or 1.", sign, _sign),
    _float("ceil", "Least whole number that is not less.", _whole(math.ceil), _same("ceil")),
    _float(
        "floor", "Greatest whole number that is not greater.", _whole(math.floor), _same("floor")
    ),
    Function(
        "round",
        "number Number, precision Number?, mode String?",
        "Float",
        "Nearest number with so many digits behind the point; halves go up.",
        round_,
        _round,
    ),
    _float("sqrt", "Square root.", math.sqrt, _guarded("sqrt", 0.0, math.nan)),
    _float("exp", "e to a power.", math.exp),
    _float(
        "log",
        "Natural logarithm.",
        lambda x: math.log(x) if x else -math.inf,
        _guarded("ln", 0.0, math.nan, -math.inf),
    ),
    _float(
        "log10",
        "Logarithm to base 10.",
        lambda x: math.log10(x) if x else -math.inf,
        _guarded("log10", 0.0, math.nan, -math.inf),
    ),
    _float("sin", "Sine of radians.", math.sin),
    _float("cos", "Cosine of radians.", math.cos),
    _float("tan", "Tangent of radians.", math.tan),
    _float("cot", "Cotangent of radians.", lambda x: 1 / math.tan(x) if x else math.inf),
    _float("asin", "Arc sine in radians.", math.asin),
    _float("acos", "Arc cosine in radians.", math.acos),
    _float("atan", "Arc tangent in radians.", math.atan),
    Function(
        "atan2", "y Number, x Number", "Float", "Angle of a vector in radians.", real(math.atan2)
    ),
    _float("haversin", "Half of 1 - cos.", lambda x: (1 - math.cos(x)) / 2),
    _float("degrees", "Degrees of radians.", math.degrees),
    _float("radians", "Radians of degrees.", math.radians),
    Function(
        "pi",
        "",
        "Float",
        "The number pi.",
        lambda: math.pi,
        lambda _, context: constant(math.pi, context),
    ),
    Function(
        "e",
        "",
        "Float",
        "Euler's number.",
        lambda: math.e,
        lambda _, context: constant(math.e, context),
    ),
    Function(
        "rand",
        "",
        "Float",
        "A random number from 0 to 1.",
        random.random,
        _random,
        pure=False,
        random=True,
    ),
    Function(
        "randomUUID",
        "",
        "String",
        "A random identifier.",
        lambda: str(uuid.uuid4()),
        _uuid,
        pure=False,
        random=True,
    ),
    Function(
        "timestamp",
        "",
        "Integer",
        "Milliseconds since 1970.",
        lambda: int(time.time() * 1000),
        _timestamp,
        pure=False,
    ),
    Function(
        "point", "coordinates Map", "Point", "A point from a map of coordinates.", point, _point
    ),
    DISTANCE,
    Function(
        "distance", "from Any, to Any", "Float", "Distance of two points.", distance, _distance
    ),
)
