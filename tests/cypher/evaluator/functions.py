"""Functions of Cypher and APOC, scalar and aggregating, by their names in small letters."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

from cypher.evaluator.graph import Node, Point, Relationship
from cypher.evaluator.values import (
    EvaluationError,
    group_key,
    integer,
    kind,
    less,
    sort_key,
    text,
)


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Null wherever an argument is null."""

    def wrapped(*arguments: Any) -> Any:
        return None if any(each is None for each in arguments) else function(*arguments)

    return wrapped


def typed(*kinds: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Refuse a first argument of any other type; null gives null."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @strict
        def wrapped(first: Any, *rest: Any) -> Any:
            if kind(first) not in kinds:
                raise EvaluationError(f"{kind(first)} where {' or '.join(kinds)} is asked for")
            return function(first, *rest)

        return wrapped

    return decorate


# Conversions --------------------------------------------------------------------------------


def to_integer(value: Any) -> int | None:
    if isinstance(value, float):
        return integer(math.trunc(value)) if math.isfinite(value) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value):
        return integer(int(value))
    if isinstance(value, str) and (number := to_float(value)) is not None:
        return integer(math.trunc(number))
    return int(value) if isinstance(value, bool) else None


def to_float(value: Any) -> float | None:
    if kind(value) == "number":
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", value):
        return float(value)
    return None


def to_boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None


# Lists, maps and entities -------------------------------------------------------------------


def properties(value: Any) -> dict[str, Any]:
    if isinstance(value, Node | Relationship):
        return dict(value.props)
    if isinstance(value, dict):
        return dict(value)
    raise EvaluationError(f"no properties of a {kind(value)}")


def in_range(start: int, stop: int, step: int = 1) -> list[int]:
    if step == 0:
        raise EvaluationError("step of range is 0")
    return list(range(start, stop + (1 if step > 0 else -1), step))


def flatten(items: list[Any]) -> list[Any]:
    return [x for item in items for x in (item if isinstance(item, list) else [item])]


def java_key(value: Any) -> Any:
    """What Java's sets tell apart: 1 and 1.0 too."""
    if isinstance(value, list):
        return "list", tuple(map(java_key, value))
    if isinstance(value, dict):
        return "map", frozenset((key, java_key(item)) for key, item in value.items())
    return type(value), repr(value) if isinstance(value, float) else group_key(value)


def java_set(items: list[Any]) -> list[Any]:
    return list({java_key(item): item for item in reversed(items)}.values())[::-1]


def extreme(order: Callable[[Any, Any], bool | None]) -> Callable[[list[Any]], Any]:
    """By ``reduce``: an item in the place of null, or of one that it surely is beyond."""

    def found(items: list[Any]) -> Any:
        best = None
        for item in items:
            if best is None or order(best, item):
                best = item
        return best

    return typed("list")(found)


def added(items: list[Any]) -> float | None:
    total = 0.0
    for item in items:
        total = total + item
    return total if items else None


def or_empty(function: Callable[..., Any]) -> Callable[..., Any]:
    """Null as an empty list; another first argument that is no list is refused."""

    def wrapped(items: Any, *rest: Any) -> Any:
        if items is not None and not isinstance(items, list):
            raise EvaluationError(f"{kind(items)} where a list is asked for")
        return function(items or [], *rest)

    return wrapped


def distinct(items: list[Any]) -> list[Any]:
    return list({group_key(item): item for item in reversed(items)}.values())[::-1]


def item_at(index: int) -> Callable[[list[Any]], Any]:
    return lambda items: items[index] if items else None


# Points -------------------------------------------------------------------------------------


def point(value: dict[str, Any]) -> Point | None:
    axes = [value.get(axis) for axis in ("xyz" if "z" in value else "xy")]
    if None in axes:
        return None
    return Point(tuple(map(float, axes)), 9157 if len(axes) == 3 else 7203)


def distance(a: Point, b: Point) -> float | None:
    return math.dist(a.axes, b.axes) if a.srid == b.srid else None


# Texts --------------------------------------------------------------------------------------


def substring(value: str, start: int, length: int | None = None) -> str:
    if start < 0 or (length or 0) < 0:
        raise EvaluationError("negative start or length")
    return value[start:] if length is None else value[start : start + length]


