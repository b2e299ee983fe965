"""One type for an attribute that several populations or groups have: exact, or an error."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from connstore.errors import IngestError

#: Type of a column without any value; it gives way to every other.
EMPTY = "null"

#: Whole numbers up to here are exact as floats.
_EXACT = 2**53

_NUMBERS = ("bool", "int64", "float32", "float64")

#: connstore type -> Arrow's.
ARROW = {
    "bool": pa.bool_(),
    "int64": pa.int64(),
    "float32": pa.float32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "vector": pa.list_(pa.float64()),
    EMPTY: pa.null(),
}


def wider(one: str, other: str) -> str | None:
    """The type that holds the values of both as they are; None where none does.

    Example:
        >>> wider("bool", "int64"), wider("int64", "float32"), wider("int64", "string")
        ('int64', 'float64', None)
    """
    if other in (one, EMPTY):
        return one
    if one == EMPTY:
        return other
    if one in _NUMBERS and other in _NUMBERS:
        return "int64" if {one, other} == {"bool", "int64"} else "float64"
    return None


def widest(found: dict[str, str], name: str, file: str | None = None) -> str:
    """The type of an attribute that is there several times.

    Args:
        found: Where it is (for messages) -> its type there; at least one.
        name: The attribute.
        file: The file, where it is one.

    Returns:
        A connstore type, or :data:`EMPTY`.

    Raises:
        IngestError: The types do not go together, such as texts and numbers.
    """
    places = iter(found.items())
    first, type_ = next(places)
    for place, other in places:
        united = wider(type_, other)
        if united is None:
            raise IngestError(
                f"the attribute {name!r} holds {type_} in {first} and {other} in {place}: they "
                "cannot share a column. Rename it in one of them",
                file=file,
            )
        if united != type_:
            first, type_ = place, united
    return type_


def widened(values: pa.Array, type_: str, name: str, where: str) -> pa.Array:
    """Values as another type, unchanged.

    Args:
        values: Of a type from which :func:`wider` leads to this one.
        type_: The connstore type to make them.
        name: The attribute, for messages.
        where: Where the values come from, for messages.

    Raises:
        IngestError: A whole number is too large to be exact as a float.
    """
    wanted = ARROW[type_]
    if values.type == wanted:
        return values
    if pa.types.is_integer(values.type) and pa.types.is_floating(wanted):
        whole = values.fill_null(0).to_numpy(zero_copy_only=False)
        if (np.abs(whole) > _EXACT).any():
            number = int(whole[np.argmax(np.abs(whole))])
            raise IngestError(
                f"the attribute {name!r} holds {number} in {where}, and floats elsewhere, where "
                "numbers beyond 2^53 are not exact. Rename it in one of them"
            )
    if pa.types.is_boolean(values.type) and pa.types.is_floating(wanted):
        values = values.cast(pa.int64())
    return values.cast(wanted)
