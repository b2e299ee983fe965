"""What an expression may ask of the clause that it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlglot import exp

from connstore.cypher.expressions.entries import Entry, EntryMap
from connstore.cypher.syntax import tree
from connstore.cypher.types import NodeType, RelationshipType, Typed
from connstore.errors import CypherError


class Context(Protocol):
    """The variables of a clause, and the graph behind them."""

    def variable(self, node: tree.Variable) -> Typed:
        """The value of a variable; local ones of comprehensions included."""

    def parameter(self, node: tree.Parameter) -> Typed:
        """The value of ``$name``."""

    @property
    def in_lambda(self) -> bool:
        """Whether the expression stands in a comprehension, whose SQL can hold no SELECT."""

    @property
    def ids_are_keys(self) -> bool:
        """Whether ``id()`` is a number that the source of the graph gave."""

    def local(self, name: str, value: Typed) -> Context:
        """The context with one more variable, of a comprehension."""

    def bind(self, value: object) -> exp.Expr:
        """A placeholder for a constant."""

    def function(self, name: str) -> None:
        """Note that the statement calls a function of ``connstore.cypher.values.dynamic``."""

    def property(self, entity: Typed, key: str) -> Typed:
        """A property of a node or relationship; null of type NULL where no kind has it."""

    def properties(self, entity: Typed) -> Typed:
        """All properties of a node or relationship as a map of type ANY, without nulls."""

    def with_properties(
        self, items: Typed, asked: Sequence[tuple[str, str]]
    ) -> tuple[Typed, list[Typed]]:
        """A list of nodes or relationships made ready for a lambda.

        Args:
            items: The list.
            asked: Properties: of the entities themselves (``""``), or of the nodes that a
                relationship begins or ends at (``"s"``, ``"t"``); and their keys.

        Returns:
            The list, its items structs whose field ``e`` is the entity; and for each property the
            type and the field (``p0``, ``p1``, …) of the property, as SQL relative to nothing:
            an ``exp.Identifier`` to use behind the lambda's variable.
        """

    def labels(self, node: Typed) -> Typed:
        """Labels of a node, a list of texts."""

    def has_labels(self, node: Typed, labels: Sequence[str]) -> Typed:
        """Whether a node has all these labels."""

    def relationship_type(self, relationship: Typed) -> Typed:
        """The type of a relationship, a text."""

    def identity(self, entity: Typed) -> Typed:
        """``id(entity)``: an integer, unique among nodes or among relationships."""

    def entity(self, value: Typed, kind: type[NodeType] | type[RelationshipType]) -> Typed:
        """The node or relationship that a value of type ANY is; an error if it is none."""

    def ends(self, kinds: Iterable[int]) -> tuple[NodeType, NodeType]:
        """Types of the nodes that relationships of some kinds begin and end at."""

    def encoded(self, entity: Typed) -> exp.Expr:
        """A node or relationship as a value of type ANY, with its properties."""

    def encoded_list(self, entities: Typed) -> Typed:
        """A list of what holds nodes or relationships as a list of values of type ANY.

        Items are nodes, relationships, or maps that ``collect`` was given with these as values.
        Whoever else makes a list of what holds them inside makes values of type ANY first.
        """

    def parsed_json(self, node: tree.Expression) -> Typed | None:
        """What ``apoc.convert.fromJsonMap(node)`` gives, where the store knows it as columns."""

    def entry(self, of: EntryMap, name: Typed) -> Entry | None:
        """The entry of a map with a name, if its row is at hand."""

    def error(self, problem: str, node: tree.Node) -> CypherError:
        """The error to raise about a place in the query."""

    def subquery(
        self, node: tree.PatternExpression | tree.PatternComprehension | tree.Exists
    ) -> Typed:
        """Whether a pattern matches, the path it finds, or the list of results."""
