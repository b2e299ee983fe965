r"""The names inside Java's ``\p{...}``, as Java 17 reads them.

A value is a function, so that only a property in use is computed.
"""

from __future__ import annotations

from collections.abc import Callable

from connstore.select.regex.codepoints import ANYTHING, CodePoints, spans
from connstore.select.regex.unicode import (
    alphabetic,
    block,
    category,
    ideographic,
    letter_or_digit,
    lowercase,
    mirrored,
    script,
    uppercase,
    white_space,
    word,
)

_Table = dict[str, Callable[[], CodePoints]]
_FAMILIES = {
    "C": "cfnos",
    "L": "lmotu",
    "M": "cen",
    "N": "dlo",
    "P": "cdefios",
    "S": "ckmo",
    "Z": "lps",
}
_CATEGORIES = _FAMILIES.keys() | {f + kind for f, kinds in _FAMILIES.items() for kind in kinds}

_ASCII: _Table = {
    name: lambda text=text: spans(text)  # type: ignore[misc]
    for name, text in {
        "ASCII": "0-7f",
        "L1": "0-ff",
        "Alnum": "30-39 41-5a 61-7a",
        "Alpha": "41-5a 61-7a",
        "Blank": "9 20",
        "Cntrl": "0-1f 7f",
        "Digit": "30-39",
        "Graph": "21-7e",
        "Lower": "61-7a",
        "Print": "20-7e",
        "Punct": "21-2f 3a-40 5b-60 7b-7e",
        "Space": "9-d 20",
        "Upper": "41-5a",
        "XDigit": "30-39 41-46 61-66",
        "javaISOControl": "0-1f 7f-9f",
    }.items()
}


def _ignorable() -> CodePoints:
    return spans("0-8 e-1b 7f-9f") | category("Cf")


_JAVA: _Table = {
    "all": lambda: ANYTHING,
    "LC": lambda: category("Lu Ll Lt"),
    "LD": letter_or_digit,
    "javaAlphabetic": alphabetic,
    "javaDefined": lambda: ~category("Cn"),
    "javaDigit": lambda: category("Nd"),
    "javaIdentifierIgnorable": _ignorable,
    "javaIdeographic": ideographic,
    "javaJavaIdentifierPart": lambda: category("L Nl Sc Pc Nd Mc Mn") | _ignorable(),
    "javaJavaIdentifierStart": lambda: category("L Nl Sc Pc"),
    "javaLetter": lambda: category("L"),
    "javaLetterOrDigit": letter_or_digit,
    "javaLowerCase": lowercase,
    "javaMirrored": mirrored,
    "javaSpaceChar": lambda: category("Z"),
    "javaTitleCase": lambda: category("Lt"),
    "javaUpperCase": uppercase,
    "javaWhitespace": lambda: (category("Z") | spans("9-d 1c-1f")) - spans("a0 2007 202f"),
}


def _visible() -> CodePoints:
    return ~category("Z Cc Cs Cn")


def _blank() -> CodePoints:
    return category("Zs") | spans("9")


def _hex_digit() -> CodePoints:
    return category("Nd") | spans("41-46 61-66 ff21-ff26 ff41-ff46")


# What the POSIX names mean after (?U), and after "Is" at all times.
_POSIX: _Table = {
    "ALNUM": lambda: alphabetic() | category("Nd"),
    "ALPHA": alphabetic,
    "BLANK": _blank,
    "CNTRL": lambda: category("Cc"),
    "DIGIT": lambda: category("Nd"),
    "GRAPH": _visible,
    "LOWER": lowercase,
    "PRINT": lambda: (_visible() | _blank()) - category("Cc"),
    "PUNCT": lambda: category("P"),
    "SPACE": white_space,
    "UPPER": uppercase,
    "XDIGIT": _hex_digit,
}

_NONCHARACTERS = "fdd0-fdef " + " ".join(f"{n:x}fffe-{n:x}ffff" for n in range(17))

_BINARY: _Table = _POSIX | {
    "ALPHABETIC": alphabetic,
    "ASSIGNED": lambda: ~category("Cn"),
    "CONTROL": lambda: category("Cc"),
    "HEXDIGIT": _hex_digit,
    "HEX_DIGIT": _hex_digit,
    "IDEOGRAPHIC": ideographic,
    "JOINCONTROL": lambda: spans("200c-200d"),
    "JOIN_CONTROL": lambda: spans("200c-200d"),
    "LETTER": lambda: category("L"),
    "LOWERCASE": lowercase,
    "NONCHARACTERCODEPOINT": lambda: spans(_NONCHARACTERS),
    "NONCHARACTER_CODE_POINT": lambda: spans(_NONCHARACTERS),
    "PUNCTUATION": lambda: category("P"),
    "TITLECASE": lambda: category("Lt"),
    "UPPERCASE": uppercase,
    "WHITESPACE": white_space,
    "WHITE_SPACE": white_space,
    "WORD": word,
}


def _plain(name: str) -> CodePoints | None:
    if name in _CATEGORIES:
        return category(name)
    known = _ASCII | _JAVA
    return known[name]() if name in known else None


_ABOUT_CASE = (
    *("Lu", "Ll", "Lt", "Lower", "Upper", "javaLowerCase", "javaUpperCase", "javaTitleCase"),
    *("LOWER", "UPPER", "LOWERCASE", "UPPERCASE", "TITLECASE"),
)


def _widened(name: str, chars: CodePoints | None, flags: frozenset[str]) -> CodePoints | None:
    """Ignoring case, a property about case widens to every cased letter."""
    if "i" not in flags or name not in _ABOUT_CASE:
        return chars
    if name in ("Lower", "Upper"):
        return _ASCII["Alpha"]()
    if name in ("Lu", "Ll", "Lt"):
        return category("Lu Ll Lt")
    return lowercase() | uppercase() | category("Lt")


def java_property(name: str, flags: frozenset[str]) -> CodePoints | None:
    """The characters of a property; None when the name is not known here.

    Args:
        name: What stands between the braces.
        flags: The letters of the inline flags in force.

    Example:
        >>> java_property("XDigit", frozenset()).ranges
        ((48, 57), (65, 70), (97, 102))
    """
    key, equals, value = name.partition("=")
    if equals:
        return _assigned(key.lower(), value, flags)
    if name.startswith("In"):
        return block(name[2:])
    if name.startswith("Is"):
        return _is(name[2:], flags)
    if "U" in flags and name.upper() in _POSIX:
        return _widened(name.upper(), _POSIX[name.upper()](), flags)
    return _widened(name, _plain(name), flags)


def _assigned(key: str, value: str, flags: frozenset[str]) -> CodePoints | None:
    match key:
        case "sc" | "script":
            return script(value)
        case "blk" | "block":
            return block(value)
        case "gc" | "general_category":
            return _widened(value, _plain(value), flags)
    return None


def _is(name: str, flags: frozenset[str]) -> CodePoints | None:
    key = name.upper()
    if key in _BINARY:
        return _widened(key, _BINARY[key](), flags)
    return _widened(name, _plain(name), flags) or script(name)
