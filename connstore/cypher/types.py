"""Static types of Cypher values, and the SQL types that hold them.

A value whose type is known only when the query runs has type ``ANY``: a text, encoded as
``connstore.cypher.values.encoding`` tells. Every type has null besides its values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlglot import exp


class Scalar(Enum):
    """Types without parameters; their values are the names in messages."""

    ANY = "Any"
    NULL = "Null"
    BOOLEAN = "Boolean"
    INTEGER = "Integer"
    FLOAT = "Float"
    STRING = "String"
    POINT = "Point"


_SCALARS = {
    Scalar.ANY: "VARCHAR",
    Scalar.NULL: "INTEGER",
    Scalar.BOOLEAN: "BOOLEAN",
    Scalar.INTEGER: "BIGINT",
    Scalar.FLOAT: "DOUBLE",
    Scalar.STRING: "VARCHAR",
    Scalar.POINT: "STRUCT(x DOUBLE, y DOUBLE, z DOUBLE, srid INTEGER)",
}


@dataclass(frozen=True, slots=True)
class NodeType:
    """A node of one of some kinds (numbers of ``schema.Graph.nodes``)."""

    kinds: frozenset[int]


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """A relationship of one of some kinds (numbers of ``schema.Graph.relationships``)."""

    kinds: frozenset[int]


@dataclass(frozen=True, slots=True)
class PathType:
    """A path: its nodes and its relationships."""

    node: NodeType
    relationship: RelationshipType


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose items have one type."""

    item: Type


@dataclass(frozen=True, slots=True)
class Record:
    """A map whose keys are known; in SQL its values have the names ``f0``, ``f1`` and so on."""

    fields: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A map from any texts to values of one type."""

    value: Type


@dataclass(frozen=True, slots=True)
class Properties:
    """A whole node as an answer shows it: a struct as of a Record, its nulls to be left out.

    Attributes:
        fields: Properties and their types.
        flags: Whether a last value is the number of an ROI set, whose ROIs are flags.
    """

    fields: tuple[tuple[str, Type], ...]
    flags: bool


Type = Scalar | NodeType | RelationshipType | PathType | ListOf | Record | Dictionary

#: Kind of the node and its key; unused parts of a key are 0.
NODE_SQL = "STRUCT(k UTINYINT, a BIGINT, b BIGINT)"
#: Kind, number among relationships with equal ends, source and target.
RELATIONSHIP_SQL = f"STRUCT(k UTINYINT, id BIGINT, s {NODE_SQL}, t {NODE_SQL})"


def sql_type(type_: Type) -> str:
    """The SQL type that holds values of a type.

    Example:
        >>> sql_type(ListOf(Record((("a", Scalar.INTEGER),))))
        'STRUCT(f0 BIGINT)[]'
    """
    match type_:
        case Scalar():
            return _SCALARS[type_]
        case NodeType():
            return NODE_SQL
        case RelationshipType():
            return RELATIONSHIP_SQL
        case PathType():
            return f"STRUCT(nodes {NODE_SQL}[], relationships {RELATIONSHIP_SQL}[])"
        case ListOf(item):
            return f"{sql_type(item)}[]"
        case Record(fields):
            inner = ", ".join(f"f{i} {sql_type(type_)}" for i, (_, type_) in enumerate(fields))
            return f"STRUCT({inner})"
        case Dictionary(value):
            return f"MAP(VARCHAR, {sql_type(value)})"


@dataclass(frozen=True, slots=True)
class Typed:
    """A piece of SQL and the type of its value."""

    sql: exp.Expr
    type: Type
