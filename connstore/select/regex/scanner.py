"""Cursors over a pattern: where the next character is, and errors; Java's quoting and flags."""

from __future__ import annotations

from connstore.select.regex.tree import RegexError

SPACE = " \t\n\v\f\r"
DIGITS = "0123456789"
HEX = "0123456789abcdefABCDEF"


def unquoted(pattern: str) -> tuple[str, list[int]]:
    r"""A pattern with each ``\Q...\E`` spelled as escapes, and where each character was.

    Java does this before it parses, so a quote may begin and end anywhere, even
    inside a class.

    Example:
        >>> unquoted(r"a\Q.b\E*")[0]
        'a\\.b*'
    """
    pieces: list[tuple[str, int]] = []
    at, quoting = 0, False
    while at < len(pattern):
        pair = pattern[at : at + 2]
        if pair == (r"\E" if quoting else r"\Q"):
            quoting = not quoting
            # A digit right after \Q must not extend an escape before it.
            if quoting and pattern[at + 2 : at + 3] in tuple(DIGITS):
                pieces.append((rf"\x3{pattern[at + 2]}", at + 2))
                at += 1
            at += 2
        elif quoting:
            character = pattern[at]
            special = character.isascii() and not character.isalnum()
            pieces.append(("\\" * special + character, at))
            at += 1
        else:
            size = 2 if pair[0] == "\\" else 1
            pieces.extend((c, at + i) for i, c in enumerate(pair[:size]))
            at += size
    return "".join(p for p, _ in pieces), [at for p, at in pieces for _ in p]


class Cursor:
    """What the parts of a parser read from.

    Attributes:
        pos: Index of the next character.
        depth: How many groups and classes are open.
    """

    MAX_DEPTH = 100

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.text = pattern
        self.pos = 0
        self.depth = 0

    def peek(self) -> str:
        """The next character; "" at the end."""
        return self.raw()

    def raw(self, ahead: int = 0) -> str:
        """The character that many places ahead, whatever the flags; "" past the end."""
        return self.text[self.pos + ahead : self.pos + ahead + 1]

    def take(self) -> str:
        """The next character, consumed."""
        character = self.peek()
        self.pos += len(character)
        return character

    def accept(self, wanted: str) -> bool:
        """Consume the next character if it is the wanted one."""
        found = self.peek() == wanted
        self.pos += found
        return found

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > self.MAX_DEPTH:
            raise self.error(f"nested more than {self.MAX_DEPTH} deep")

    def offset(self, at: int | None = None) -> int:
        """Index in the pattern as it was given."""
        return min(self.pos if at is None else at, len(self.text))

    def error(self, reason: str, hint: str = "", at: int | None = None) -> RegexError:
        """The error to raise, at the next character or at the index given."""
        return RegexError(self.pattern, self.offset(at), reason, hint)


class Scanner(Cursor):
    """A cursor over a Java pattern.

    Attributes:
        flags: Letters of the inline flags in force.
    """

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.text, self._offsets = unquoted(pattern)
        self._offsets.append(len(pattern))
        self.flags: frozenset[str] = frozenset()

    def peek(self) -> str:
        """The next character, past spaces and comments where flag x is on; "" at the end."""
        while "x" in self.flags and (c := self.raw()) and (c in SPACE or c == "#"):
            if c == "#":
                ends = "\n" if "d" in self.flags else "\n\r\x85\u2028\u2029"
                while (c := self.raw()) and c not in ends:
                    self.pos += 1
                if c and c not in SPACE:
                    return c
            else:
                self.pos += 1
        return self.raw()

    def offset(self, at: int | None = None) -> int:
        """Index in the pattern as it was given."""
        return self._offsets[super().offset(at)]
