"""The one place where names and fixed texts become SQL text.

Values never do: they are bound to ``$name`` placeholders.
"""

from __future__ import annotations


def quote_name(name: str) -> str:
    """An identifier, quoted.

    Example:
        >>> print(quote_name("a'L(R)"))
        "a'L(R)"
        >>> quote_name('"') == '"' * 4
        True
    """
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """A text constant of our own (a path, a column label), quoted.

    Example:
        >>> print(quote_literal("a'L(R)"))
        'a''L(R)'
    """
    return "'" + text.replace("'", "''") + "'"
