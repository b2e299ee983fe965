"""What a backslash begins in a Java pattern, except anchors and references."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from connstore.select.regex.codepoints import LAST, CodePoints, spans
from connstore.select.regex.properties import java_property
from connstore.select.regex.scanner import HEX, Scanner
from connstore.select.regex.unicode import category, white_space, word

_CLASSES = {
    "d": spans("30-39"),
    "h": spans("9 20 a0 1680 180e 2000-200a 202f 205f 3000"),
    "s": spans("9-d 20"),
    "v": spans("a-d 85 2028-2029"),
    "w": spans("30-39 41-5a 5f 61-7a"),
}
_UNICODE_CLASSES: dict[str, Callable[[], CodePoints]] = {
    "d": lambda: category("Nd"),
    "s": white_space,
    "w": word,
}
_CONTROLS = {"a": 7, "e": 27, "f": 12, "n": 10, "r": 13, "t": 9}


def escaped_class(scan: Scanner) -> CodePoints | None:
    r"""The class that an escape such as ``\d`` or ``\p{L}`` names, consumed; or None."""
    letter = scan.raw(1)
    if letter and letter in "pP":
        return _property(scan)
    kind = letter.lower()
    if not letter.isascii() or kind not in _CLASSES:
        return None
    scan.pos += 2
    unicode = _UNICODE_CLASSES.get(kind) if "U" in scan.flags else None
    chars = unicode() if unicode else _CLASSES[kind]
    return chars if letter == kind else ~chars


def _property(scan: Scanner) -> CodePoints:
    start, negated = scan.pos, scan.raw(1) == "P"
    scan.pos += 2
    if scan.accept("{"):
        scan.peek()
        end = scan.text.find("}", scan.pos)
        if end < 0:
            raise scan.error("\\p{ without its }", at=start)
        name, scan.pos = scan.text[scan.pos : end], end + 1
    else:
        name = scan.take()
    chars = java_property(name, scan.flags)
    if chars is None:
        raise scan.error(
            f"\\p{{{name}}} is not a known property",
            "Known are the general categories, the POSIX and java... names, the common "
            "scripts such as IsLatin or IsGreek, and blocks such as InGreek.",
            start,
        )
    return ~chars if negated else chars


def escaped_char(scan: Scanner) -> int:
    r"""The one character that an escape such as ``\t`` or ``\x41`` stands for, consumed."""
    start = scan.pos
    letter = scan.raw(1)
    if not letter:
        raise scan.error("a backslash ends the pattern", "Write \\\\ for a backslash.")
    scan.pos += 2
    number: int | None
    match letter:
        case "0":
            number = _octal(scan)
        case "x":
            number = _hexadecimal(scan)
        case "u":
            number = _utf16(scan)
        case "c":
            number = ord(c) ^ 64 if (c := scan.take()) else None
        case "N":
            number = _named(scan)
        case _ if letter in _CONTROLS:
            return _CONTROLS[letter]
        case _ if letter.isascii() and letter.isalnum():
            number = None
        case _:
            return ord(letter)
    if number is None:
        raise scan.error(f"\\{letter} is not an escape that has a meaning here", at=start)
    return number


def _octal(scan: Scanner) -> int | None:
    digits = ""
    while len(digits) < 3 and (c := scan.peek()) and c in "01234567":
        if len(digits) == 2 and digits[0] > "3":
            break
        digits += scan.take()
    return int(digits, 8) if digits else None


def _hexadecimal(scan: Scanner) -> int | None:
    if scan.accept("{"):
        digits = _digits(scan, len(scan.text))
        closed = scan.accept("}")
        number = int(digits, 16) if digits and closed else None
        return number if number is not None and number <= LAST else None
    return int(digits, 16) if len(digits := _digits(scan, 2)) == 2 else None


def _utf16(scan: Scanner) -> int | None:
    digits = _digits(scan, 4)
    if len(digits) < 4:
        return None
    number = int(digits, 16)
    if 0xD800 <= number < 0xDC00 and scan.raw() + scan.raw(1) == "\\u":
        back, scan.pos = scan.pos, scan.pos + 2
        low = _digits(scan, 4)
        if len(low) == 4 and 0xDC00 <= int(low, 16) < 0xE000:
            return 0x10000 + (number - 0xD800 << 10) + int(low, 16) - 0xDC00
        scan.pos = back
    return number


def _digits(scan: Scanner, most: int) -> str:
    digits = ""
    while len(digits) < most and (c := scan.peek()) and c in HEX:
        digits += scan.take()
    return digits


def _named(scan: Scanner) -> int | None:
    r"""``\N{name}``; only names that Python has as a character's own name."""
    end = scan.text.find("}", scan.pos)
    if scan.raw() != "{" or end < 0:
        return None
    name, scan.pos = scan.text[scan.pos + 1 : end].strip().upper(), end + 1
    try:
        character = unicodedata.lookup(name)
    except KeyError:
        return None
    return ord(character) if unicodedata.name(character, "") == name else None
