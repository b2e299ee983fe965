"""What Java does with the matches of a regular expression: find, split, replace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from connstore.errors import CypherError
from connstore.select.regex import RegexError, java_group_names, java_groups


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return java_groups(pattern)
    except RegexError as error:
        raise CypherError(str(error)) from None


def matches(text: str, pattern: str) -> Iterator[re.Match[str]]:
    """One match after another.

    Behind an empty match Java goes on at the next character; Python's ``finditer`` looks for a
    longer match at the same one first.

    Example:
        >>> [match.span() for match in matches("aa", "|a")]
        [(0, 0), (1, 1), (2, 2)]
    """
    compiled, start = _compiled(pattern), 0
    while start <= len(text) and (match := compiled.search(text, start)) is not None:
        yield match
        start = match.end() + (match.end() == match.start())


def split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """The parts between matches, as Java's ``String.split`` gives them.

    An empty match at the beginning makes no part. A limit above 0 is the most parts that there
    may be; with a limit of 0 empty parts at the end are left out.

    Example:
        >>> split("a,b,,", ","), split("a,b,,", ",", 2), split("a,b,,", ",", -1)
        (['a', 'b'], ['a', 'b,,'], ['a', 'b', '', ''])
    """
    parts: list[str] = []
    end = 0
    for match in matches(text, pattern):
        if limit > 0 and len(parts) == limit - 1:
            break
        if match.end() > 0:
            parts.append(text[end : match.start()])
            end = match.end()
    parts.append(text[end:])
    while limit == 0 and end > 0 and parts and not parts[-1]:
        parts.pop()
    return parts


def replaced(text: str, pattern: str, replacement: str) -> str:
    r"""The text with all matches replaced, as Java's ``String.replaceAll`` does.

    Example:
        >>> replaced("EPG_L", "(?<type>[A-Z]+)_([LR])", r"$2\$${type}")
        'L$EPG'

    Raises:
        CypherError: The replacement of a match is not of Java's form.
    """
    done, end = "", 0
    for match in matches(text, pattern):
        pieces = _pieces(pattern, replacement)
        filled = [piece if type(piece) is str else match[piece] or "" for piece in pieces]
        done += text[end : match.start()] + "".join(filled)
        end = match.end()
    return done + text[end:]


#: In a replacement: an escaped character, a named group, a numbered group, or a mistake.
_SPECIAL = re.compile(r"\\(.)|\$\{([a-zA-Z][a-zA-Z0-9]*)\}|\$([0-9]+)|([\\$])", re.DOTALL)


@lru_cache(maxsize=256)
def _pieces(pattern: str, replacement: str) -> tuple[str | int, ...]:
    """Texts, and numbers of groups, that a replacement is made of."""
    count, names = _compiled(pattern).groups, java_group_names(pattern)
    pieces: list[str | int] = []
    end = 0
    for found in _SPECIAL.finditer(replacement):
        escaped, name, digits, mistake = found.groups()
        pieces.append(replacement[end : found.start()])
        end = found.end()
        if mistake == "\\":
            raise _mistake(replacement, "the character behind the last \\ is missing")
        if mistake:
            raise _mistake(replacement, "behind $ stands a number or {name} of a group")
        if escaped:
            pieces.append(escaped)
        elif name:
            if name not in names:
                raise _mistake(replacement, f"no group is named {name}")
            pieces.append(names[name])
        else:
            number, rest = _group(digits, count)
            if number > count:
                raise _mistake(replacement, f"there is no group {number}")
            pieces += [number, rest]
    return (*pieces, replacement[end:])


def _group(digits: str, count: int) -> tuple[int, str]:
    """The group that digits begin with, one digit at least, and the digits behind its number."""
    length = 1
    while length < len(digits) and int(digits[: length + 1]) <= count:
        length += 1
    return int(digits[:length]), digits[length:]


def _mistake(replacement: str, problem: str) -> CypherError:
    return CypherError(
        f"apoc.text.replace: in the replacement {replacement!r} {problem}. Write \\$ for a $, "
        "\\\\ for a \\."
    )
