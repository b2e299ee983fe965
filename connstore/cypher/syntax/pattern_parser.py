"""Parsing of path patterns: ``p = (a:Label)-[r:TYPE*1..3]->(b {key: 1})``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal as OneOf

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.cursor import Cursor

_SEARCHES: dict[str, OneOf["shortest", "all shortest"]] = {
    "SHORTESTPATH": "shortest",
    "ALLSHORTESTPATHS": "all shortest",
}
_BEHIND_VARIABLE = {")", "]", ":", "{", "*"}
_ONE_RELATIONSHIP = (
    "shortestPath and allShortestPaths take a pattern with one relationship, such as "
    "(a)-[:ConnectsTo*]->(b)"
)
#: Between labels, since Neo4j 5.
_LABEL_OPERATORS = {"|", "&", "!", "%"}


class PatternParser(Cursor, ABC):
    """Reads paths; what they hold of expressions is read by a subclass."""

    @abstractmethod
    def expression(self, level: int = 0) -> tree.Expression:
        """The expression at this place, of operators that bind at least as tightly as level."""

    @abstractmethod
    def map_or_parameter(self) -> tree.MapLiteral | tree.Parameter:
        """``{key: value}``, ``$name`` or, as older texts have it, ``{name}``."""

    # Whether a path follows -------------------------------------------------------------

    def search_ahead(self) -> bool:
        """Whether ``shortestPath(`` or ``allShortestPaths(`` stands here."""
        return self.token.word in _SEARCHES and self.ahead(1).word == "("

    def named_ahead(self) -> bool:
        """Whether ``name =`` stands here."""
        return self.token.kind == "name" and self.ahead(1).word == "="

    def pattern_ahead(self, distance: int = 0) -> bool:
        """Whether a path with a relationship begins some tokens further on.

        ``(a)-[r]-(b)`` is a path; ``(a)-(b)`` and ``(a) < -1`` are arithmetic.
        """
        if self.ahead(distance).word != "(":
            return False
        i = self._node_end(distance)
        words = [self.ahead(i + k).word for k in range(3)]
        if words[0] == "<":
            return words[1] == "-" and words[2] in {"-", "["}
        if words[0] != "-":
            return False
        if words[1] == "[":
            return self.ahead(self.closing(i + 1) + 1).word == "-"
        return words[1] == "-" and words[2] in {"(", ">"}

    def _node_end(self, start: int) -> int:
        """How far on a node ends whose parenthesis stands at ``start``; or what is in no node."""
        i = start + 1
        i += self.ahead(i).kind == "name"
        while self.ahead(i).word == ":" and self.ahead(i + 1).kind == "name":
            i += 2
        if self.ahead(i).word == "{":
            i = self.closing(i) + 1
        elif self.ahead(i).kind == "parameter":
            i += 1
        if self.ahead(i).word == "WHERE":
            i = self.closing(start)
        return i + (self.ahead(i).word == ")")

    # Paths ------------------------------------------------------------------------------

    def path(self, predicates: list[tree.Expression] | None = None) -> tree.PathPattern:
        """The path at this place.

        Args:
            predicates: Takes in the conditions written inside nodes, ``(n WHERE n.x > 1)``; None
                where they are not allowed.
        """
        start = self.token.start
        variable = None
        if self.named_ahead():
            variable = self.name("a variable")
            self.advance()
        search, parentheses = None, 0
        if self.search_ahead():
            search = _SEARCHES[self.advance().word]
            predicates = None
        while self.token.word == "(" and (
            self.ahead(1).word == "(" or (search and not parentheses)
        ):
            self.advance()
            parentheses += 1
        nodes, relationships = [self._node(predicates)], []
        while self.token.word == "-" or (self.token.word == "<" and self.ahead(1).word == "-"):
            relationships.append(self._relationship())
            nodes.append(self._node(predicates))
        for _ in range(parentheses):
            self.expect(")", "a relationship or ')'")
        if search and len(relationships) != 1:
            self.refuse(_ONE_RELATIONSHIP, start)
        at = self.since(start)
        return tree.PathPattern(at, variable, search, tuple(nodes), tuple(relationships))

    def labels(self) -> tuple[str, ...]:
        """The labels at this place, ``:A:B``; may be none."""
        found: list[str] = []
        while self.accept(":"):
            found.append(self.name("a label"))
        return tuple(found)

    def _node(self, predicates: list[tree.Expression] | None) -> tree.NodePattern:
        start = self.expect("(", "a node, such as (n:Neuron)").start
        variable = self._variable()
        labels = self.labels()
        if labels and self.token.word in _LABEL_OPERATORS:
            self.refuse(
                f"'{self.token.word}' between labels is not in Neo4j 4.4; labels that a node has "
                "all of follow each other, (n:A:B), alternatives stand behind WHERE, n:A OR n:B"
            )
        properties = self._properties()
        if self.token.word == "WHERE":
            if predicates is None:
                self.refuse("a condition cannot stand inside a node here; write WHERE behind it")
            self.advance()
            predicates.append(self.expression())
        self.expect(")", "':', '{', 'WHERE' or ')' of a node")
        return tree.NodePattern(self.since(start), variable, labels, properties)

    def _variable(self) -> str | None:
        """A variable, if one stands here; WHERE is none if a condition follows it."""
        if self.token.word == "WHERE" and self.ahead(1).word not in _BEHIND_VARIABLE:
            return None
        return self.name("a variable") if self.token.kind == "name" else None

    def _properties(self) -> tree.MapLiteral | tree.Parameter | None:
        if self.token.word == "{" or self.token.kind == "parameter":
            return self.map_or_parameter()
        return None

    # Relationships ----------------------------------------------------------------------

    def _relationship(self) -> tree.RelationshipPattern:
        start = self.token.start
        left = self.accept("<")
        self.expect("-")
        variable: str | None = None
        types: tuple[str, ...] = ()
        length, properties = None, None
        if self.accept("["):
            variable = self._variable()
            types = self._types()
            length = self._length()
            properties = self._properties()
            self.expect("]", "':', '|', '*', '{' or ']' of a relationship")
        self.expect("-", "'-' of a relationship, such as -[e:ConnectsTo]->")
        right = self.accept(">")
        direction: OneOf["out", "in", "both"] = "both" if left == right else "in" if left else "out"
        at = self.since(start)
        return tree.RelationshipPattern(at, variable, types, direction, length, properties)

    def _types(self) -> tuple[str, ...]:
        found: list[str] = []
        if self.accept(":"):
            found.append(self.name("a relationship type"))
            while self.accept("|"):
                self.accept(":")
                found.append(self.name("a relationship type"))
        return tuple(found)

    def _length(self) -> tree.Length | None:
        start = self.token.start
        if not self.accept("*"):
            return None
        low = high = self._hops()
        if self.accept(".."):
            high = self._hops()
        return tree.Length(self.since(start), low, high)

    def _hops(self) -> int | None:
        token = self.token
        if token.word == "-" or isinstance(token.value, float):
            self.refuse("the length of a path is a whole number from 0 up, such as *1..3")
        if not isinstance(token.value, int):
            return None
        self.advance()
        return token.value
