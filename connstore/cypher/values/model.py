"""Cypher's values in Python: null, equality, comparison and the order of all values.

None, bool, int (64 bits), float, str, list, dict with text keys, and the classes below. The rules
are those of https://neo4j.com/docs/cypher-manual/4.4/syntax/operators/ and, where that is silent,
of openCypher 9.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Any
Logical = bool | None

LEAST_INTEGER = -(2**63)
GREATEST_INTEGER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Point:
    """A point of two or three coordinates.

    Attributes:
        srid: Number of its coordinate reference system.
        coordinates: Two or three numbers.
    """

    srid: int
    coordinates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node; equal to another with the same identity."""

    identity: tuple[int, ...]
    labels: tuple[str, ...] = field(default=(), compare=False)
    properties: Mapping[str, Value] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship; equal to another with the same identity between the same nodes."""

    identity: tuple[int, ...]
    type: str = field(default="", compare=False)
    start: tuple[int, ...] = ()
    end: tuple[int, ...] = ()
    properties: Mapping[str, Value] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A path: one relationship fewer than nodes."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]

    def steps(self) -> list[Node | Relationship]:
        """Nodes and relationships in turn."""
        result: list[Node | Relationship] = [self.nodes[0]]
        for relationship, node in zip(self.relationships, self.nodes[1:], strict=True):
            result += [relationship, node]
        return result


_TYPE_NAMES: dict[type, str] = {
    type(None): "Null",
    bool: "Boolean",
    int: "Integer",
    float: "Float",
    str: "String",
    list: "List",
    dict: "Map",
    Point: "Point",
    Node: "Node",
    Relationship: "Relationship",
    Path: "Path",
}


def type_name(value: Value) -> str:
    """The name of a value's type, as messages give it.

    Example:
        >>> type_name(True), type_name(1), type_name({})
        ('Boolean', 'Integer', 'Map')
    """
    return _TYPE_NAMES[type(value)]


def is_number(value: Value) -> bool:
    """Whether a value is an integer or a float."""
    return type(value) is int or type(value) is float


def equal(left: Value, right: Value) -> Logical:
    """``left = right``.

    Example:
        >>> equal(1, 1.0), equal("1", 1), equal([1, None], [1, None]), equal([1, None], [2, None])
        (True, False, None, False)
    """
    if left is None or right is None:
        return None
    if is_number(left) and is_number(right):
        return bool(left == right)
    if type(left) is not type(right):
        return False
    if type(left) is list:
        if len(left) != len(right):
            return False
        return conjunction(equal(a, b) for a, b in zip(left, right, strict=True))
    if type(left) is dict:
        if left.keys() != right.keys():
            return False
        return conjunction(equal(value, right[key]) for key, value in left.items())
    return bool(left == right)


def conjunction(values: Any) -> Logical:
    """``AND`` of some truth values; false as soon as one is."""
    answer: Logical = True
    for value in values:
        if value is False:
            return False
        if value is None:
            answer = None
    return answer


def inverse(value: Logical) -> Logical:
    """``NOT value``."""
    return None if value is None else not value


#: What ``compared`` gives for a number and NaN: neither less nor equal nor greater.
UNORDERED = 2


def compared(left: Value, right: Value) -> int | None:
    """How two values compare: -1, 0, 1, ``UNORDERED``, or None for values of different types.

    Example:
        >>> compared(2**53 + 1, 2.0**53), compared("a", 1), compared([1, 0], [1])
        (1, None, 1)
    """
    if is_number(left) and is_number(right):
        if math.isnan(left) or math.isnan(right):
            return UNORDERED
        return int(left > right) - int(left < right)
    if type(left) is not type(right):
        return None
    if type(left) is str or type(left) is bool:
        return int(left > right) - int(left < right)
    if type(left) is list:
        for a, b in zip(left, right, strict=False):
            if (order := compared(a, b)) != 0:
                return order
        return (len(left) > len(right)) - (len(left) < len(right))
    return None


def comparison(test: Callable[[int], bool]) -> Callable[[Value, Value], Logical]:
    """One of the four operators of order, given which results of ``compared`` satisfy it."""

    def compare(left: Value, right: Value) -> Logical:
        if type(left) is Point and type(right) is Point:
            return _compare_points(left, right, test)
        order = compared(left, right)
        return None if order is None else order != UNORDERED and test(order)

    return compare


less = comparison(lambda order: order < 0)
less_or_equal = comparison(lambda order: order <= 0)
greater = comparison(lambda order: order > 0)
greater_or_equal = comparison(lambda order: order >= 0)


def _compare_points(left: Point, right: Point, test: Callable[[int], bool]) -> Logical:
    """All coordinates must agree on the order; null if some are smaller and some greater."""
    if left.srid != right.srid:
        return None
    orders = {(a > b) - (a < b) for a, b in zip(left.coordinates, right.coordinates, strict=True)}
    return None if {-1, 1} <= orders else all(map(test, orders))


def contained(item: Value, items: list[Value] | None) -> Logical:
    """``item IN items``.

    Example:
        >>> contained(1, [2, None]), contained(None, []), contained(1, [None, 1.0])
        (None, False, True)
    """
    if items is None:
        return None
    answer: Logical = False
    for other in items:
        match = equal(item, other)
        if match:
            return True
        if match is None:
            answer = None
    return answer


def order_key(value: Value) -> bytes:
    """Bytes by which values of all types are sorted and grouped.

    The order is Neo4j's: maps, nodes, relationships, lists, paths, points, texts, false, true,
    numbers, NaN, null. Values have the same key if, and only if, DISTINCT takes them for one:
    1 and 1.0, NaN and NaN, null and null.

    Example:
        >>> sorted([None, 2, "b", True, 1.5, [1], {}, "a"], key=order_key)
        [{}, [1], 'a', 'b', True, 1.5, 2, None]
        >>> order_key(1) == order_key(1.0), order_key(2**53) == order_key(2**53 + 1)
        (True, False)
    """
    match value:
        case None:
            return b"\xf0"
        case bool():
            return b"\x80\x01" if value else b"\x80\x00"
        case int() | float():
            return b"\x90" + _number_key(value)
        case str():
            return b"\x70" + _text_key(value)
        case Point():
            coordinates = b"".join(_number_key(each) for each in value.coordinates)
            return b"\x60" + _integer_key(value.srid) + coordinates + b"\x00"
        case Path():
            return b"\x50" + b"".join(map(order_key, value.steps())) + b"\x00"
        case list():
            return b"\x40" + b"".join(map(order_key, value)) + b"\x00"
        case Relationship():
            numbers = (*value.identity, *value.start, *value.end)
            return b"\x30" + b"".join(map(_integer_key, numbers))
        case Node():
            return b"\x20" + b"".join(map(_integer_key, value.identity))
        case _:
            keys = sorted(value)
            parts = [*map(_text_key, keys), *(order_key(value[key]) for key in keys)]
            return b"\x10" + _integer_key(len(keys)) + b"".join(parts)


def first_of_each(items: Iterable[Value], key: Callable[[Value], object]) -> Iterable[Value]:
    """Items without those whose key an earlier one has.

    Example:
        >>> list(first_of_each([1, 2, 1.0], order_key))
        [1, 2]
    """
    found: dict[object, Value] = {}
    for item in items:
        found.setdefault(key(item), item)
    return found.values()


def _text_key(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass").replace(b"\0", b"\0\xff") + b"\0\x01"


def _integer_key(number: int) -> bytes:
    return (number + 2**63).to_bytes(8, "big")


def _number_key(number: float) -> bytes:
    """The nearest float in an order of bytes, then what an integer has beyond it."""
    if math.isnan(number):
        return b"\xff" * 10
    nearest = float(number) + 0.0  # -0.0 becomes 0.0
    (bits,) = struct.unpack(">q", struct.pack(">d", nearest))
    sortable = bits if bits >= 0 else bits ^ GREATEST_INTEGER
    beyond = number - int(nearest) if type(number) is int else 0
    return _integer_key(sortable) + (beyond + 2**15).to_bytes(2, "big")
