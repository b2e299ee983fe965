"""Functions of APOC on texts."""

from __future__ import annotations

from collections.abc import Callable

from connstore.cypher.functions.java_patterns import matches, replaced, split
from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.model import Value
from connstore.cypher.values.texts import text
from connstore.errors import CypherError

#: A longer text is refused: it would fill the memory.
_LONGEST = 10_000_000


def _groups(value: str | None, pattern: str | None) -> list[list[str | None]]:
    if value is None or pattern is None:
        return []
    return [[match[0], *match.groups()] for match in matches(value, pattern)]


def _join(items: list[Value], separator: str) -> str:
    return separator.join("null" if item is None else text(item) for item in items)


def _index_of(value: str | None, search: str | None, start: int = 0, stop: int = -1) -> int | None:
    if value is None:
        return None
    if search is None or -1 != stop <= min(start, len(value)):
        return -1
    within = value if stop == -1 else value[:stop]
    return within.find(search, min(max(start, 0), len(within)))


def _repeated(value: str, count: int) -> str:
    if count < 0:
        raise CypherError(f"apoc.text.repeat: the count is not negative, but was {count}.")
    _check_length("apoc.text.repeat", len(value) * count)
    return value * count


def _padded(name: str, justify: Callable[[str, int, str], str]) -> Function:
    def padded(value: str, count: int, filling: str = " ") -> str:
        if len(value) >= count:
            return value
        _check_length(name, count)
        return justify(value, count, filling[0])

    side = "beginning" if justify is str.rjust else "end"
    doc = f"Text of a length, filled up at its {side}."
    return Function(name, "text String, count Integer, filling String?", "String", doc, padded)


def _check_length(name: str, length: int) -> None:
    if length > _LONGEST:
        raise CypherError(f"{name}: a text of {length} characters is too long.")


APOC_TEXTS = table(
    Function(
        "apoc.text.join",
        "items List, separator String",
        "String",
        "Texts with a separator between.",
        _join,
    ),
    Function(
        "apoc.text.regexGroups",
        "text String, pattern String",
        "List",
        "For each match, it and its groups.",
        _groups,
        strict=False,
    ),
    Function(
        "apoc.text.replace",
        "text String, pattern String, replacement String",
        "String",
        "Text with matches replaced; $1 or ${name} is a group.",
        replaced,
    ),
    Function(
        "apoc.text.split",
        "text String, pattern String, limit Integer?",
        "List",
        "Parts between matches.",
        split,
    ),
    Function(
        "apoc.text.capitalize",
        "text String",
        "String",
        "Text with a capital first letter.",
        lambda value: value[:1].upper() + value[1:],
    ),
    Function(
        "apoc.text.indexOf",
        "text String, search String, from Integer?, to Integer?",
        "Integer",
        "Offset of a text in another, between two offsets, or -1.",
        _index_of,
        strict=False,
    ),
    Function(
        "apoc.text.repeat",
        "text String, count Integer",
        "String",
        "Text so many times.",
        _repeated,
    ),
    _padded("apoc.text.lpad", str.rjust),
    _padded("apoc.text.rpad", str.ljust),
)
