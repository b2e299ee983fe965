"""The graph that a store shows to Cypher: kinds of nodes and relationships, as data.

A *kind* is a relation of the store whose rows are nodes or relationships of equal make. A node
is known by its kind and up to two whole numbers, a relationship by its kind and its two ends
(and a number where two of one kind may join the same ends).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sqlglot import exp

from connstore.cypher.sqlkit import words
from connstore.cypher.types import Type

#: Makes a placeholder for a value.
Bind = Callable[[object], exp.Expr]
#: What the SQL of a property reads.
Needs = Literal["nothing", "key", "scan", "search"]
#: Alias of a scan -> SQL over its columns.
OverScan = Callable[[str, Bind], exp.Expr]


class Table(Protocol):
    """A relation that can be read of fewer rows, where it is known which."""

    def narrowed(self, within: Mapping[str, Sequence[str]]) -> str:
        """The relation, as it stands in FROM.

        Args:
            within: Column -> SELECTs of the only values that matter.
        """


@dataclass(frozen=True, slots=True)
class Distinct:
    """Each combination of some columns of a relation, once; without nulls.

    Attributes:
        table: The relation.
        columns: Name here -> name there.
    """

    table: str
    columns: Mapping[str, str]

    def narrowed(self, within: Mapping[str, Sequence[str]]) -> str:
        """The relation; what is known of its rows is told before they are compared."""
        listed = ", ".join(f"{there} AS {here}" for here, there in self.columns.items())
        tests = [f"{there} IS NOT NULL" for there in self.columns.values()]
        tests += [
            f"{there} IN ({select})"
            for here, there in self.columns.items()
            for select in within.get(here, ())
        ]
        return f"(SELECT DISTINCT {listed} FROM {self.table} WHERE {' AND '.join(tests)})"


@dataclass(frozen=True, slots=True)
class PropertySource:
    """Where a property comes from.

    Attributes:
        type: Its type.
        sql: Its SQL over a scan of the kind.
        needs: What the SQL reads: ``nothing`` (it is the same for all of the kind), ``key`` (it
            is the first part of the key), ``scan`` (a column), ``search`` (other relations too).
    """

    type: Type
    sql: OverScan
    needs: Needs = "scan"


@dataclass(frozen=True, slots=True)
class Entries:
    """The rows of which a property that is a map of maps is made.

    Attributes:
        table: The relation, as it stands in FROM; a row an entry.
        key: Its columns with the key of what has the property.
        name: Its column with the entry's key.
        place: Its column by which the entries of a map are ordered.
        columns: Key in an entry -> its column.
        value: The entry as a map, by the alias of its row.
    """

    table: str
    key: tuple[str, ...]
    name: str
    place: str
    columns: Mapping[str, str]
    value: Callable[[str], exp.Expr]


@dataclass(frozen=True, slots=True)
class Subset:
    """Those nodes of a kind that carry a label which others of the kind lack.

    Attributes:
        test: Whether a node of a scan carries the label.
        table: A relation with these nodes only, if there is one.
    """

    test: OverScan
    table: str | None = None


@dataclass(frozen=True)
class NodeKind:
    """One kind of nodes.

    Attributes:
        number: Its place in the graph.
        table: The relation, as it stands in FROM.
        key: The columns that tell nodes apart.
        labels: Labels that every node carries, without the dataset's prefix.
        subsets: Labels that some nodes carry.
        all_labels: Labels of a node, a list of texts.
        property: Finds a property by its exact name.
        properties: All properties as the text of a map, without nulls.
        parsed: Properties that hold JSON which the store has as columns, parsed.
        entries: The rows of those among them that are maps of maps.
        columns: All properties but for flags, each by itself; none where only the text is known.
        roi_set: The ROI set of a node, if its ROIs are flags.
    """

    number: int
    table: str | Distinct
    key: tuple[str] | tuple[str, str]
    labels: frozenset[str]
    subsets: Mapping[str, Subset]
    all_labels: PropertySource
    property: Callable[[str], PropertySource | None]
    properties: OverScan
    parsed: Mapping[str, PropertySource] = field(default_factory=dict)
    entries: Mapping[str, Entries] = field(default_factory=dict)
    columns: Mapping[str, PropertySource] = field(default_factory=dict)
    roi_set: PropertySource | None = None


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One physical order of a kind of relationships.

    Attributes:
        table: The relation, as it stands in FROM.
        sorted_by: The end by which rows are found fast.
        ends: A label that both ends of every row carry, where the relation is so narrowed.
    """

    table: str | Distinct
    sorted_by: Literal["source", "target"]
    ends: str | None = None


