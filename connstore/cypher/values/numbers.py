"""Arithmetic of Cypher: integers of 64 bits that never wrap, floats as in Java."""

from __future__ import annotations

import math
from collections.abc import Callable

from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER, Value, type_name
from connstore.errors import CypherError

Number = int | float


def integer(number: int) -> int:
    """An integer, if 64 bits hold it.

    Raises:
        CypherError: They do not.
    """
    if LEAST_INTEGER <= number <= GREATEST_INTEGER:
        return number
    raise CypherError("The result is beyond the integers of 64 bits (long overflow).")


def add(left: Number, right: Number) -> Number:
    """The sum of two numbers."""
    if type(left) is int and type(right) is int:
        return integer(left + right)
    return float(left) + float(right)


def subtract(left: Number, right: Number) -> Number:
    """The difference of two numbers."""
    if type(left) is int and type(right) is int:
        return integer(left - right)
    return float(left) - float(right)


def multiply(left: Number, right: Number) -> Number:
    """The product of two numbers."""
    if type(left) is int and type(right) is int:
        return integer(left * right)
    return float(left) * float(right)


def divide(left: Number, right: Number) -> Number:
    """The quotient; of integers, without its fraction.

    Example:
        >>> divide(-7, 2), divide(-7.0, 2), divide(1.0, 0)
        (-3, -3.5, inf)
    """
    if type(left) is int and type(right) is int:
        quotient = abs(left) // abs(_divisor(right))
        return integer(quotient if (left < 0) == (right < 0) else -quotient)
    left, right = float(left), float(right)
    if right != 0 or math.isnan(right):
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def modulo(left: Number, right: Number) -> Number:
    """The remainder, with the sign of the dividend."""
    if type(left) is int and type(right) is int:
        remainder = abs(left) % abs(_divisor(right))
        return remainder if left >= 0 else -remainder
    left, right = float(left), float(right)
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def _divisor(number: int) -> int:
    if number == 0:
        raise CypherError("/ by zero: an integer is divided by 0.")
    return number


def power(left: Number, right: Number) -> float:
    """A power, always a float, as Java's ``Math.pow``."""
    left, right = float(left), float(right)
    if right == 0:
        return 1.0
    if math.isnan(left) or math.isnan(right) or (abs(left) == 1 and math.isinf(right)):
        return math.nan
    odd = math.isfinite(right) and math.fmod(right, 2) in {1.0, -1.0}
    sign = math.copysign(1.0, left) if odd else 1.0
    try:
        return math.pow(left, right)
    except OverflowError:
        return math.copysign(math.inf, sign)
    except ValueError:  # 0 to a negative power, or a negative number to a fractional one
        return math.copysign(math.inf, sign) if left == 0 else math.nan


def negate(number: Number) -> Number:
    """``-number``."""
    return integer(-number) if type(number) is int else -number


def truncated(number: float) -> int:
    """A float without its fraction, as Java turns it into an integer: the nearest that there is.

    Example:
        >>> truncated(-2.9), truncated(1e300) == 2**63 - 1, truncated(float("nan"))
        (-2, True, 0)
    """
    if math.isnan(number):
        return 0
    if math.isinf(number):
        return GREATEST_INTEGER if number > 0 else LEAST_INTEGER
    return max(LEAST_INTEGER, min(GREATEST_INTEGER, int(number)))


def real(function: Callable[..., float]) -> Callable[..., float]:
    """A function of floats that gives NaN where it is not defined, instead of an exception."""

    def lenient(*numbers: Number) -> float:
        try:
            return float(function(*map(float, numbers)))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return lenient


def expect_integer(value: Value, what: str) -> int:
    """A value that has to be an integer.

    Raises:
        CypherError: It is none.
    """
    if type(value) is int:
        return value
    raise CypherError(f"Type mismatch: {what} has to be an Integer but was {type_name(value)}.")
