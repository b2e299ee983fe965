"""Sets of characters that Java takes for equal when case is ignored.

Spelled out here because an engine's own flag folds differently: RE2 and Python
let ``(?i)k`` match the Kelvin sign, Java only with ``(?iu)``.
"""

from __future__ import annotations

from functools import lru_cache

from connstore.select.regex.codepoints import CodePoints, merged, one

# No character beyond it has case.
_CASED = 0x20000


def upper(number: int) -> int:
    r"""The simple upper-case mapping; ``str.upper`` may give several characters.

    Example:
        >>> [chr(upper(ord(c))) for c in "a\N{LATIN SMALL LETTER SHARP S}"]
        ['A', 'ß']
    """
    # Where the full mapping is longer, the title case, if single, is the simple one.
    for mapped in (chr(number).upper(), chr(number).title()):
        if len(mapped) == 1:
            return ord(mapped)
    return number


def lower(number: int) -> int:
    """The simple lower-case mapping."""
    # Only U+0130 has a longer full mapping; its first character is the simple one.
    return ord(chr(number).lower()[0])


@lru_cache(maxsize=1)
def _folds() -> dict[int, tuple[int, int]]:
    """Upper case, and lower case of that, of each character that has case."""
    pairs = {n: (upper(n), lower(upper(n))) for n in range(_CASED)}
    return {n: (up, low) for n, (up, low) in pairs.items() if not n == up == low}


def fold_ascii(chars: CodePoints) -> CodePoints:
    """A set with the other case of its ASCII letters.

    Example:
        >>> fold_ascii(one(ord("k"))).ranges == ((75, 75), (107, 107))
        True
    """
    letters = (c for c in map(chr, range(128)) if c.isalpha())
    return chars | merged((ord(c),) * 2 for c in letters if c.swapcase() in chars)


def fold_character(number: int, *, alone: bool) -> CodePoints:
    """What equals a character under ``(?iu)``.

    Args:
        number: The character.
        alone: Whether it stands alone in the pattern. Java then compares a
            character that has no other case exactly, but folds it in a longer
            literal: the capital sharp s matches only the latter small one.
    """
    up, low = upper(number), lower(upper(number))
    if alone and up == low:
        return one(number)
    same = (n for n, (_, folded) in _folds().items() if folded == low)
    return merged((n, n) for n in same) | one(low) | one(number)


def fold_range(chars: CodePoints) -> CodePoints:
    """What a range of a class matches under ``(?iu)``."""
    folds = _folds().items()
    return chars | merged((n, n) for n, (up, low) in folds if chr(up) in chars or chr(low) in chars)