@dataclass(frozen=True)
class RelationshipKind:
    """One kind of relationships.

    Attributes:
        number: Its place in the graph.
        type: Such as ``ConnectsTo``.
        source: Number of the kind of nodes it begins at.
        target: Number of the kind of nodes it ends at.
        arrangements: Relations that hold it, any of which will do; none where it is implied.
        source_key: Columns with the source's key.
        target_key: Columns with the target's key.
        id: Column that tells relationships with equal ends apart.
        companions: Columns of the target's own relation by which it is found -> columns here that
            equal them.
        source_at_hand: Other columns of the source's own relation -> columns here with the same.
        target_at_hand: The same of the target's.
        told_by: Column of the target's own relation that holds the source's key, and is enough
            to know that there is such a relationship wherever another one knows the column.
        implied: Equations between parts of the keys, such as ``("source.a", "target.a")``, that
            hold just where the relationship exists; then it has no relation of its own.
        may_dangle: Whether the source may be missing; then there is no such relationship.
        property: Finds a property by its exact name.
        properties: All properties as the text of a map, without nulls.
        parsed: As of nodes.
        entries: As of nodes.
        is_target: Whether its relation is that of its targets.
    """

    number: int
    type: str
    source: int
    target: int
    arrangements: tuple[Arrangement, ...] = ()
    source_key: tuple[str, ...] = ()
    target_key: tuple[str, ...] = ()
    id: str | None = None
    implied: tuple[tuple[str, str], ...] = ()
    companions: Mapping[str, str] = field(default_factory=dict)
    source_at_hand: Mapping[str, str] = field(default_factory=dict)
    target_at_hand: Mapping[str, str] = field(default_factory=dict)
    told_by: str | None = None
    property: Callable[[str], PropertySource | None] = lambda name: None
    properties: OverScan = lambda scan, bind: words("{}")
    parsed: Mapping[str, PropertySource] = field(default_factory=dict)
    entries: Mapping[str, Entries] = field(default_factory=dict)
    is_target: bool = False
    may_dangle: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A kind that stands for two relationships in a row, if their middle does not matter.

    Attributes:
        first: Kinds of the first relationship; it begins where the shortcut does.
        second: Kinds of the second; it ends where the shortcut does.
        kind: Number of the kind, which has no type and is met in no pattern by itself.
        apart: Kinds of relationships whose source and target always have middles of their own,
            so that two chains that end at them need share no relationship.
    """

    first: frozenset[int]
    second: frozenset[int]
    kind: int
    apart: frozenset[int]


@dataclass(frozen=True)
class Graph:
    """All kinds of a store.

    Attributes:
        nodes: By number.
        relationships: By number.
        plain_label: Takes the dataset's prefix off a label; None: every node carries it.
        dataset: neuPrint's key of the dataset.
        shortcuts: Kinds that stand for two relationships in a row.
        lacking: Labels and types that neuPrint has and the store has no tables for -> what to
            say of that.
        ids_are_keys: Whether ``id(n)`` and ``id(r)`` are numbers that the source gave.
        flags_of: The flags of the nodes in an ROI set, by its number.
    """

    nodes: tuple[NodeKind, ...]
    relationships: tuple[RelationshipKind, ...]
    plain_label: Callable[[str], str | None]
    dataset: str
    shortcuts: tuple[Shortcut, ...] = ()
    lacking: Mapping[str, str] = field(default_factory=dict)
    ids_are_keys: bool = False
    flags_of: Callable[[int], Mapping[str, bool]] = lambda roi_set: {}
