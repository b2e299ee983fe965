"""A query's text, cut into tokens.

Which words are keywords depends on where they stand, so here any word is a name; the parser asks
for its ``word``. Signs that text processors put in place of quotes and dashes are reported by name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from connstore.errors import CypherError


class Token(NamedTuple):
    """A piece of the text.

    Attributes:
        kind: ``name``, ``string``, ``number``, ``parameter``, ``integers`` (a whole list of
            integer literals), ``symbol`` or ``end``.
        word: A bare name in capitals, a symbol as it is, otherwise empty: what to compare
            with keywords and punctuation.
        value: Of a literal its value, of a list a tuple of them, of a name or parameter its
            name, otherwise the text. An integer may be 2^63, which only a minus in front of it
            makes valid.
        start: Offset of the first character.
        end: Offset behind the last character.
    """

    kind: str
    word: str
    value: str | int | float | tuple[int, ...]
    start: int
    end: int


_QUOTED = r"`(?:[^`]|``)*+`"
_NAME = r"[^\W\d][\w\u0300-\u036f]*+"
_PLAIN_INTEGER = r"(?:0|[1-9][0-9]{0,17}+)(?!\w)"

_TOKEN = re.compile(
    rf"""
    (?: \s++ | //[^\r\n]*+ | /\*.*?\*/ )*+
    (?:
      (?P<name> {_NAME} )
    | (?P<integers> \[ \s*+ {_PLAIN_INTEGER} (?: \s*+ , \s*+ {_PLAIN_INTEGER} )++ \s*+ \] )
    | (?P<symbol> <= | >= | <> | != | =~ | \+= | \.\. | \.(?![0-9]) | /(?!\*) | [-+*%^=<>(){{}}\[\],:;|] )
    | (?P<number> 0[xX]\w* | (?: [0-9]++ (?: \.(?!\.)[0-9]* )? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? \w* )
    | (?P<string> '(?: [^'\\]++ | \\. )*+' | "(?: [^"\\]++ | \\. )*+" )
    | (?P<quoted> {_QUOTED} )
    | (?P<parameter> \$ (?: \w++ | {_QUOTED} ) )
    | (?P<open> /\* | ['"`] )
    | (?P<end> \Z )
    | (?P<odd> . )
    )
    """,  # noqa: E501
    re.VERBOSE | re.DOTALL,
)

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
#: An escape that is none of these stands for itself, backslash included: ``'\d'`` is ``'\\d'``.
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}

_LAST_CHARACTER = 0x10FFFF

_DECIMAL = re.compile(r"0|[1-9][0-9]*")
_OCTAL = re.compile(r"0[oO]?([0-7]+)")
_HEXADECIMAL = re.compile(r"0[xX]([0-9a-fA-F]+)")
_FLOAT = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

_OPENED = {
    "/*": "this comment has no end; close it with */",
    "'": "this string has no end; close it with '",
    '"': 'this string has no end; close it with "',
    "`": "this name has no end; close it with a backtick",
}

#: Signs that are typed for, or pasted as, others.
_LOOKALIKES = (
    dict.fromkeys("‘’‚‛′‹›", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−\u00ad﹘﹣－", "-")
    | {"→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "<>", "…": "..", "´": "`", "×": "*"}
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u180e\x00"


def tokenize(text: str) -> list[Token]:
    """Cut a query into tokens; the last one is of kind ``end``.

    Raises:
        CypherError: A sign, string or number is none of Cypher.

    Example:
        >>> [token.value for token in tokenize("RETURN n.size >= 0x10 // text")]
        ['RETURN', 'n', '.', 'size', '>=', 16, '']
        >>> [token.value for token in tokenize("[*1..2]")]
        ['[', '*', 1, '..', 2, ']', '']
    """
    _check_encodable(text)
    tokens: list[Token] = []
    append = tokens.append
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        piece = text[start:end]
        if kind == "symbol":
            append(Token(kind, piece, piece, start, end))
        elif kind == "name":
            append(Token(kind, piece.upper(), piece, start, end))
        elif kind == "end":
            append(Token(kind, "", "", start, end))
            break
        elif kind == "number":
            append(Token(kind, "", _number(piece, text, start), start, end))
        elif kind == "string":
            append(Token(kind, "", _string(piece[1:-1], text, start + 1), start, end))
        elif kind == "quoted":
            append(Token("name", "", _unquoted(piece, text, start), start, end))
        elif kind == "parameter":
            name = piece[1:]
            quoted = name.startswith("`")
            append(Token(kind, "", _unquoted(name, text, start) if quoted else name, start, end))
        elif kind == "integers":
            append(Token(kind, "", tuple(map(int, piece[1:-1].split(","))), start, end))
        else:
            raise CypherError(_OPENED.get(piece) or _odd(piece), text, start)
    return tokens


def _check_encodable(text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            problem = f"U+{ord(text[error.start]):04X} is half of a character"
            raise CypherError(problem, text, error.start) from None


def _number(piece: str, text: str, start: int) -> int | float:
    if _DECIMAL.fullmatch(piece):
        value = int(piece) if len(piece) < 20 else 2**64
    elif match := _HEXADECIMAL.fullmatch(piece):
        value = int(match[1], 16)
    elif match := _OCTAL.fullmatch(piece):
        value = int(match[1], 8)
    elif _FLOAT.fullmatch(piece) and not piece.isdecimal():
        number = float(piece)
        if number == float("inf"):
            raise CypherError(f"the number {piece} is too large for a float", text, start)
        return number
    else:
        raise CypherError(f"{piece!r} is not a number", text, start)
    if value > 2**63:
        raise CypherError(f"the integer {_short(piece)} is too large for 64 bits", text, start)
    return value


def _short(piece: str) -> str:
    return piece if len(piece) <= 30 else f"{piece[:27]}..."


def _string(inner: str, text: str, start: int) -> str:
    if "\\" not in inner:
        return inner

    def replace(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1 and int(escape[1:], 16) <= _LAST_CHARACTER:
            return chr(int(escape[1:], 16))
        if len(escape) > 1 or escape == "u":
            problem = f"{match[0]} is no character: four hexadecimal digits stand behind \\u"
            raise CypherError(problem, text, start + match.start())
        return _ESCAPED.get(escape, match[0])

    value = _ESCAPE.sub(replace, inner)
    try:  # a character above U+FFFF may be written as two escapes
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise CypherError("this string holds half of a character", text, start - 1) from None


def _unquoted(piece: str, text: str, start: int) -> str:
    name = piece[1:-1].replace("``", "`")
    if not name or "\0" in name:
        raise CypherError("a name cannot be empty or hold U+0000", text, start)
    return name


def _odd(piece: str) -> str:
    if piece == "$":
        return "a parameter has a name: $name"
    what = f"{piece!r} (U+{ord(piece):04X}, {unicodedata.name(piece, 'without a name').lower()})"
    if piece in _INVISIBLE:
        return f"here stands an invisible character, U+{ord(piece):04X}; delete it"
    if piece in _LOOKALIKES:
        return f"{what} has no meaning in Cypher; type {_LOOKALIKES[piece]} instead"
    return f"{what} cannot stand here; a name that holds it needs backticks"
