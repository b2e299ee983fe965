"""Java's bracketed classes: ``[a-z&&[^bc]]`` and everything that nests in them."""

from __future__ import annotations

from connstore.select.regex.codepoints import CodePoints, merged, one
from connstore.select.regex.escapes import escaped_char, escaped_class
from connstore.select.regex.folding import fold_ascii, fold_character, fold_range
from connstore.select.regex.scanner import SPACE, Scanner


def literal(number: int, flags: frozenset[str], *, alone: bool = True) -> CodePoints:
    """What a character of the pattern matches under the flags in force."""
    if "i" not in flags:
        return one(number)
    return fold_character(number, alone=alone) if "u" in flags else fold_ascii(one(number))


def bracketed(scan: Scanner) -> CodePoints:
    """The class that begins at the next character, which is ``[``; consumed."""
    opened = scan.pos
    scan.enter()
    scan.pos += 1
    # Java takes ^ for a negation only right after the bracket, even in comments mode.
    negated = scan.peek() == "^" and scan.pos == opened + 1
    scan.pos += negated
    chars = _members(scan, opened)
    scan.pos += 1
    scan.depth -= 1
    return ~chars if negated else chars


def _members(scan: Scanner, opened: int) -> CodePoints:
    """Everything up to the closing bracket, which stays.

    What stands left of ``&&`` is a union, and all that stands right of it is
    one operand: ``[ab&&bc]`` is ``[[ab]&&[bc]]``.
    """
    union: CodePoints | None = None
    intersected = False
    while True:
        character = scan.peek()
        if not character:
            raise scan.error("[ without its ]", "Write \\[ for a bracket.", opened)
        if character == "]" and union is not None:
            return union
        if character == "&" and scan.raw(1) == "&":
            scan.pos += 2
            right = _right_operand(scan, opened)
            union = right if union is None else union & right
            intersected = True
            continue
        if character == "&" and (intersected or _spaced(scan)):
            raise scan.error("Java loses or misplaces this single &", "Write \\&.")
        member = bracketed(scan) if character == "[" else _member(scan)
        union = member if union is None else union | member


def _spaced(scan: Scanner) -> bool:
    """Whether comments mode will skip what follows the next character."""
    return "x" in scan.flags and scan.raw(1) in (*SPACE, "#")


def _right_operand(scan: Scanner, opened: int) -> CodePoints:
    operand: CodePoints | None = None
    while (character := scan.peek()) not in ("]", "&"):
        part = bracketed(scan) if character == "[" else _members(scan, opened)
        operand = part if operand is None else operand | part
    if operand is None:
        raise scan.error("&& has nothing on its right", "Write \\&\\& for two ampersands.")
    return operand


def _member(scan: Scanner) -> CodePoints:
    """A character, a range or a class escape."""
    start = scan.pos
    if scan.peek() == "\\":
        # Java keeps \v as the vertical tab where it could begin or end a range.
        if scan.raw(1) == "v" and scan.raw(2) == "-":
            low = _vertical_tab(scan)
        elif (chars := escaped_class(scan)) is not None:
            return chars
        else:
            low = escaped_char(scan)
    else:
        low = ord(scan.take())
    if scan.peek() != "-" or scan.raw(1) in ("[", "]"):
        return literal(low, scan.flags)
    scan.pos += 1
    high = _range_end(scan, start)
    if high < low:
        raise scan.error("a range must not run backwards", "Write \\- for a hyphen.", start)
    chars = merged([(low, high)])
    if "i" not in scan.flags:
        return chars
    return fold_range(chars) if "u" in scan.flags else fold_ascii(chars)


def _range_end(scan: Scanner, start: int) -> int:
    if scan.peek() != "\\":
        if not scan.peek():
            raise scan.error("[ without its ]", at=start)
        return ord(scan.take())
    if scan.raw(1) == "v":
        return _vertical_tab(scan)
    if escaped_class(scan) is not None:
        raise scan.error("a class cannot end a range", "Write \\- for a hyphen.", start)
    return escaped_char(scan)


def _vertical_tab(scan: Scanner) -> int:
    scan.pos += 2
    return 0x0B
