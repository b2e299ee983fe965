"""Parsing of operands: literals, variables, lists, maps and what looks like them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.call_parser import CallParser
from connstore.cypher.syntax.tree import Span

_CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


class OperandParser(CallParser):
    """Reads what operators stand between."""

    @abstractmethod
    def braced_query(self, *, bare_pattern: bool) -> tree.Query:
        """The query in the braces at this place.

        Args:
            bare_pattern: Whether a pattern without MATCH is one.
        """

    @abstractmethod
    def source(self) -> tree.Expression:
        """The expression behind ``x IN`` of a comprehension: operators from ``+`` up."""

    @abstractmethod
    def more(
        self, left: tree.Expression, level: int = 0, start: int | None = None
    ) -> tree.Expression:
        """The expression that begins with an operand already read."""

    @abstractmethod
    def joined(self, conditions: Sequence[tree.Expression | None]) -> tree.Expression | None:
        """All conditions joined by AND; None if there are none."""

    def operand(self) -> tree.Expression:
        """The operand at this place, without what may follow it (``.key``, ``[0]``)."""
        token = self.token
        if token.kind == "name":
            return self._word()
        if token.kind in {"number", "string", "integers"}:
            return self.literal()
        if token.word == "(":
            return self._parenthesis()
        if token.word == "[":
            return self._bracket()
        if token.kind == "parameter" or token.word == "{":
            return self.map_or_parameter()
        return self.fail("an expression")

    # Single tokens ----------------------------------------------------------------------

    def literal(self) -> tree.Literal:
        """The number, string or list of integers at this place."""
        token = self.advance()
        if token.value == 2**63 and isinstance(token.value, int):
            self.refuse("the integer is too large: at most 9223372036854775807", token.start)
        return tree.Literal(Span(token.start, token.end), token.value)

    def _word(self) -> tree.Expression:
        token, follows = self.token, self.ahead(1).word
        if token.word in _CONSTANTS:
            self.advance()
            return tree.Literal(Span(token.start, token.end), _CONSTANTS[token.word])
        if token.word == "CASE" and self.operand_ahead():
            return self.case()
        if token.word == "EXISTS" and follows == "{":
            self.advance()
            query = self.braced_query(bare_pattern=True)
            return tree.Exists(self.since(token.start), query)
        if follows == "{":
            return self.map_projection()
        if follows in {"(", "."} and (call := self.call()):
            return call
        self.advance()
        return tree.Variable(Span(token.start, token.end), str(token.value))

    # Brackets ---------------------------------------------------------------------------

    def _parenthesis(self) -> tree.Expression:
        if self.pattern_ahead():
            return self.search()
        self.advance()
        inside = self.expression()
        self.expect(")", "an operator or ')'")
        return inside

    def map_or_parameter(self) -> tree.MapLiteral | tree.Parameter:
        """``{key: value}``, ``$name`` or, as older texts have it, ``{name}``."""
        token, key = self.advance(), self.token
        if token.kind == "parameter":
            return tree.Parameter(Span(token.start, token.end), str(token.value))
        if key.kind in {"name", "number"} and self.ahead(1).word == "}":
            self.advance()
            self.advance()
            return tree.Parameter(self.since(token.start), str(key.value))
        entries = [] if key.word == "}" else self.several(self.entry)
        self.expect("}", "an operator, ',' or '}' of a map")
        return tree.MapLiteral(self.since(token.start), tuple(entries))

    def _bracket(self) -> tree.Expression:
        start = self.advance().start
        named = self.named_ahead()
        if self.pattern_ahead(2 if named else 0):
            return self._pattern_or_list(start, named=named)
        if self.token.kind == "name" and self.ahead(1).word == "IN":
            return self._comprehension_or_list(start)
        if self.accept("]"):
            return tree.Literal(self.since(start), ())
        return self._list(start, self.expression())

    def _list(self, start: int, first: tree.Expression) -> tree.ListLiteral | tree.Literal:
        items = [first]
        if self.accept(","):
            items += self.several(self.expression)
        self.expect("]", "an operator, ',' or ']' of a list")
        scalars = [
            item.value
            for item in items
            if isinstance(item, tree.Literal) and not isinstance(item.value, tuple)
        ]
        if len(scalars) == len(items):
            return tree.Literal(self.since(start), tuple(scalars))
        return tree.ListLiteral(self.since(start), tuple(items))

    def _pattern_or_list(self, start: int, *, named: bool) -> tree.Expression:
        """``[path WHERE … | …]``, or a list whose first item begins with a pattern."""
        predicates: list[tree.Expression] = []
        path = self.path(predicates)
        if not (named or predicates or self.token.word in {"WHERE", "|"}):
            return self._list(start, self.more(tree.PatternExpression(path.at, path)))
        where = self.joined([*predicates, self.where()])
        self.expect("|", "an operator, 'WHERE' or '|' of a pattern comprehension")
        result = self.expression()
        self.expect("]")
        return tree.PatternComprehension(self.since(start), path, where, result)

    def _comprehension_or_list(self, start: int) -> tree.Expression:
        """``[x IN list WHERE … | …]``, or a list whose first item begins with ``x IN list``."""
        token = self.advance()
        variable = str(token.value)
        self.advance()
        source = self.source()
        if self.token.word not in {"WHERE", "|", "]"}:
            left = tree.Variable(Span(token.start, token.end), variable)
            contained = tree.Binary(self.since(token.start), "IN", left, source)
            return self._list(start, self.more(contained))
        where = self.where()
        result = self.expression() if self.accept("|") else None
        self.expect("]", "an operator, '|' or ']' of a list comprehension")
        return tree.ListComprehension(self.since(start), variable, source, where, result)
