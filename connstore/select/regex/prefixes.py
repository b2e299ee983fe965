"""How a group of Java begins: its kind, its flags, its name."""

from __future__ import annotations

from connstore.select.regex.scanner import Scanner

_FLAGS = "idmsuxU"


def group_kind(scan: Scanner) -> str:
    """Read how a group begins: ``(``, or what tells its kind after ``(?``.

    Named groups are of the kind ``<``, flags before ``:`` of the kind ``:``, and
    flags alone, which are no group, of the kind "".
    """
    scan.pos += 1
    if not scan.accept("?"):
        return "("
    kind = scan.raw()
    if not kind or kind not in ":=!><":
        return "" if _only_flags(scan) else ":"
    scan.pos += 1
    if kind == "<" and scan.peek() in ("=", "!"):
        kind += scan.take()
    return kind


def _only_flags(scan: Scanner) -> bool:
    """Read ``i-m`` and set the flags; whether ``)`` ended them, otherwise ``:`` did."""
    start, adding = scan.pos, True
    while (letter := scan.take()) not in (")", ":"):
        if letter == "-" and adding:
            adding = False
        elif letter and letter in _FLAGS:
            both = frozenset("Uu" if letter == "U" else letter)
            scan.flags = scan.flags | both if adding else scan.flags - both
        else:
            hint = f"Flags are {', '.join(_FLAGS)}; a named group is (?<name>...)."
            raise scan.error(f"(?{letter} begins no kind of group known here", hint, start)
    return letter == ")"


def group_name(scan: Scanner) -> str:
    """The name that ``>`` ends, consumed with it.

    Example:
        >>> group_name(Scanner("lobe2>a*"))
        'lobe2'
    """
    start, name = scan.pos, ""
    while (character := scan.take()).isascii() and character.isalnum():
        name += character
    if character != ">" or not name[:1].isalpha():
        raise scan.error("a group name is a letter, letters and digits, and >", at=start)
    return name
