"""JSON as APOC reads it: more than the standard has, and parts of it by a path."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from connstore.cypher.values.model import GREATEST_INTEGER, LEAST_INTEGER, Value


def read(text: str) -> Value:
    """The value of JSON, or of what Jackson takes for it at APOC's request.

    That is single quotes, names without any, comments, NaN and Infinity, and a backslash before
    any character.

    Example:
        >>> read("{type: 'EPG', /* cells */ n: 46}")
        {'type': 'EPG', 'n': 46}

    Raises:
        ValueError: It is none.
    """
    try:
        return json.loads(text, parse_int=_integer)
    except ValueError as problem:
        try:
            return json.loads(_LENIENT.sub(_strict, text), parse_int=_integer)
        except ValueError:
            raise problem from None


def _integer(digits: str) -> float:
    number = int(digits) if len(digits) < 25 else float(digits)
    return number if LEAST_INTEGER <= number <= GREATEST_INTEGER else float(number)


#: A comment, a text in either quotes, or a name without any.
_LENIENT = re.compile(
    r"/\*.*?\*/|//[^\r\n]*|(?P<quote>[\"'])(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)"
    r"|(?P<name>[\w$@#*+-]+)(?=\s*:)",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"\\(.)|\"", re.DOTALL)


def _strict(match: re.Match[str]) -> str:
    """The same in standard JSON."""
    if match["quote"]:
        return f'"{_IN_TEXT.sub(_escaped, match["text"])}"'
    return json.dumps(match["name"]) if match["name"] else " "


def _escaped(match: re.Match[str]) -> str:
    letter = match[1] or '"'
    return f"\\{letter}" if letter in '"\\/bfnrtu' else letter


# Paths --------------------------------------------------------------------------------------

Step = str | int

#: ``.name``, ``['name']``, ``["name"]`` or ``[0]``.
_STEP = re.compile(r"\.([\w-]+)|\['([^'\\]*)'\]|\[\"([^\"\\]*)\"\]|\[([0-9]+)\]")


@lru_cache(maxsize=256)
def steps(path: str) -> tuple[Step, ...] | None:
    """The keys and places of a path; None if it has others. It may lack its ``$``.

    Example:
        >>> steps("$.a['b c'][0]"), steps("a"), steps("$..a")
        (('a', 'b c', 0), ('a',), None)
    """
    found: list[Step] = []
    rest = path.removeprefix("$") if path[:1] in {"", "$"} else f".{path}"
    while rest:
        if (match := _STEP.match(rest)) is None:
            return None
        found.append(int(match[4]) if match[4] else next(filter(None, match.groups()), ""))
        rest = rest[match.end() :]
    return tuple(found)


def part(value: Value, step: Step) -> Value:
    """What a step leads to; null where there is nothing."""
    if isinstance(step, str):
        return value.get(step) if type(value) is dict else None
    return value[step] if type(value) is list and step < len(value) else None
