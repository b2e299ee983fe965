"""A tree as text for Python's ``re``, without flags."""

from __future__ import annotations

from connstore.select.regex.spelling import either, quantified, set_text, unit
from connstore.select.regex.tree import (
    Alternation,
    Assertion,
    Atomic,
    BackReference,
    Chars,
    End,
    Group,
    Look,
    Mode,
    Node,
    Repeat,
    Sequence,
    Start,
    WordBoundary,
    walk,
)


def to_python(root: Node, *, captures: bool = False) -> str:
    r"""The tree for Python's ``re``.

    Args:
        root: The tree.
        captures: Whether all groups stay captures; else only those that back-references name.

    Example:
        >>> from connstore.select.regex.java import parse_java
        >>> print(to_python(parse_java(r"(a++)b\1")))
        (?P<g1>(?>a+))b(?P=g1)
    """
    nodes = list(walk(root))
    groups = {node.index for node in nodes if isinstance(node, Group)}
    referred = {node.index for node in nodes if isinstance(node, BackReference)}
    return _write(root, frozenset(groups if captures else groups & referred))


def _write(node: Node, groups: frozenset[int]) -> str:
    def write(inner: Node) -> str:
        return _write(inner, groups)

    match node:
        case Chars(chars):
            return set_text(chars, _escape) if chars else "(?!)"
        case Sequence(items):
            return "".join(map(write, items))
        case Alternation(options):
            return either(map(write, options))
        case Group(body, index):
            return f"({f'?P<g{index}>' if index in groups else '?:'}{write(body)})"
        case Atomic(body):
            return f"(?>{write(body)})"
        case Repeat(body, mode=Mode.POSSESSIVE):
            # Spelled out, as some releases of Python lose matches with a++ on a group.
            once = body if isinstance(body, Chars) else Atomic(body)
            return f"(?>{quantified(node, unit(once, write(once)))})"
        case Repeat(body, mode=mode):
            return quantified(node, unit(body, write(body))) + mode.value
        case Look(body, ahead=True, negated=negated):
            return f"(?{'!' if negated else '='}{write(body)})"
        case Look(Alternation(options), negated=negated):
            # Each option has a width of its own, and Python looks behind for one only.
            looks = [f"(?<{'!' if negated else '='}{write(option)})" for option in options]
            return "".join(looks) if negated else either(looks)
        case BackReference(index, ignore_case, unset_is_empty=unset_is_empty):
            if index not in groups:
                return "" if unset_is_empty else "(?!)"
            text = f"(?ai:(?P=g{index}))" if ignore_case else f"(?P=g{index})"
            return f"(?(g{index}){text})" if unset_is_empty else text
        case WordBoundary(negated):
            # Not \B, which fails on the empty text before Python 3.14.
            return r"(?!(?a:\b))" if negated else r"(?a:\b)"
        case Start():
            return r"\A"
        case End():
            return r"\Z"
        case Assertion(meaning):
            return write(meaning)
    raise TypeError(node)


def _escape(number: int) -> str:
    if number < 0x100:
        return f"\\x{number:02x}"
    # As itself: reading thousands of escapes is most of the time re takes for a class.
    return f"\\u{number:04x}" if 0xD800 <= number < 0xE000 else chr(number)
