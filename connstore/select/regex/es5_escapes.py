r"""ECMAScript 5's escapes and bracketed classes."""

from __future__ import annotations

from connstore.select.regex.codepoints import ANYTHING, NOTHING, CodePoints, merged, one, spans
from connstore.select.regex.scanner import DIGITS, HEX, Cursor

TERMINATORS = spans("a d 2028-2029")

_CLASSES = {
    "d": spans("30-39"),
    "s": spans("9-d 20 a0 1680 2000-200a 2028-2029 202f 205f 3000 feff"),
    "w": spans("30-39 41-5a 5f 61-7a"),
}
_CONTROLS = {"f": 12, "n": 10, "r": 13, "t": 9, "v": 11}

#: ``[:name:]`` inside a class: not of ECMAScript, but of the std::regex that libsonata uses.
_POSIX = {
    "alnum": spans("30-39 41-5a 61-7a"),
    "alpha": spans("41-5a 61-7a"),
    "blank": spans("9 20"),
    "cntrl": spans("0-1f 7f"),
    "d": spans("30-39"),
    "digit": spans("30-39"),
    "graph": spans("21-7e"),
    "lower": spans("61-7a"),
    "print": spans("20-7e"),
    "punct": spans("21-2f 3a-40 5b-60 7b-7e"),
    "s": spans("9-d 20"),
    "space": spans("9-d 20"),
    "upper": spans("41-5a"),
    "w": spans("30-39 41-5a 5f 61-7a"),
    "xdigit": spans("30-39 41-46 61-66"),
}


def escaped_class(scan: Cursor) -> CodePoints | None:
    r"""The class that an escape such as ``\d`` names, consumed; or None."""
    letter = scan.raw(1)
    chars = _CLASSES.get(letter.lower())
    if chars is None or not letter.isascii():
        return None
    scan.pos += 2
    return chars if letter.islower() else ~chars


def escaped_char(scan: Cursor, *, in_class: bool = False) -> int:
    r"""The one character that an escape such as ``\t`` or ``\x41`` stands for, consumed."""
    start, letter = scan.pos, scan.raw(1)
    if not letter:
        raise scan.error("a backslash ends the pattern", "Write \\\\ for a backslash.")
    scan.pos += 2
    number: int | None = None
    if letter in _CONTROLS:
        number = _CONTROLS[letter]
    elif letter == "b" and in_class:
        number = 8
    elif letter == "0" and scan.raw() not in tuple(DIGITS):
        number = 0
    elif letter == "c" and (control := scan.take()).isascii() and control.isalpha():
        number = ord(control) % 32
    elif letter == "x":
        number = _hexadecimal(scan, 2)
    elif letter == "u":
        number = _utf16(scan)
    elif not letter.isalnum():
        number = ord(letter)
    if number is None:
        reason = f"\\{letter} is not an escape of ECMAScript"
        raise scan.error(reason, _ADVICE.get(letter, ""), start)
    return number


_ADVICE = {
    "A": "Write ^ for the start of the text.",
    "z": "Write $ for the end of the text.",
    "Z": "Write $ for the end of the text.",
}


def _hexadecimal(scan: Cursor, count: int) -> int | None:
    digits = scan.text[scan.pos : scan.pos + count]
    if len(digits) < count or not all(digit in HEX for digit in digits):
        return None
    scan.pos += count
    return int(digits, 16)


def _utf16(scan: Cursor) -> int | None:
    high = _hexadecimal(scan, 4)
    back = scan.pos
    if high is not None and 0xD800 <= high < 0xDC00 and scan.raw() + scan.raw(1) == "\\u":
        scan.pos += 2
        low = _hexadecimal(scan, 4)
        if low is not None and 0xDC00 <= low < 0xE000:
            return 0x10000 + (high - 0xD800 << 10) + low - 0xDC00
        scan.pos = back
    return high


def bracketed(scan: Cursor) -> CodePoints:
    """The class that begins at the next character, which is ``[``; consumed."""
    opened = scan.pos
    scan.pos += 1
    negated = scan.accept("^")
    chars = NOTHING
    while not scan.accept("]"):
        chars |= _range(scan, opened)
    if not negated:
        return chars
    return ~chars if chars else ANYTHING


def _range(scan: Cursor, opened: int) -> CodePoints:
    """A character, a range or a class."""
    start = scan.pos
    low = _member(scan, opened)
    if scan.raw() != "-" or scan.raw(1) in ("]", ""):
        return low if isinstance(low, CodePoints) else one(low)
    scan.pos += 1
    high = _member(scan, opened)
    if isinstance(low, CodePoints) or isinstance(high, CodePoints):
        raise scan.error("a class cannot end a range", "Write \\- for a hyphen.", start)
    if high < low:
        raise scan.error("a range must not run backwards", "Write \\- for a hyphen.", start)
    return merged([(low, high)])


def _member(scan: Cursor, opened: int) -> int | CodePoints:
    if scan.raw() == "\\":
        found = escaped_class(scan)
        return escaped_char(scan, in_class=True) if found is None else found
    if scan.raw() == "[" and scan.raw(1) in (":", ".", "="):
        return _posix(scan)
    if not scan.raw():
        raise scan.error("[ without its ]", "Write \\[ for a bracket.", opened)
    return ord(scan.take())


def _posix(scan: Cursor) -> CodePoints:
    start = scan.pos
    end = scan.text.find(":]", start)
    name = scan.text[start + 2 : end] if end > start and scan.raw(1) == ":" else ""
    if name not in _POSIX:
        hint = f"Write \\[, or one of {', '.join(f'[:{known}:]' for known in _POSIX)}."
        raise scan.error("this begins no class known here", hint, start)
    scan.pos = end + 2
    return _POSIX[name]