def left(value: str, length: int) -> str:
    if length < 0:
        raise EvaluationError("negative length")
    return value[:length]


def right(value: str, length: int) -> str:
    if length < 0:
        raise EvaluationError("negative length")
    return value[max(0, len(value) - length) :]


def split(value: str, separator: str) -> list[str]:
    return value.split(separator) if separator else list(value) or [""]


def regex_groups(value: str | None, pattern: str | None) -> list[list[str | None]]:
    if value is None or pattern is None:
        return []
    found = re.finditer(pattern, value)
    return [[match.group(0), *match.groups()] for match in found]


def half_up(value: float) -> float:
    return float(math.floor(value + 0.5)) if math.isfinite(value) else value


def real(function: Callable[[float], float]) -> Callable[..., Any]:
    """A function of real numbers; NaN where it has no value."""

    def wrapped(value: float) -> float:
        try:
            return float(function(float(value)))
        except ValueError:
            return math.nan

    return typed("number")(wrapped)


def from_json(value: str) -> Any:
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise EvaluationError(f"no JSON: {value}") from None


def from_values(items: list[Any]) -> dict[str, Any]:
    if len(items) % 2:
        raise EvaluationError("a key without a value")
    pairs = zip(items[::2], items[1::2], strict=True)
    return {text(key): value for key, value in pairs if key is not None}


def from_pairs(pairs: list[list[Any]]) -> dict[str, Any]:
    given = [[*pair, None][:2] for pair in pairs if pair]
    return {text(key): value for key, value in given if key is not None}


def joined(items: list[str | None], separator: str) -> str:
    return separator.join("null" if item is None else text(item) for item in items)


def remove_keys(value: Any, keys: list[str]) -> dict[str, Any]:
    return {key: item for key, item in properties(value).items() if key not in keys}


_META_TYPES = {
    "boolean": "BOOLEAN", "string": "STRING", "list": "LIST", "map": "MAP", "node": "NODE",
    "relationship": "RELATIONSHIP", "path": "PATH", "point": "POINT", "null": "NULL",
}  # fmt: skip


def meta_type(value: Any) -> str:
    if kind(value) == "number":
        return "FLOAT" if isinstance(value, float) else "INTEGER"
    return _META_TYPES[kind(value)]


