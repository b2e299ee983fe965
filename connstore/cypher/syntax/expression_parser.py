"""Parsing of expressions: operators by precedence around the operands."""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Literal as OneOf

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.cursor import MAX_DEPTH
from connstore.cypher.syntax.operand_parser import OperandParser
from connstore.cypher.syntax.tree import Span

_OR, _XOR, _AND, _NOT, _COMPARISON, _PREDICATE, _SUM, _PRODUCT, _POWER, _SIGN = range(10)

#: First word of an operator -> how tightly it binds, and the operator; all group to the left.
_BINARY: dict[str, tuple[int, tree.BinaryOperator]] = {
    "OR": (_OR, "OR"),
    "XOR": (_XOR, "XOR"),
    "AND": (_AND, "AND"),
    "IN": (_PREDICATE, "IN"),
    "STARTS": (_PREDICATE, "STARTS WITH"),
    "ENDS": (_PREDICATE, "ENDS WITH"),
    "CONTAINS": (_PREDICATE, "CONTAINS"),
    "=~": (_PREDICATE, "=~"),
    "+": (_SUM, "+"),
    "-": (_SUM, "-"),
    "*": (_PRODUCT, "*"),
    "/": (_PRODUCT, "/"),
    "%": (_PRODUCT, "%"),
    "^": (_POWER, "^"),
}
_Comparison = OneOf["=", "<>", "<", "<=", ">", ">="]
_COMPARISONS: dict[str, _Comparison] = {
    "=": "=",
    "<>": "<>",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}
_SIGNS: dict[str, OneOf["-", "+"]] = {"-": "-", "+": "+"}
_LEVELS = {
    **{word: level for word, (level, _) in _BINARY.items()},
    **dict.fromkeys(_COMPARISONS, _COMPARISON),
    "IS": _PREDICATE,
}
_PLAIN = {"number", "string"}
_BEHIND_PLAIN = {",", ")", "]", "}"}

#: How many operators that are not associative may follow each other.
_MAX_CHAIN = 2 * MAX_DEPTH


class ExpressionParser(OperandParser, ABC):
    """Reads operators."""

    def expression(self, level: int = 0) -> tree.Expression:
        """The expression at this place, of operators that bind at least as tightly as level."""
        if self.token.kind in _PLAIN and self.ahead(1).word in _BEHIND_PLAIN:
            return self.literal()  # by far the most frequent one in long lists
        self.deeper()
        start = self.token.start
        found = self.more(self._prefixed(level), level, start)
        self.higher()
        return found

    def source(self) -> tree.Expression:
        """The expression behind ``x IN`` of a comprehension: operators from ``+`` up."""
        return self.expression(_SUM)

    def joined(self, conditions: Sequence[tree.Expression | None]) -> tree.Expression | None:
        """All conditions joined by AND; None if there are none."""
        found = [(condition.at, condition) for condition in conditions if condition is not None]
        return _balanced("AND", found) if found else None

    # In front of operands, and right behind ---------------------------------------------

    def _prefixed(self, level: int) -> tree.Expression:
        token = self.token
        if token.word == "NOT" and level <= _NOT and self.operand_ahead():
            self.advance()
            operand = self.expression(_NOT)
            return tree.Unary(self.since(token.start), "NOT", operand)
        if token.word not in _SIGNS:
            return self._postfixed(self.operand(), token.start)
        self.advance()
        number = self.token.value
        if token.word == "-" and isinstance(number, int | float):
            self.advance()
            return self._postfixed(tree.Literal(self.since(token.start), -number), token.start)
        operand = self.expression(_SIGN)
        return tree.Unary(self.since(token.start), _SIGNS[token.word], operand)

    def _postfixed(self, subject: tree.Expression, start: int) -> tree.Expression:
        for _ in range(_MAX_CHAIN):
            if self.accept("."):
                key = self.name("a property")
                subject = tree.Property(self.since(start), subject, key)
            elif self.accept("["):
                subject = self._subscript(subject, start)
            elif self.token.word == ":":
                labels = self.labels()
                subject = tree.LabelTest(self.since(start), subject, labels)
            else:
                return subject
        return self._too_long()

    def _subscript(self, subject: tree.Expression, start: int) -> tree.Expression:
        first = None if self.token.word == ".." else self.expression()
        if first is not None and self.accept("]"):
            return tree.Subscript(self.since(start), subject, first)
        self.expect("..", "an operator, '..' or ']'")
        stop = None if self.token.word == "]" else self.expression()
        self.expect("]", "an operator or ']'")
        return tree.Slice(self.since(start), subject, first, stop)

    # Between operands -------------------------------------------------------------------

    def more(
        self, left: tree.Expression, level: int = 0, start: int | None = None
    ) -> tree.Expression:
        """The expression that begins with an operand already read.

        Args:
            left: The operand.
            level: How tightly its operators bind at least.
            start: Offset of the operand with its parentheses, if it has some.
        """
        start = left.at.start if start is None else start
        for _ in range(_MAX_CHAIN):
            word = self.token.word
            found = _LEVELS.get(word)
            if found is None or found < level:
                if word == "!=":
                    self.refuse("'!=' is not an operator of Cypher; unequal is <>")
                return left
            if found == _COMPARISON:
                left = self._compared(left, start)
            elif word == "IS":
                left = self._null_test(left, start)
            elif found <= _AND:
                left = self._connected(left, start, word)
            else:
                left = self._binary(left, start)
        return self._too_long()

    def _connected(self, left: tree.Expression, start: int, word: str) -> tree.Expression:
        level, operator = _BINARY[word]
        operands = [(self.since(start), left)]
        while self.accept(word):
            start = self.token.start
            operand = self.expression(level + 1)
            operands.append((self.since(start), operand))
        return _balanced(operator, operands)

    def _compared(self, left: tree.Expression, start: int) -> tree.Comparison:
        operands, operators = [left], []
        while self.token.word in _COMPARISONS:
            operators.append(_COMPARISONS[self.advance().word])
            operands.append(self.expression(_PREDICATE))
        return tree.Comparison(self.since(start), tuple(operands), tuple(operators))

    def _null_test(self, left: tree.Expression, start: int) -> tree.IsNull:
        self.advance()
        negated = self.accept("NOT")
        self.expect("NULL", "'NULL'" if negated else "'NULL' or 'NOT NULL'")
        return tree.IsNull(self.since(start), left, negated)

    def _binary(self, left: tree.Expression, start: int) -> tree.Binary:
        level, operator = _BINARY[self.advance().word]
        if operator.endswith(" WITH"):
            self.expect("WITH")
        right = self.expression(level + 1)
        return tree.Binary(self.since(start), operator, left, right)

    def _too_long(self) -> tree.Expression:
        self.refuse(f"more than {_MAX_CHAIN} operators follow each other")


def _balanced(
    operator: tree.BinaryOperator, operands: Sequence[tuple[Span, tree.Expression]]
) -> tree.Expression:
    """AND, OR and XOR are associative: a thousand operands make a tree ten levels deep."""
    if len(operands) == 1:
        return operands[0][1]
    middle = (len(operands) + 1) // 2
    left, right = (_balanced(operator, half) for half in (operands[:middle], operands[middle:]))
    at = Span(operands[0][0].start, operands[-1][0].end)
    return tree.Binary(at, operator, left, right)
