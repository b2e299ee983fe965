r"""Java's regular expressions, as neuPrint's ``=~`` takes them, without Java.

A pattern is read once into a tree without dialect (``tree``) and written for
the engines at hand: RE2, which DuckDB runs on whole columns, if it can match
exactly the same, and Python's ``re`` otherwise. A match is always of the whole
value. What neither can match exactly is refused, so no answer is ever silently
another than neuPrint's.

Known limits, none of which a name of a cell or region is likely to meet:

* Python retreats exponentially on patterns such as ``(a+)+(?=b)``, as Java does.
* The Unicode tables are those of the Python in use; Java 17 has Unicode 13.
* A ``\b`` looks through at most three combining marks for their letter.
* Behind it, Java counts a character beyond U+FFFF as two; a look-behind here as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from connstore.select.regex.emit_python import to_python
from connstore.select.regex.emit_re2 import to_re2
from connstore.select.regex.java import parse_java
from connstore.select.regex.tree import RegexError

__all__ = ["MAX_LENGTH", "Regex", "RegexError", "java_regex"]

MAX_LENGTH = 10_000


@dataclass(frozen=True)
class Regex:
    """A regular expression ready to match whole values.

    Attributes:
        pattern: The pattern as it was given.
        re2: The same for DuckDB's ``regexp_full_match``; None if RE2 cannot.
        python: The same for Python's ``re.fullmatch``.
    """

    pattern: str
    re2: str | None
    python: str

    def fullmatch(self, text: str) -> bool:
        """Whether the pattern matches the whole text, by Python's engine."""
        return _compiled(self.python).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(python: str) -> re.Pattern[str]:
    return re.compile(python)


@lru_cache(maxsize=256)
def java_regex(pattern: str) -> Regex:
    """Read a Java pattern.

    Args:
        pattern: The pattern, as one would write it in a Cypher ``=~``.

    Raises:
        RegexError: Java would refuse it, or neither engine can match as it does.

    Example:
        >>> regex = java_regex("(?i)mbon[0-9&&[^5]]+")
        >>> print(regex.re2)
        (?:[Mm][Bb][Oo][Nn][0-46-9]+)
        >>> regex.fullmatch("MBON01"), regex.fullmatch("MBON05")
        (True, False)
        >>> print(java_regex("PEN_(?!a).*").re2)
        None
        >>> print(java_regex("PEN_[a"))  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        RegexError: regular expression, at offset 4: [ without its ]
    """
    if len(pattern) > MAX_LENGTH:
        raise RegexError(pattern, MAX_LENGTH, f"longer than {MAX_LENGTH} characters")
    tree = parse_java(pattern)
    return Regex(pattern, to_re2(tree), to_python(tree))
