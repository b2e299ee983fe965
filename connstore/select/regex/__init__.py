r"""Regular expressions of other languages, matched exactly as there.

Java's are those of neuPrint's ``=~``, which match the whole value; ECMAScript 5's
are those of SONATA's ``$regex``, which search in it.

A pattern is read once into a tree without dialect (``tree``) and written for
the engines at hand: RE2, which DuckDB runs on whole columns, if it can match
exactly the same, and Python's ``re`` otherwise. What neither can match exactly is
refused, so no answer is ever silently another than the dialect's.

Known limits, none of which a name of a cell or region is likely to meet:

* Python retreats exponentially on patterns such as ``(a+)+(?=b)``, as Java does.
* Characters of ECMAScript are code points here, not UTF-16 units.

And of Java's:

* The Unicode tables are those of the Python in use; Java 17 has Unicode 13.
* A ``\b`` looks through at most three combining marks for their letter.
* Behind it, Java counts a character beyond U+FFFF as two; a look-behind here as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from connstore.select.regex.emit_python import to_python
from connstore.select.regex.emit_re2 import to_re2
from connstore.select.regex.es5 import parse_es5
from connstore.select.regex.java import group_names as java_group_names
from connstore.select.regex.java import parse_java
from connstore.select.regex.tree import Node, RegexError

__all__ = [
    "MAX_LENGTH",
    "Regex",
    "RegexError",
    "es5_regex",
    "java_group_names",
    "java_groups",
    "java_regex",
]

MAX_LENGTH = 10_000


@dataclass(frozen=True)
class Regex:
    """A regular expression ready to match.

    Attributes:
        pattern: The pattern as it was given.
        re2: The same for DuckDB's ``regexp_full_match``, or for ``regexp_matches`` where it need
            not match the whole value; None if RE2 cannot.
        python: The same for Python's ``re``.
        whole: Whether it must match the whole value.
    """

    pattern: str
    re2: str | None
    python: str
    whole: bool = True

    def matches(self, text: str) -> bool:
        """Whether the pattern matches, by Python's engine."""
        pattern = _compiled(self.python)
        return (pattern.fullmatch(text) if self.whole else pattern.search(text)) is not None


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
        >>> regex.matches("MBON01"), regex.matches("MBON05")
        (True, False)
        >>> print(java_regex("PEN_(?!a).*").re2)
        None
        >>> print(java_regex("PEN_[a"))  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
        RegexError: regular expression, at offset 4: [ without its ]
    """
    return _read(pattern, parse_java, whole=True)


@lru_cache(maxsize=256)
def java_groups(pattern: str) -> re.Pattern[str]:
    """A Java pattern for Python's ``re``, its groups as captures.

    Raises:
        RegexError: Java would refuse it, or Python cannot match as it does.

    Example:
        >>> java_groups("([a-z]+)_([LR])").search("_a_L").groups()
        ('a', 'L')
    """
    return _compiled(to_python(parse_java(pattern), captures=True))


@lru_cache(maxsize=256)
def es5_regex(pattern: str) -> Regex:
    r"""Read an ECMAScript 5 pattern.

    Args:
        pattern: The pattern, without slashes and flags, as in a node set's ``$regex``.

    Raises:
        RegexError: It is no ECMAScript 5, or neither engine can match as it does.

    Example:
        >>> regex = es5_regex("^EPG|PFL.$")
        >>> print(regex.re2)
        (?:(?:\AEPG|PFL[^\x{a}\x{d}\x{2028}-\x{2029}]\z))
        >>> regex.matches("EPG_L1"), regex.matches("xEPG")
        (True, False)
        >>> print(es5_regex("^PEN_(?!a)").re2)
        None
    """
    return _read(pattern, parse_es5, whole=False)


def _read(pattern: str, parse: Callable[[str], Node], *, whole: bool) -> Regex:
    if len(pattern) > MAX_LENGTH:
        raise RegexError(pattern, MAX_LENGTH, f"longer than {MAX_LENGTH} characters")
    tree = parse(pattern)
    return Regex(pattern, to_re2(tree, whole=whole), to_python(tree), whole)
