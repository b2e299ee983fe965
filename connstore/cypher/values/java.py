"""Values as Java sees them, on which APOC builds: what its sets tell apart, how it writes them."""

from __future__ import annotations

from collections.abc import Hashable

from connstore.cypher.values.model import Node, Path, Relationship, Value, type_name
from connstore.cypher.values.texts import text
from connstore.errors import CypherError


def identity(value: Value) -> Hashable:
    """What two values have in common if, and only if, they are equal in Java's sets.

    Example:
        >>> identity(1) == identity(1.0), identity([1]) == identity([1.0])
        (False, False)
        >>> identity(float("nan")) == identity(float("nan")), identity({}) == identity({})
        (True, True)
    """
    match value:
        case float():
            return "Float", value.hex()
        case list():
            return "List", *map(identity, value)
        case dict():
            return "Map", frozenset((key, identity(each)) for key, each in value.items())
    return type_name(value), value


def java_text(value: Value) -> str:
    """A value as Java's ``toString`` writes it.

    Example:
        >>> java_text([1, None, {"a": 1e7}])
        '[1, null, {a=1.0E7}]'

    Raises:
        CypherError: It is a node, a relationship or a path, whose text has ids in it.
    """
    match value:
        case None:
            return "null"
        case list():
            return f"[{', '.join(map(java_text, value))}]"
        case dict():
            entries = (f"{key}={java_text(each)}" for key, each in value.items())
            return f"{{{', '.join(entries)}}}"
        case Node() | Relationship() | Path():
            raise CypherError(f"A {type_name(value)} cannot be written as a text.")
    return text(value)
