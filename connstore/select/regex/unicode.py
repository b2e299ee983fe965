"""Sets of code points by Unicode property, as Python's own tables have them.

Built when first asked for: one pass over all code points takes a quarter of a second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import groupby

from connstore.select.regex.codepoints import LAST, CodePoints, Span, merged, spans
from connstore.select.regex.unidata import BLOCKS, IDEOGRAPHIC, OTHER_ALPHABETIC, SCRIPTS


@cache
def _categories() -> dict[str, CodePoints]:
    found: dict[str, list[Span]] = {}
    for name, run in groupby(range(LAST + 1), lambda number: unicodedata.category(chr(number))):
        numbers = list(run)
        found.setdefault(name, []).append((numbers[0], numbers[-1]))
    return {name: merged(ranges) for name, ranges in found.items()}


@cache
def category(names: str) -> CodePoints:
    r"""The union of general categories; one letter stands for its whole family.

    Example:
        >>> "\N{GREEK SMALL LETTER BETA}" in category("Lu Ll"), "7" in category("L")
        (True, False)
    """
    wanted = tuple(names.split())
    found = (points.ranges for name, points in _categories().items() if name.startswith(wanted))
    return merged(span for ranges in found for span in ranges)


@cache
def _where(test: Callable[[str], object]) -> CodePoints:
    return merged((n, n) for n in range(LAST + 1) if test(chr(n)))


def lowercase() -> CodePoints:
    """The property Lowercase (more than the category Ll)."""
    return _where(str.islower)


def uppercase() -> CodePoints:
    """The property Uppercase (more than the category Lu)."""
    return _where(str.isupper)


def mirrored() -> CodePoints:
    """The property Bidi_Mirrored."""
    return _where(unicodedata.mirrored)


@cache
def alphabetic() -> CodePoints:
    """The property Alphabetic."""
    return category("L Nl") | spans(OTHER_ALPHABETIC)


def ideographic() -> CodePoints:
    """The property Ideographic."""
    return spans(IDEOGRAPHIC)


@cache
def white_space() -> CodePoints:
    """The property White_Space."""
    return category("Z") | spans("9-d 85")


@cache
def word() -> CodePoints:
    """Word characters as Unicode's guide to regular expressions has them."""
    return alphabetic() | category("M Nd Pc") | spans("200c-200d")


@cache
def letter_or_digit() -> CodePoints:
    """Letters and decimal digits of every script."""
    return category("L Nd")


def script(name: str) -> CodePoints | None:
    """A script by its full name or ISO code, in any case; None when not known here."""
    found = (ranges for names, ranges in SCRIPTS.items() if name.upper() in names)
    return next(map(spans, found), None)


def block(name: str) -> CodePoints | None:
    """A block by its name, in any case; None when not known here."""
    key = name.upper().translate({ord(c): None for c in " -_"})
    return spans(BLOCKS[key]) if key in BLOCKS else None
