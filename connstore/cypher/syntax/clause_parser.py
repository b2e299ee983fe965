"""Parsing of clauses."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from typing import NamedTuple

from connstore.cypher.syntax import tree
from connstore.cypher.syntax.expression_parser import ExpressionParser
from connstore.errors import did_you_mean

#: First words of clauses that change something, or that administer a server.
_WRITING = {
    *("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "LOAD", "DROP"),
    *("ALTER", "GRANT", "DENY", "REVOKE", "RENAME", "START", "STOP", "TERMINATE"),
}
_WITHOUT_SERVER = {
    "USE": "a query asks the one store that it is sent to",
    "SHOW": "there is no server to tell about",
}
#: Words within clauses, for hints.
_INSIDE = ["WHERE", "ORDER", "SKIP", "LIMIT", "USING", "YIELD", "UNION"]


class _Projection(NamedTuple):
    """The fields that WITH and RETURN share, in the order of tree.Projection."""

    distinct: bool
    star: bool
    items: tuple[tree.Item, ...]
    order: tuple[tree.SortKey, ...]
    skip: tree.Expression | None
    limit: tree.Expression | None


class ClauseParser(ExpressionParser, ABC):
    """Reads clauses."""

    def clause(self, *, first: bool) -> tree.Clause:
        """The clause at this place.

        Args:
            first: Whether no clause is before it.
        """
        word = self.token.word
        if word in _CLAUSES:
            return _CLAUSES[word](self)
        if word in _WRITING:
            self.refuse(
                f"connstore is read-only: {word} is not supported; queries consist of MATCH, "
                "UNWIND, WITH, CALL and RETURN"
            )
        if word in _WITHOUT_SERVER:
            self.refuse(f"{word} is not supported: {_WITHOUT_SERVER[word]}")
        known = [*_CLAUSES, *_INSIDE]
        hint = did_you_mean(word, known) if word.isalpha() and word not in known else ""
        clauses = "MATCH, OPTIONAL MATCH, UNWIND, WITH, CALL or RETURN"
        return self.fail(clauses if first else f"the rest of the clause, or {clauses}", hint)

    def _match(self) -> tree.Match:
        start = self.token.start
        optional = self.accept("OPTIONAL")
        self.expect("MATCH")
        return self.patterns(start, optional=optional)

    def patterns(self, start: int, *, optional: bool) -> tree.Match:
        """The patterns of a MATCH, from the offset ``start`` on, and their condition."""
        predicates: list[tree.Expression] = []
        paths = self.several(lambda: self.path(predicates))
        while self.accept("USING"):
            self._hint()
        where = self.joined([*predicates, self.where()])
        return tree.Match(self.since(start), optional, tuple(paths), where)

    def _hint(self) -> None:
        """``INDEX [SEEK] n:Label(key, …)``, ``SCAN n:Label`` or ``JOIN ON a, b``."""
        if self.accept("JOIN"):
            self.expect("ON")
            self.several(lambda: self.name("a variable"))
            return
        if not self.accept("SCAN"):
            if self.ahead(1).word == "INDEX":
                self.advance()
            self.expect("INDEX", "'INDEX', 'SCAN' or 'JOIN'")
            if self.ahead(1).kind == "name":
                self.accept("SEEK")
        self.name("a variable")
        self.expect(":")
        self.name("a label")
        if self.accept("("):
            self.several(lambda: self.name("a property"))
            self.expect(")")

    def _unwind(self) -> tree.Unwind:
        start = self.advance().start
        source = self.expression()
        self.expect("AS", "an operator or 'AS'")
        variable = self.name("a variable")
        return tree.Unwind(self.since(start), source, variable)

    # WITH and RETURN --------------------------------------------------------------------

    def _with(self) -> tree.With:
        start = self.advance().start
        projection = self._projection()
        where = self.where()
        return tree.With(self.since(start), *projection, where)

    def _return(self) -> tree.Return:
        start = self.advance().start
        projection = self._projection()
        return tree.Return(self.since(start), *projection)

    def _projection(self) -> _Projection:
        distinct = self.distinct()
        star = self.accept("*")
        items = self.several(self._item) if not star or self.accept(",") else []
        order: list[tree.SortKey] = []
        if self.accept("ORDER"):
            self.expect("BY")
            order = self.several(self._sort_key)
        skip = self.expression() if self.accept("SKIP") else None
        limit = self.expression() if self.accept("LIMIT") else None
        return _Projection(distinct, star, tuple(items), tuple(order), skip, limit)

    def _item(self) -> tree.Item:
        start = self.token.start
        expression = self.expression()
        written = self.since(start)
        if self.accept("AS"):
            alias = self.name("a name")
            return tree.Item(self.since(start), expression, alias, alias)
        match expression:
            case tree.Variable(_, name) | tree.MapProjection(_, tree.Variable(_, name)):
                pass
            case _:
                name = self.text[written.start : written.end]
        return tree.Item(written, expression, None, name)

    def _sort_key(self) -> tree.SortKey:
        start = self.token.start
        expression = self.expression()
        descending = self.accept("DESC") or self.accept("DESCENDING")
        if not descending and not self.accept("ASC"):
            self.accept("ASCENDING")
        return tree.SortKey(self.since(start), expression, descending)

    # CALL -------------------------------------------------------------------------------

    def _call_clause(self) -> tree.CallSubquery | tree.CallProcedure:
        start = self.advance().start
        if self.token.word != "{":
            return self._procedure(start)
        query = self.braced_query(bare_pattern=False)
        if self.token.word == "IN":
            self.refuse("CALL {…} IN TRANSACTIONS is not supported: connstore is read-only")
        return tree.CallSubquery(self.since(start), query)

    def _procedure(self, start: int) -> tree.CallProcedure:
        name = self.name("a procedure or '{'")
        while self.accept("."):
            name += "." + self.name("a procedure")
        arguments = self.arguments() if self.accept("(") else None
        yields, where = None, None
        if self.accept("YIELD") and not self.accept("*"):
            yields = tuple(self.several(self._yield_item))
            where = self.where()
        return tree.CallProcedure(self.since(start), name, arguments, yields, where)

    def _yield_item(self) -> tuple[str, str]:
        field = self.name("a field of the procedure")
        return field, self.name("a variable") if self.accept("AS") else field


_CLAUSES: dict[str, Callable[[ClauseParser], tree.Clause]] = {
    "MATCH": ClauseParser._match,
    "OPTIONAL": ClauseParser._match,
    "UNWIND": ClauseParser._unwind,
    "WITH": ClauseParser._with,
    "RETURN": ClauseParser._return,
    "CALL": ClauseParser._call_clause,
}
