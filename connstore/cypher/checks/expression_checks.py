"""What is wrong with an expression whatever its values: names, placement of aggregates."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from connstore.cypher.checks.scopes import ANY, NODE, PATH, RELATIONSHIP, Names, Scope, parts
from connstore.cypher.functions.catalogue import FUNCTIONS, RANDOM, no_function
from connstore.cypher.syntax import tree
from connstore.cypher.syntax.walk import children, is_aggregate, walk

#: Why an aggregate cannot stand at a place; an empty text where it can.
ALLOWED = ""
HERE = "Invalid use of aggregating function {name}(...) in this context"
_WITHIN = "Can't use aggregate functions inside of aggregate functions."
_PER_ITEM = "Can't use aggregating expressions inside of expressions executing over lists"

_BARE_PATTERN = (
    "A pattern expression should only be used to test whether the pattern is there: behind WHERE, "
    "below AND, OR and NOT, or in exists(...). For its matches write [pattern | value]"
)


class ExpressionChecks(Names, ABC):
    """Checks expressions; queries within them are checked by a subclass."""

    @abstractmethod
    def subquery(self, query: tree.Query, scope: Scope) -> None:
        """Check the query of EXISTS {…}."""

    def expression(
        self, node: tree.Node, scope: Scope, refusal: str = HERE, *, boolean: bool = False
    ) -> None:
        """Check an expression.

        Args:
            node: The expression, or what holds some.
            scope: What is known around it.
            refusal: Why no aggregate can stand in it.
            boolean: Whether it is a condition, so that a pattern may stand for one.
        """
        match node:
            case tree.Variable(_, name):
                self.known(name, node, scope)
                if boolean and scope[name] in {NODE, RELATIONSHIP, PATH}:
                    self.refuse(f"Type mismatch: expected Boolean but was {scope[name]}", node)
            case tree.Call() | tree.CountStar():
                self._call(node, scope, refusal)
            case tree.ListComprehension(_, name, source, where, result):
                self.expression(source, scope, refusal)
                inner: Scope = {**scope, name: ANY}
                self._condition(where, inner, _PER_ITEM)
                self._all([result], inner, _PER_ITEM)
            case tree.Quantifier(_, _, name, source, where):
                self.expression(source, scope, refusal)
                self._condition(where, {**scope, name: ANY}, _PER_ITEM)
            case tree.Reduce(_, accumulator, initial, name, source, step):
                self._all([initial, source], scope, refusal)
                self.expression(step, {**scope, accumulator: ANY, name: ANY}, _PER_ITEM)
            case tree.PatternExpression(at, path):
                if path.search is None and at == path.at and not boolean:
                    self.refuse(_BARE_PATTERN, node)
                self.patterns([path], scope, inside_expression=True)
            case tree.PatternComprehension(_, path, where, result):
                inner = self.patterns([path], scope)
                self._condition(where, inner, _PER_ITEM)
                self.expression(result, inner, _PER_ITEM)
            case tree.Exists(_, query):
                self.subquery(query, scope)
            case tree.Case(_, subject, branches, otherwise):
                conditions = [condition for condition, _ in branches]
                self._all([subject, *(value for _, value in branches), otherwise], scope, refusal)
                self._all(conditions, scope, refusal, boolean=subject is None)
            case tree.Unary(_, "NOT") | tree.Binary(_, "AND" | "OR" | "XOR"):
                self._all(children(node), scope, refusal, boolean=True)
            case _:
                self._all(children(node), scope, refusal)

    def patterns(
        self,
        paths: Iterable[tree.PathPattern],
        scope: Scope,
        *,
        inside_expression: bool = False,
    ) -> Scope:
        """Check patterns and what they hold; the scope within and behind them."""
        paths = tuple(paths)
        inner = self.with_paths(paths, scope, inside_expression=inside_expression)
        for path in paths:
            for part in parts(path):
                if isinstance(part.properties, tree.Parameter):
                    name = part.properties.name
                    self.refuse(
                        "Parameter maps cannot be used in MATCH patterns; write out the keys: "
                        f"{{key: ${name}.key}}",
                        part.properties,
                    )
                if part.properties is not None:
                    self.expression(part.properties, inner)
            length = path.relationships[0].length if path.search else None
            if length is not None and (length.low or 0) > 1:
                self.refuse(
                    "shortestPath(...) does not support a minimal length different from 0 or 1",
                    length,
                )
        return inner

    def _condition(self, where: tree.Expression | None, scope: Scope, refusal: str) -> None:
        self._all([where], scope, refusal, boolean=True)

    def _all(
        self,
        nodes: Iterable[tree.Node | None],
        scope: Scope,
        refusal: str,
        *,
        boolean: bool = False,
    ) -> None:
        for node in nodes:
            if node is not None:
                self.expression(node, scope, refusal, boolean=boolean)

    def _call(self, node: tree.Call | tree.CountStar, scope: Scope, refusal: str) -> None:
        name = node.name if isinstance(node, tree.Call) else "count"
        if not is_aggregate(node):
            self._function(node)
        elif refusal:
            self.refuse(refusal.format(name=name), node)
        else:
            refusal = _WITHIN
            for below in walk(node):
                if isinstance(below, tree.Call) and below.name.lower() in RANDOM:
                    self.refuse(
                        "Can't use non-deterministic (random) functions inside of aggregate "
                        "functions.",
                        below,
                    )
        self._all(children(node), scope, refusal)

    def _function(self, node: tree.Node) -> None:
        assert isinstance(node, tree.Call)
        name = node.name.lower()
        if name not in FUNCTIONS:
            self.refuse(no_function(node.name), node)
        if node.distinct:
            self.refuse(f"Invalid use of DISTINCT with function '{node.name}'", node)
        match name, node.arguments:
            case "exists", (argument,) if not isinstance(argument, tree.Property | tree.Subscript):
                self.refuse("Argument to exists(...) is not a property or pattern", argument)
