"""A place among the tokens of a query: looking, moving on, and saying what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from connstore.cypher.syntax.tokens import Token, tokenize
from connstore.cypher.syntax.tree import Span
from connstore.errors import CypherError

Read = TypeVar("Read")

#: How deep expressions may be nested in each other.
MAX_DEPTH = 100

_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")


class Cursor:
    """The tokens of a query and the place that the parser has reached.

    Attributes:
        text: The query.
        token: The token at this place.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokenize(text)
        self._position = 0
        self._last = len(self._tokens) - 1
        self._depth = 0
        self._closings: dict[int, int] = {}
        self.token = self._tokens[0]

    # Looking ----------------------------------------------------------------------------

    def ahead(self, distance: int) -> Token:
        """The token some places further on; the end behind the end."""
        return self._tokens[min(self._position + distance, self._last)]

    def closing(self, distance: int) -> int:
        """How far on the bracket stands that closes one; the end if none does.

        Args:
            distance: How far on the opening bracket stands.
        """
        if not self._closings:
            opened = []
            for i, token in enumerate(self._tokens):
                if token.word in _OPENING:
                    opened.append(i)
                elif token.word in _CLOSING and opened:
                    self._closings[opened.pop()] = i
        return self._closings.get(self._position + distance, self._last) - self._position

    def since(self, start: int) -> Span:
        """From an offset to the end of the token before this place."""
        return Span(start, self._tokens[self._position - 1].end)

    # Moving on --------------------------------------------------------------------------

    def advance(self) -> Token:
        """The token at this place; moves behind it."""
        token = self.token
        if self._position < self._last:
            self._position += 1
            self.token = self._tokens[self._position]
        return token

    def accept(self, word: str) -> bool:
        """Whether this word stands here; if so, moves behind it."""
        if self.token.word != word:
            return False
        self.advance()
        return True

    def expect(self, word: str, expected: str = "") -> Token:
        """The token, which must be this word; moves behind it.

        Args:
            word: A keyword in capitals, or a symbol.
            expected: What else could stand here, for the message.
        """
        if self.token.word != word:
            self.fail(expected or f"'{word}'")
        return self.advance()

    def name(self, what: str) -> str:
        """The name at this place, of any word; moves behind it.

        Args:
            what: What the name is of, for the message if there is none.
        """
        if self.token.kind != "name":
            self.fail(what)
        return str(self.advance().value)

    def several(self, read: Callable[[], Read]) -> list[Read]:
        """What is read here, and again behind each comma."""
        found = [read()]
        while self.accept(","):
            found.append(read())
        return found

    def deeper(self) -> None:
        """Count one level of nesting more.

        Raises:
            CypherError: It is one too many.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.refuse(f"expressions are nested deeper than {MAX_DEPTH} levels here")

    def higher(self) -> None:
        """Count one level of nesting less."""
        self._depth -= 1

    # Saying what is wrong ---------------------------------------------------------------

    def fail(self, expected: str, hint: str = "") -> NoReturn:
        """Raise the error of a token that cannot stand here.

        Args:
            expected: What could.
            hint: A sentence behind that, with a space in front.
        """
        token = self.token
        found = self.text[token.start : token.end]
        if len(found) > 40:
            found = f"{found[:37]}..."
        problem = "unexpected end of the query" if token.kind == "end" else f"unexpected {found!r}"
        self.refuse(f"{problem}: expected {expected}{hint and '.' + hint}")

    def refuse(self, problem: str, offset: int | None = None) -> NoReturn:
        """Raise an error about this place, or about an offset."""
        raise CypherError(problem, self.text, self.token.start if offset is None else offset)
