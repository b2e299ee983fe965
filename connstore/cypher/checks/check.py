"""What is wrong with a query whatever the data: order of clauses, scopes, columns.

Messages are those of Neo4j 4.4 where it has one.
"""

from __future__ import annotations

from functools import lru_cache

from connstore.cypher.checks.projection_checks import ProjectionChecks, column_names
from connstore.cypher.checks.scopes import ANY, Scope
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.parser import parse
from connstore.cypher.syntax.walk import free_variables
from connstore.errors import CypherError

_IMPORTING = (
    "Importing WITH should consist only of simple references to outside variables. Aliasing or "
    "expressions are not supported; use a second WITH for them"
)
_KEYWORDS: dict[type[tree.Clause], str] = {
    tree.Match: "MATCH",
    tree.With: "WITH",
    tree.Unwind: "UNWIND",
    tree.CallSubquery: "CALL",
    tree.CallProcedure: "CALL",
}


#: Relationships in one MATCH: each is compared with each.
_MOST_RELATIONSHIPS = 50
_TOO_LONG = (
    f"One MATCH holds at most {_MOST_RELATIONSHIPS} relationships; write several, or a path of "
    "variable length such as -[:ConnectsTo*2..4]->"
)


#: Longer texts, with ids by the thousand, are not kept.
_KEPT = 10_000


def checked(cypher: str) -> tree.Query:
    """The tree of a query, checked; queries that are asked again and again are read once.

    Args:
        cypher: Its text.

    Raises:
        CypherError: It is wrong.
    """
    return _kept(cypher) if len(cypher) < _KEPT else _checked(cypher)


def _checked(cypher: str) -> tree.Query:
    query = parse(cypher)
    check(query)
    return query


_kept = lru_cache(maxsize=128)(_checked)


def check(query: tree.Query) -> None:
    """Check a query without looking at types or data.

    Args:
        query: Its tree.

    Raises:
        CypherError: It is wrong.

    Example:
        >>> from connstore.cypher.syntax.parser import parse
        >>> check(parse("MATCH (n) RETURN m"))
        Traceback (most recent call last):
        ...
        connstore.errors.CypherError: line 1, column 18: Variable `m` not defined.
        MATCH (n) RETURN m
                         ^
    """
    try:
        _Checks(query.text).whole(query)
    except RecursionError:
        raise CypherError("the query is nested too deeply") from None


class _Checks(ProjectionChecks):
    """Checks queries and clauses."""

    def whole(self, query: tree.Query) -> None:
        """Check the query that the text is."""
        match query.parts:
            case (tree.SingleQuery(_, (tree.CallProcedure() as call,)),):
                self._procedure(call, {}, alone=True)
            case _:
                self._query(query, {}, imports=False)

    def subquery(self, query: tree.Query, scope: Scope) -> None:
        """Check the query of EXISTS {…}, which sees all names around it and needs no RETURN."""
        for part in query.parts:
            self._clauses(part, scope, kept=scope)

    def _query(self, query: tree.Query, scope: Scope, *, imports: bool) -> tuple[str, ...]:
        """Check a query; the names of its columns."""
        if len(set(query.union_all)) > 1:
            self.refuse("Invalid combination of UNION and UNION ALL", query)
        columns = [
            self._single(part, self._imported(part, scope) if imports else scope)
            for part in query.parts
        ]
        for part, names in zip(query.parts, columns, strict=True):
            if names != columns[0]:
                self.refuse(
                    "All sub queries in an UNION must have the same column names in the same "
                    f"order: here {', '.join(names)}, before {', '.join(columns[0])}",
                    part.clauses[-1],
                )
        return columns[0]

    def _single(self, part: tree.SingleQuery, scope: Scope) -> tuple[str, ...]:
        *_, last = part.clauses
        before = self._clauses(part, scope)
        if not isinstance(last, tree.Return):
            self.refuse(
                f"Query cannot conclude with {_KEYWORDS[type(last)]} (must be a RETURN clause)",
                last,
            )
        return column_names(last, before)

    def _clauses(self, part: tree.SingleQuery, scope: Scope, kept: Scope | None = None) -> Scope:
        """Check clauses in turn; the scope in front of RETURN, or behind all without one.

        Args:
            part: The clauses.
            scope: What is known before them.
            kept: What WITH does not hide.
        """
        for position, clause in enumerate(part.clauses, 1):
            match clause:
                case tree.Return():
                    if position < len(part.clauses):
                        self.refuse("RETURN can only be used at the end of the query", clause)
                    self.projection(clause, scope)
                case tree.With():
                    scope = {**(kept or {}), **self.projection(clause, scope)}
                case tree.Match(_, _, paths, where):
                    if sum(len(path.relationships) for path in paths) > _MOST_RELATIONSHIPS:
                        self.refuse(_TOO_LONG, clause)
                    scope = self.patterns(paths, scope)
                    if where is not None:
                        self.expression(where, scope, boolean=True)
                case tree.Unwind(_, source, variable):
                    self.expression(source, scope)
                    self.fresh(variable, clause, scope)
                    scope = {**scope, variable: ANY}
                case tree.CallSubquery(_, query):
                    scope = self._call_subquery(query, clause, scope)
                case tree.CallProcedure():
                    scope = self._procedure(clause, scope, alone=False)
        return scope

    # CALL -------------------------------------------------------------------------------

    def _call_subquery(self, query: tree.Query, clause: tree.Clause, scope: Scope) -> Scope:
        columns = self._query(query, scope, imports=True)
        for name in columns:
            if name in scope:
                self.refuse(f"Variable `{name}` already declared in outer scope", clause)
        return {**scope, **dict.fromkeys(columns, ANY)}

    def _imported(self, part: tree.SingleQuery, scope: Scope) -> Scope:
        """What a query in CALL {…} knows: what its first clause imports, if it is such a WITH."""
        match part.clauses[0]:
            case tree.With(star=True, items=()) as first:
                imported = scope
            case tree.With(items=items) as first:
                names = {
                    item.expression.name
                    for item in items
                    if isinstance(item.expression, tree.Variable)
                    and item.alias in {None, item.expression.name}
                }
                if len(names) < len(items):
                    if any(free_variables(item.expression) & set(scope) for item in items):
                        self.refuse(_IMPORTING, first)
                    return {}
                imported = {name: scope[name] for name in names & set(scope)}
            case _:
                return {}
        if first.distinct or first.order or first.skip or first.limit or first.where:
            self.refuse(
                "Importing WITH cannot have DISTINCT, ORDER BY, SKIP, LIMIT or WHERE; use a "
                "second WITH for them",
                first,
            )
        return imported

    def _procedure(self, call: tree.CallProcedure, scope: Scope, *, alone: bool) -> Scope:
        for argument in call.arguments or ():
            self.expression(argument, scope)
        if call.arguments is None and not alone:
            self.refuse(
                "Procedure call inside a query does not support passing arguments implicitly "
                "(pass explicitly in parentheses instead)",
                call,
            )
        if call.yields is None and not alone:
            self.refuse(
                "Procedure call inside a query does not support naming results implicitly (name "
                "explicitly using `YIELD` instead)",
                call,
            )
        inner = dict(scope)
        for _, variable in call.yields or ():
            self.fresh(variable, call, inner)
            inner[variable] = ANY
        if call.where is not None:
            self.expression(call.where, inner, boolean=True)
        return inner
