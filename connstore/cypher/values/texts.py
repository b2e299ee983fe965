"""Texts of Cypher: how numbers are written and read, and Java's idea of white space."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER, Point, Value
from connstore.errors import CypherError

#: What Java's ``Character.isWhitespace`` accepts: no non-breaking spaces.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2008\u2009\u200a\u2028\u2029\u205f\u3000"
)

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
#: Java's ``Double.parseDouble`` takes the letters of its own constants, and hexadecimal ones.
_FLOAT = re.compile(rf"({_DECIMAL.pattern})[fFdD]?", re.ASCII)
_HEXADECIMAL = re.compile(
    r"([+-]?0[xX]([0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)[fFdD]?", re.ASCII
)
_SPECIAL = re.compile(r"[+-]?(NaN|Infinity)")
#: Java trims all control characters and the space before it reads a float.
_CONTROLS = "".join(map(chr, range(33)))
#: Beyond this exponent a decimal is out of range, whatever its digits.
_MAX_EXPONENT = 10_000


def float_text(number: float) -> str:
    """A float as Java writes it.

    Example:
        >>> [float_text(x) for x in (1.0, 1e7, 0.00012, -1.25e-300, float("inf"))]
        ['1.0', '1.0E7', '1.2E-4', '-1.25E-300', 'Infinity']
    """
    if math.isnan(number):
        return "NaN"
    if number in {float("inf"), float("-inf")}:
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(number)
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    if len(digits) == 1:  # Java writes two digits at least, as near as they come
        sign, digits, exponent = Decimal(f"{number:.1e}").as_tuple()
    written = "".join(map(str, digits)).rstrip("0") or "0"
    power = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{written[0]}.{written[1:] or '0'}E{power}"


def text(value: Value) -> str:
    """A value of no container type as ``toString`` writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return float_text(value)
        case Point():
            names = ("x", "y", "z") if value.srid in {7203, 9157} else _GEOGRAPHIC
            parts = [
                f"{n}: {float_text(c)}" for n, c in zip(names, value.coordinates, strict=False)
            ]
            return f"point({{{', '.join([*parts, f'srid: {value.srid}'])}}})"
        case _:
            return str(value)


_GEOGRAPHIC = ("x", "y", "z")


def read_integer(value: str) -> int | None:
    """An integer from a text; a fraction is cut off; None if it is no number.

    Example:
        >>> read_integer("2.9"), read_integer("9007199254740993"), read_integer("x")
        (2, 9007199254740993, None)

    Raises:
        CypherError: A number beyond 64 bits.
    """
    if _INTEGER.fullmatch(value) and len(value) < 20:
        number = int(value)
    elif _DECIMAL.fullmatch(value):
        decimal = Decimal(value)
        if decimal.adjusted() > _MAX_EXPONENT:
            number = GREATEST_INTEGER + 1
        else:
            number = int(decimal)
            if decimal != number and number in {GREATEST_INTEGER, LEAST_INTEGER}:
                number += 1 if number > 0 else -1
    else:
        return None
    if LEAST_INTEGER <= number <= GREATEST_INTEGER:
        return number
    raise CypherError(f"toInteger: {value} is beyond the integers of 64 bits (too large).")


def read_float(value: str) -> float | None:
    """A float from a text; None if it is no number."""
    value = value.strip(_CONTROLS)
    if match := _FLOAT.fullmatch(value):
        return float(match[1])
    if _SPECIAL.fullmatch(value):
        return float(value)
    if match := _HEXADECIMAL.fullmatch(value):
        try:
            return float.fromhex(match[1])
        except OverflowError:
            return float("-inf") if value.startswith("-") else float("inf")
    return None


def read_boolean(value: str) -> bool | None:
    """True or false from its name in any case; None if it is another text."""
    return {"true": True, "false": False}.get(value.strip(WHITE_SPACE).lower())
