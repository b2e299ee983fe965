"""Parsing of whole queries."""

from __future__ import annotations

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.clause_parser import ClauseParser
from connstore.errors import CypherError

_BEHIND_QUERY = {"UNION", "}", ";"}


def parse(text: str) -> tree.Query:
    """The tree of a query.

    Raises:
        CypherError: The text is no query, or one that writes.

    Example:
        >>> query = parse("MATCH (n:Neuron) RETURN n.bodyId, count(*) AS many")
        >>> [item.name for item in query.parts[0].clauses[-1].items]
        ['n.bodyId', 'many']
    """
    try:
        return _Parser(text).whole()
    except RecursionError:
        raise CypherError("the query is nested too deeply") from None


class _Parser(ClauseParser):
    """Reads queries."""

    def whole(self) -> tree.Query:
        """The query that the text is."""
        explain = self._options()
        query = self._query()
        while self.accept(";"):
            pass
        if self.token.kind != "end":
            self.fail("the end of the query", " One text holds one query")
        return tree.Query(query.at, self.text, query.parts, query.union_all, explain)

    def _options(self) -> bool:
        """``EXPLAIN``, ``PROFILE`` and ``CYPHER 4.4 key=value`` in front; whether to explain."""
        explain = False
        while True:
            if self.accept("EXPLAIN") or self.accept("PROFILE"):
                explain = True
            elif self.accept("CYPHER"):
                if self.token.kind == "number":
                    self.advance()
                while self.named_ahead():
                    self.advance()
                    self.advance()
                    self.advance()
            else:
                return explain

    def _query(self) -> tree.Query:
        start = self.token.start
        parts, union_all = [self._single_query()], []
        while self.accept("UNION"):
            union_all.append(self.accept("ALL"))
            parts.append(self._single_query())
        return tree.Query(self.since(start), self.text, tuple(parts), tuple(union_all), False)

    def _single_query(self) -> tree.SingleQuery:
        start = self.token.start
        clauses = [self.clause(first=True)]
        while self.token.kind != "end" and self.token.word not in _BEHIND_QUERY:
            clauses.append(self.clause(first=False))
        return tree.SingleQuery(self.since(start), tuple(clauses))

    def braced_query(self, *, bare_pattern: bool) -> tree.Query:
        """The query in the braces at this place; a pattern is one if ``bare_pattern``."""
        self.deeper()
        self.expect("{")
        start = self.token.start
        if bare_pattern and (self.token.word == "(" or self.search_ahead() or self.named_ahead()):
            match = self.patterns(start, optional=False)
            part = tree.SingleQuery(match.at, (match,))
            query = tree.Query(match.at, self.text, (part,), (), False)
        else:
            query = self._query()
        self.expect("}", "a clause or '}'")
        self.higher()
        return query
