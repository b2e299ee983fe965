"""What RE2 and Python write alike: sets, quantifiers, alternations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from connstore.select.regex.codepoints import NOTHING, CodePoints
from connstore.select.regex.tree import Chars, Node, Repeat

_SIGNS = {(0, 1): "?", (0, None): "*", (1, None): "+"}


@lru_cache(maxsize=512)
def set_text(chars: CodePoints, escape: Callable[[int], str], ignored: CodePoints = NOTHING) -> str:
    """A set that is not empty, negated where that is shorter.

    Args:
        chars: The set.
        escape: Spells a code point that is no ASCII letter or digit.
        ignored: Code points that may as well be in the set as not.

    Example:
        >>> from connstore.select.regex.codepoints import only
        >>> set_text(only("abx-"), lambda number: f"<{number:x}>")
        '[<2d>a-bx]'
    """

    def spell(number: int) -> str:
        character = chr(number)
        plain = character.isascii() and character.isalnum()
        return character if plain else escape(number)

    def listed(ranges: Iterable[tuple[int, int]]) -> str:
        return "".join(
            spell(low) if low == high else f"{spell(low)}-{spell(high)}" for low, high in ranges
        )

    if len(chars.ranges) == 1 and chars.ranges[0][0] == chars.ranges[0][1]:
        return spell(chars.ranges[0][0])
    others = ~(chars | ignored)
    if others and len(others.ranges) < len(chars.ranges):
        return f"[^{listed(others.ranges)}]"
    return f"[{listed(chars.ranges)}]"


def quantified(node: Repeat, body: str) -> str:
    """A body and how often it repeats, greedily."""
    high = "" if node.high is None else node.high
    count = f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{high}}}"
    return body + _SIGNS.get((node.low, node.high), count)


def unit(node: Node, written: str) -> str:
    """The text of a node, so that a quantifier may follow."""
    return written if isinstance(node, Chars) and node.chars else f"(?:{written})"


def either(options: Iterable[str]) -> str:
    """Options in their order."""
    return f"(?:{'|'.join(options)})"
