"""Sets of code points: the one alphabet that every regex dialect here shares.

A set is spelled as sorted ranges that neither overlap nor touch, so two equal
sets are equal objects, and negation, union and intersection stay cheap even
for the large sets of Unicode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LAST = 0x10FFFF
Span = tuple[int, int]


@dataclass(frozen=True)
class CodePoints:
    """A set of code points as sorted, separate, inclusive ranges.

    Example:
        >>> letters = spans("61-7a")
        >>> (letters & ~only("bcd")).ranges == ((0x61, 0x61), (0x65, 0x7A))
        True
        >>> "q" in letters, "Q" in letters
        (True, False)
    """

    ranges: tuple[Span, ...]

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, character: str) -> bool:
        return any(low <= ord(character) <= high for low, high in self.ranges)

    def __or__(self, other: CodePoints) -> CodePoints:
        return merged(self.ranges + other.ranges)

    def __invert__(self) -> CodePoints:
        gaps, start = [], 0
        for low, high in self.ranges:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= LAST:
            gaps.append((start, LAST))
        return CodePoints(tuple(gaps))

    def __and__(self, other: CodePoints) -> CodePoints:
        return ~(~self | ~other)

    def __sub__(self, other: CodePoints) -> CodePoints:
        return ~(~self | other)


def merged(ranges: Iterable[Span]) -> CodePoints:
    """The set covered by ranges in any order, overlapping or not.

    Example:
        >>> merged([(5, 9), (1, 3), (4, 6)]).ranges
        ((1, 9),)
    """
    result: list[Span] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return CodePoints(tuple(result))


def only(characters: str) -> CodePoints:
    """The set of the characters of a text."""
    return merged((ord(c), ord(c)) for c in characters)


def one(code_point: int) -> CodePoints:
    """The set of a single code point."""
    return CodePoints(((code_point, code_point),))


def spans(text: str) -> CodePoints:
    """The set written as hexadecimal ranges.

    Example:
        >>> spans("9 20-21").ranges
        ((9, 9), (32, 33))
    """
    ends = (item.partition("-") for item in text.split())
    return merged((int(low, 16), int(high or low, 16)) for low, _, high in ends)


NOTHING = CodePoints(())
ANYTHING = ~NOTHING
# Never in a text: a string of DuckDB is valid UTF-8.
SURROGATES = spans("d800-dfff")
