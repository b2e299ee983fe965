"""Parsing of calls, and of what begins like one: quantifiers, ``reduce``, ``CASE``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal as OneOf

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.pattern_parser import PatternParser

_QUANTIFIERS: dict[str, OneOf["all", "any", "none", "single"]] = {
    "ALL": "all",
    "ANY": "any",
    "NONE": "none",
    "SINGLE": "single",
}
#: Words between two operands: one of these behind a word makes that word a variable.
_BETWEEN = {"AND", "OR", "XOR", "IN", "IS", "STARTS", "ENDS", "CONTAINS"}
_FIRST_SYMBOLS = {"(", "[", "{", "-", "+"}
#: Braces behind these words hold queries in Neo4j 5.
_LATER_SUBQUERIES = {"COUNT", "COLLECT"}


class CallParser(PatternParser):
    """Reads what begins with a word and holds expressions."""

    def operand_ahead(self) -> bool:
        """Whether the token behind this one can begin an operand."""
        token = self.ahead(1)
        if token.kind == "name":
            return token.word not in _BETWEEN
        return token.word in _FIRST_SYMBOLS or token.kind not in {"symbol", "end"}

    def distinct(self) -> bool:
        """Whether DISTINCT, and no variable of that name, stands here; moves behind it."""
        if self.token.word == "DISTINCT" and (self.operand_ahead() or self.ahead(1).word == "*"):
            self.advance()
            return True
        return False

    def where(self) -> tree.Expression | None:
        """The condition behind WHERE, if it stands here."""
        return self.expression() if self.accept("WHERE") else None

    def arguments(self) -> tuple[tree.Expression, ...]:
        """The arguments up to and with the closing parenthesis."""
        found = [] if self.token.word == ")" else self.several(self.expression)
        self.expect(")", "an operator, ',' or ')'")
        return tuple(found)

    def call(self) -> tree.Expression | None:
        """The call that begins with the name at this place, if one does."""
        dots = 0
        while self.ahead(2 * dots + 1).word == "." and self.ahead(2 * dots + 2).kind == "name":
            dots += 1
        if self.ahead(2 * dots + 1).word != "(":
            return None
        read = None if dots else _SPECIAL.get(self.token.word)
        return (read and read(self)) or self._plain_call(dots)

    def _plain_call(self, dots: int) -> tree.Expression:
        start = self.token.start
        names = [self.name("a function")]
        for _ in range(dots):
            self.advance()
            names.append(self.name("a function"))
        self.advance()
        name = ".".join(names)
        if name.upper() == "COUNT" and self.token.word == "*" and self.ahead(1).word == ")":
            self.advance()
            self.advance()
            return tree.CountStar(self.since(start))
        distinct = self.distinct()
        arguments = self.arguments()
        return _written_out(tree.Call(self.since(start), name, arguments, distinct))

    # Special forms; None from one means that the call is a plain one --------------------

    def search(self) -> tree.PatternExpression:
        """``shortestPath(pattern)`` as a value, and any pattern."""
        path = self.path()
        return tree.PatternExpression(path.at, path)

    def _iteration(self) -> tuple[str, tree.Expression]:
        """``x IN list``."""
        variable = self.name("a variable")
        self.expect("IN")
        return variable, self.expression()

    def _quantifier(self) -> tree.Quantifier | None:
        if self.ahead(3).word != "IN":
            return None
        token = self.advance()
        self.advance()
        variable, source = self._iteration()
        if self.token.word != "WHERE":
            self.fail("'WHERE'", f" {token.value}(x IN list WHERE …) needs a condition")
        self.advance()
        where = self.expression()
        self.expect(")")
        kind = _QUANTIFIERS[token.word]
        return tree.Quantifier(self.since(token.start), kind, variable, source, where)

    def _old_comprehension(self) -> tree.ListComprehension | None:
        """``filter(x IN list WHERE …)`` and ``extract(x IN list | …)``."""
        if self.ahead(3).word != "IN":
            return None
        start = self.advance().start
        self.advance()
        variable, source = self._iteration()
        where = self.where()
        result = self.expression() if self.accept("|") else None
        self.expect(")", "'WHERE', '|' or ')'")
        return tree.ListComprehension(self.since(start), variable, source, where, result)

    def _reduce(self) -> tree.Reduce | None:
        if self.ahead(3).word != "=":
            return None
        start = self.advance().start
        self.advance()
        accumulator = self.name("a variable")
        self.advance()
        initial = self.expression()
        self.expect(",")
        variable, source = self._iteration()
        self.expect("|")
        step = self.expression()
        self.expect(")")
        return tree.Reduce(self.since(start), accumulator, initial, variable, source, step)

    # Words that are no functions --------------------------------------------------------

    def case(self) -> tree.Case:
        """``CASE [subject] WHEN … THEN … ELSE … END``."""
        start = self.advance().start
        subject = None if self.token.word == "WHEN" else self.expression()
        branches = []
        while self.accept("WHEN"):
            condition = self.expression()
            self.expect("THEN", "an operator or 'THEN'")
            branches.append((condition, self.expression()))
        if not branches:
            self.fail("'WHEN'")
        otherwise = self.expression() if self.accept("ELSE") else None
        self.expect("END", "'END' of CASE" if otherwise else "'WHEN', 'ELSE' or 'END' of CASE")
        return tree.Case(self.since(start), subject, tuple(branches), otherwise)

    def map_projection(self) -> tree.MapProjection:
        """``variable{.*, .key, key: value, other}``."""
        token = self.token
        if token.word in _LATER_SUBQUERIES and self.ahead(2).word in {"MATCH", "("}:
            self.refuse(f"{token.word} {{…}} is not in Neo4j 4.4; use size([pattern | 1]) or CALL")
        variable = tree.Variable(tree.Span(token.start, token.end), self.name("a variable"))
        self.advance()
        everything = False
        entries: list[tuple[str, tree.Expression]] = []
        while self.token.word != "}":
            start = self.token.start
            if self.accept("."):
                if self.accept("*"):
                    everything = True
                else:
                    key = self.name("a key or '*'")
                    entries.append((key, tree.Property(self.since(start), variable, key)))
            elif self.ahead(1).word == ":":
                entries.append(self.entry())
            else:
                name = self.name("'.key', '.*', 'key: value' or a variable")
                entries.append((name, tree.Variable(self.since(start), name)))
            if not self.accept(","):
                break
        self.expect("}", "',' or '}'")
        return tree.MapProjection(self.since(token.start), variable, everything, tuple(entries))

    def entry(self) -> tuple[str, tree.Expression]:
        """``key: value``."""
        if self.token.kind == "string":
            self.fail("a key", " Keys of a map are written without quotes")
        key = self.name("a key")
        self.expect(":")
        return key, self.expression()


_SPECIAL: dict[str, Callable[[CallParser], tree.Expression | None]] = {
    **dict.fromkeys(_QUANTIFIERS, CallParser._quantifier),
    "FILTER": CallParser._old_comprehension,
    "EXTRACT": CallParser._old_comprehension,
    "REDUCE": CallParser._reduce,
    "SHORTESTPATH": CallParser.search,
    "ALLSHORTESTPATHS": CallParser.search,
}


def _written_out(call: tree.Call) -> tree.Expression:
    """``exists(pattern)`` and ``size(pattern)`` as what they mean, any other call as it is."""
    match call.name.upper(), call.arguments:
        case "EXISTS", (tree.PatternExpression(_, path),) if path.search is None:
            return tree.PatternExpression(call.at, path)
        case "SIZE", (tree.PatternExpression(at, path),) if path.search is None:
            matches = tree.PatternComprehension(at, path, None, tree.Literal(at, 1))
            return tree.Call(call.at, call.name, (matches,), False)
        case _:
            return call
