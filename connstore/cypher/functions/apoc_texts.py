"""Functions of APOC on texts."""

from __future__ import annotations

import re
from functools import lru_cache

from connstore.cypher.functions.model import Function, table
from connstore.cypher.values.model import Value
from connstore.cypher.values.texts import text
from connstore.errors import CypherError
from connstore.select.regex import RegexError, java_groups


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    try:
        return java_groups(pattern)
    except RegexError as error:
        raise CypherError(str(error)) from None


def _groups(value: str, pattern: str) -> list[list[str | None]]:
    return [[match[0], *match.groups()] for match in _pattern(pattern).finditer(value)]


def _substituted(value: str, pattern: str, replacement: str) -> str:
    def fill(match: re.Match[str]) -> str:
        return _REFERENCE.sub(lambda found: found[1] or match[int(found[2])] or "", replacement)

    return _pattern(pattern).sub(fill, value)


#: In a replacement: an escaped character, or a group.
_REFERENCE = re.compile(r"\\(.)|\$([0-9])", re.DOTALL)


def _split(value: str, pattern: str, limit: int = 0) -> list[str]:
    parts = _pattern(pattern).split(value, max(limit - 1, 0))
    while limit == 0 and len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _join(items: list[Value], separator: str) -> str:
    return separator.join("" if item is None else text(item) for item in items)


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
    ),
    Function(
        "apoc.text.replace",
        "text String, pattern String, replacement String",
        "String",
        "Text with matches replaced.",
        _substituted,
    ),
    Function(
        "apoc.text.split",
        "text String, pattern String, limit Integer?",
        "List",
        "Parts between matches.",
        _split,
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
        "text String, search String",
        "Integer",
        "Offset of a text in another, or -1.",
        lambda value, search: value.find(search),
    ),
)
