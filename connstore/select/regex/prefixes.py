"""What may follow ``(?`` in Java: flags, or the name of a group."""

from __future__ import annotations

from connstore.select.regex.scanner import Scanner

_FLAGS = "idmsuxU"


def only_flags(scan: Scanner) -> bool:
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
