"""Values of type ANY: canonical JSON text with tags.

Integers are JSON integers, floats have a point or an exponent. Maps with a single key that begins
with ``$`` are the values that JSON lacks; a user's key that begins with ``$`` has one more.

====================  ==========================================================================
value                 text
====================  ==========================================================================
NaN, ±Infinity        ``{"$float":"NaN"}``, ``{"$float":"Infinity"}``, ``{"$float":"-Infinity"}``
point                 ``{"$point":[srid,x,y]}``, ``{"$point":[srid,x,y,z]}``
node                  ``{"$node":[[k,a,b],[labels],{properties}]}``
relationship          ``{"$relationship":[[k,id,…],type,[start],[end],{properties}]}``
path                  ``{"$path":[[nodes],[relationships]]}``
====================  ==========================================================================
"""

from __future__ import annotations

import json
import math
from typing import Any

from connstore.cypher.values.model import Node, Path, Point, Relationship, Value

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_write = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def encode(value: Value) -> str | None:
    """The text of a value; None for null.

    Example:
        >>> encode([1, 1.0, {"$a": None}, Point(7203, (1.0, 2.0))])
        '[1,1.0,{"$$a":null},{"$point":[7203,1.0,2.0]}]'
    """
    return None if value is None else _write(_tagged(value))


def decode(text: str | None) -> Value:
    """The value of a text; null for None.

    Example:
        >>> decode('[1,1.0,{"$$a":null},{"$float":"NaN"}]')
        [1, 1.0, {'$a': None}, nan]
    """
    return None if text is None else json.loads(text, object_pairs_hook=_untagged)


def _tagged(value: Value) -> Any:
    match value:
        case float():
            if math.isfinite(value):
                return value
            name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            return {"$float": name}
        case None | bool() | int() | str():
            return value
        case list():
            return [_tagged(each) for each in value]
        case Point(srid, coordinates):
            return {"$point": [srid, *map(_tagged, coordinates)]}
        case Node():
            return {"$node": [value.identity, value.labels, _tagged(value.properties)]}
        case Relationship():
            properties = _tagged(value.properties)
            ends = (value.start, value.end)
            return {"$relationship": [value.identity, value.type, *ends, properties]}
        case Path():
            parts = (value.nodes, value.relationships)
            return {"$path": [[_tagged(each) for each in part] for part in parts]}
        case _:
            return {
                f"${key}" if key[:1] == "$" else key: _tagged(each) for key, each in value.items()
            }


def _untagged(pairs: list[tuple[str, Any]]) -> Value:
    if len(pairs) == 1:
        ((tag, value),) = pairs
        match tag:
            case "$float":
                return _SPECIAL[value]
            case "$point":
                return Point(value[0], tuple(map(float, value[1:])))
            case "$node":
                return Node(tuple(value[0]), tuple(value[1]), value[2])
            case "$relationship":
                identity, type_, start, end, properties = value
                return Relationship(tuple(identity), type_, tuple(start), tuple(end), properties)
            case "$path":
                return Path(tuple(value[0]), tuple(value[1]))
    return {key[1:] if key[:1] == "$" else key: value for key, value in pairs}