SCALAR: dict[str, Callable[..., Any]] = {
    "coalesce": lambda *values: next((v for v in values if v is not None), None),
    "exists": lambda value: value is not None,
    # conversions
    "tostring": typed("boolean", "number", "string")(text),
    "tointeger": typed("number", "string", "boolean")(to_integer),
    "tofloat": typed("number", "string")(to_float),
    "toboolean": typed("string", "boolean")(to_boolean),
    # lists
    "size": typed("list", "string")(len),
    "head": typed("list")(item_at(0)),
    "last": typed("list")(item_at(-1)),
    "tail": typed("list")(lambda items: items[1:]),
    "reverse": typed("list", "string")(lambda value: value[::-1]),
    "range": strict(in_range),
    # maps and entities
    "keys": typed("map", "node", "relationship")(lambda value: list(properties(value))),
    "properties": strict(properties),
    "labels": typed("node")(lambda node: list(node.labels)),
    "type": typed("relationship")(lambda relationship: relationship.type),
    "id": typed("node", "relationship")(lambda entity: entity.id),
    "startnode": typed("relationship")(lambda relationship: relationship.start),
    "endnode": typed("relationship")(lambda relationship: relationship.end),
    "nodes": typed("path")(lambda path: list(path.nodes)),
    "relationships": typed("path")(lambda path: list(path.relationships)),
    "rels": typed("path")(lambda path: list(path.relationships)),
    "length": typed("path")(lambda path: len(path.relationships)),
    # texts
    "tolower": typed("string")(str.lower),
    "toupper": typed("string")(str.upper),
    "trim": typed("string")(str.strip),
    "ltrim": typed("string")(str.lstrip),
    "rtrim": typed("string")(str.rstrip),
    "left": typed("string")(left),
    "right": typed("string")(right),
    "substring": typed("string")(substring),
    "split": typed("string")(split),
    "replace": typed("string")(lambda value, old, new: value.replace(old, new)),
    # numbers
    "abs": typed("number")(lambda value: integer(abs(value)) if type(value) is int else abs(value)),
    "sign": typed("number")(lambda value: (value > 0) - (value < 0)),
    "ceil": typed("number")(lambda value: math.copysign(float(math.ceil(value)), value)),
    "floor": typed("number")(lambda value: float(math.floor(value))),
    "round": typed("number")(half_up),
    "sqrt": real(math.sqrt),
    "exp": real(math.exp),
    "log": real(lambda x: math.log(x) if x else -math.inf),
    "log10": real(lambda x: math.log10(x) if x else -math.inf),
    "sin": real(math.sin),
    "cos": real(math.cos),
    "tan": real(math.tan),
    "atan": real(math.atan),
    "degrees": real(math.degrees),
    "radians": real(math.radians),
    "pi": lambda: math.pi,
    "e": lambda: math.e,
    "rand": lambda: 0.5,
    # points
    "point": typed("map")(point),
    "distance": typed("point")(distance),
    "point.distance": typed("point")(distance),
    # APOC
    "apoc.convert.fromjsonmap": typed("string")(from_json),
    "apoc.convert.fromjsonlist": typed("string")(from_json),
    "apoc.map.removekeys": strict(remove_keys),
    "apoc.map.removekey": lambda value, key: value and remove_keys(value, [key]),
    "apoc.map.setkey": lambda value, key, item: (value or {}) | {key: item},
    "apoc.map.fromvalues": strict(from_values),
    "apoc.map.frompairs": strict(from_pairs),
    "apoc.map.merge": lambda a, b: (a or {}) | (b or {}),
    "apoc.coll.flatten": or_empty(flatten),
    "apoc.coll.containsduplicates": or_empty(lambda items: len(java_set(items)) < len(items)),
    "apoc.coll.toset": typed("list")(java_set),
    "apoc.coll.sort": or_empty(lambda items: sorted(items, key=sort_key)),
    "apoc.coll.sum": typed("list")(added),
    "apoc.coll.max": extreme(less),
    "apoc.coll.min": extreme(lambda best, item: less(item, best)),
    "apoc.coll.contains": or_empty(lambda items, item: java_key(item) in map(java_key, items)),
    "apoc.meta.type": meta_type,
    "apoc.text.regexgroups": regex_groups,
    "apoc.text.join": strict(joined),
}


# Aggregates: of the values that are not null ------------------------------------------------


def total(values: list[Any]) -> Any:
    if any(kind(value) != "number" for value in values):
        raise EvaluationError("sum of what is no number")
    return integer(sum(values)) if all(type(v) is int for v in values) else math.fsum(values)


def mean(values: list[Any]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def deviation(values: list[Any], less_by: int) -> float:
    if len(values) <= less_by:
        return 0.0
    middle = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((x - middle) ** 2 for x in values) / (len(values) - less_by))


def percentile_disc(values: list[Any], part: float) -> Any:
    values = sorted(values)
    if not values:
        return None
    return values[max(0, math.ceil(part * len(values)) - 1)]


def percentile_cont(values: list[Any], part: float) -> float | None:
    values = sorted(values)
    if not values:
        return None
    place = part * (len(values) - 1)
    low, high = values[math.floor(place)], values[math.ceil(place)]
    return float(low + (high - low) * (place - math.floor(place)))


def checked_part(function: Callable[[list[Any], float], Any]) -> Callable[..., Any]:
    def wrapped(values: list[Any], part: float) -> Any:
        if not 0 <= part <= 1:
            raise EvaluationError("a percentile is between 0 and 1")
        return function(values, part)

    return wrapped


AGGREGATES: dict[str, Callable[..., Any]] = {
    "count": len,
    "sum": total,
    "avg": mean,
    "min": lambda values: min(values, key=sort_key, default=None),
    "max": lambda values: max(values, key=sort_key, default=None),
    "collect": list,
    "stdev": lambda values: deviation(values, 1),
    "stdevp": lambda values: deviation(values, 0),
    "percentiledisc": checked_part(percentile_disc),
    "percentilecont": checked_part(percentile_cont),
}
