"""Functions of APOC between types, more lenient than those of Cypher, and on types themselves."""

from __future__ import annotations

import re

from connstore.cypher.functions.apoc_lists import unique
from connstore.cypher.functions.lists import as_map
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.java import java_text
from connstore.cypher.values.model import (
    GREATEST_INTEGER,
    LEAST_INTEGER,
    Node,
    Path,
    Relationship,
    Value,
    type_name,
)
from connstore.cypher.values.numbers import truncated
from connstore.cypher.values.texts import read_float
from connstore.errors import CypherError

_INTEGER = re.compile(r"[+-]?[0-9]+")
_HEXADECIMAL = re.compile(r"[+-]?[0-9a-fA-F]+")


def to_boolean(value: Value) -> bool:
    """Whether a value is true to APOC: not null, 0, or a text such as ``'no'``."""
    match value:
        case str():
            return value.lower() not in {"", "false", "no", "0"}
        case float():
            return truncated(value) != 0
        case None | bool() | int():
            return bool(value)
    return True


def _to_integer(value: Value) -> int | None:
    match value:
        case str() if value.lower() in {"true", "false"}:
            return int(value.lower() == "true")
        case str() if value.startswith("0x"):
            if (integer := _hexadecimal(value)) is None:
                raise CypherError(f"apoc.convert.toInteger: {value!r} is no integer.")
            return integer
        case str() if _INTEGER.fullmatch(value) and len(value) < 20:
            return truncated(int(value))
        case str():
            number = read_float(value)
            return None if number is None else truncated(number)
        case bool():
            return int(value)
        case int() | float():
            return truncated(value)
    return None


def _to_float(value: Value) -> float | None:
    match value:
        case str() if value.lower() in {"true", "false"}:
            return float(value.lower() == "true")
        case str() if value.startswith("0x"):
            number = _hexadecimal(value)
            return None if number is None else float(number)
        case str():
            return read_float(value)
        case bool() | int() | float():
            return float(value)
    return None


def _hexadecimal(value: str) -> int | None:
    """The integer of 64 bits behind ``0x``; None if there is none."""
    digits = value[2:]
    number = int(digits, 16) if _HEXADECIMAL.fullmatch(digits) else GREATEST_INTEGER + 1
    return number if LEAST_INTEGER <= number <= GREATEST_INTEGER else None


def _to_list(value: Value) -> list[Value]:
    match value:
        case list():
            return value
        case Path():
            return value.steps()
    return [value]


def _type(value: Value) -> str:
    return type_name(value).upper()


def _cypher_type(value: Value) -> str:
    if type(value) is not list:
        return _type(value)
    kinds = {_type(item) for item in value}
    return f"LIST OF {kinds.pop() if len(kinds) == 1 else 'ANY'}"


APOC_CONVERSION = table(
    Function(
        "apoc.convert.toInteger",
        "value Any",
        "Integer",
        "Integer from a number, truth value or text; null for what is none.",
        _to_integer,
    ),
    Function(
        "apoc.convert.toFloat",
        "value Any",
        "Float",
        "Float from a number, truth value or text; null for what is none.",
        _to_float,
    ),
    Function(
        "apoc.convert.toBoolean",
        "value Any",
        "Boolean",
        "False for null, false, 0, '', 'false', 'no' and '0', else true.",
        to_boolean,
        strict=False,
    ),
    Function("apoc.convert.toString", "value Any", "String", "Text of any value.", java_text),
    Function(
        "apoc.convert.toList",
        "value Any",
        "List",
        "List of a path's parts; of one value if it is no list.",
        _to_list,
    ),
    Function(
        "apoc.convert.toSet",
        "value Any",
        "List",
        "The same, each value once.",
        lambda value: unique(_to_list(value)),
    ),
    Function(
        "apoc.convert.toMap",
        "value Any",
        "Map",
        "Map, or properties of a node or relationship; else null.",
        lambda value: as_map(value) if isinstance(value, dict | Node | Relationship) else None,
    ),
    Function(
        "apoc.meta.type", "value Any", "String", "Name of a value's type.", _type, strict=False
    ),
    Function(
        "apoc.meta.cypher.type",
        "value Any",
        "String",
        "Name of a value's type, items included.",
        _cypher_type,
        strict=False,
    ),
)
