"""Which names are known at a place in a query, and as what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn

from connstore.cypher.syntax import tree
from connstore.errors import CypherError, did_you_mean

#: Sorts of variables, as messages call them; those of literals besides.
ANY, NODE, RELATIONSHIP = "Any", "Node", "Relationship"
RELATIONSHIPS, PATH = "List<Relationship>", "Path"

Part = tree.NodePattern | tree.RelationshipPattern

#: Name -> sort of what it names.
Scope = Mapping[str, str]

_LIST, _MAP = "List<Any>", "Map"
_LITERALS: dict[type, str] = {
    bool: "Boolean", int: "Integer", float: "Float", str: "String", tuple: _LIST
}  # fmt: skip
#: Sort that a pattern asks for -> sorts that may turn out to be it when the query runs.
_COMPATIBLE = {
    NODE: {NODE, ANY},
    RELATIONSHIP: {RELATIONSHIP, ANY},
    RELATIONSHIPS: {RELATIONSHIPS, ANY, _LIST},
}


def parts(path: tree.PathPattern) -> list[Part]:
    """The nodes and relationships of a path in the order of the text."""
    found: list[Part] = [*path.nodes, *path.relationships]
    return sorted(found, key=lambda part: part.at.start)


def sort_of(expression: tree.Expression, scope: Scope) -> str:
    """The sort of an expression's value, as far as its outermost node tells."""
    match expression:
        case tree.Variable(_, name):
            return scope.get(name, ANY)
        case tree.Literal(_, value):
            return _LITERALS.get(type(value), ANY)
        case tree.ListLiteral() | tree.ListComprehension() | tree.PatternComprehension():
            return _LIST
        case tree.MapLiteral() | tree.MapProjection():
            return _MAP
        case _:
            return ANY


class Names:
    """Looks names up in scopes and puts new ones in; errors point into a text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def refuse(self, problem: str, node: tree.Node) -> NoReturn:
        """Raise an error about a node."""
        raise CypherError(problem, self._text, node.at.start)

    def known(self, name: str, node: tree.Node, scope: Scope) -> None:
        """Check that a name is known."""
        if name not in scope:
            self.refuse(f"Variable `{name}` not defined.{did_you_mean(name, scope)}", node)

    def fresh(self, name: str, node: tree.Node, scope: Scope) -> None:
        """Check that a name is new."""
        if name in scope:
            self.refuse(f"Variable `{name}` already declared", node)

    def with_paths(
        self, paths: Iterable[tree.PathPattern], scope: Scope, *, inside_expression: bool = False
    ) -> Scope:
        """The scope within and behind patterns.

        Args:
            paths: The patterns; they share relationships of no two names.
            scope: What is known before them.
            inside_expression: Whether they stand where no new names may be.
        """
        inner = dict(scope)
        used: set[str] = set()
        for path in paths:
            if path.variable is not None:
                self.fresh(path.variable, path, inner)
                inner[path.variable] = PATH
            for part in parts(path):
                if part.variable is not None:
                    self._bind(part, part.variable, inner, known=inside_expression)
                if part.variable in used:
                    self.refuse(
                        f"Cannot use the same relationship variable '{part.variable}' for "
                        "multiple patterns",
                        part,
                    )
                if part.variable is not None and isinstance(part, tree.RelationshipPattern):
                    used.add(part.variable)
        return inner

    def _bind(self, part: Part, name: str, inner: dict[str, str], *, known: bool) -> None:
        if known and name not in inner:
            self.refuse(
                f"Variable `{name}` not defined: pattern expressions are not allowed to introduce "
                f"new variables.{did_you_mean(name, inner)}",
                part,
            )
        sort = NODE
        if isinstance(part, tree.RelationshipPattern):
            sort = RELATIONSHIP if part.length is None else RELATIONSHIPS
        found = inner.setdefault(name, sort)
        if found not in _COMPATIBLE[sort]:
            self.refuse(
                f"Type mismatch: {name} defined with conflicting type {found} (expected {sort})",
                part,
            )
