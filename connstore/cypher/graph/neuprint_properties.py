"""Properties of neuPrint's nodes and relationships, as columns of a store have them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from connstore.cypher.graph.schema import Bind, OverScan, PropertySource
from connstore.cypher.sqlkit import as_sql, call, column, member, struct, typed_as, words
from connstore.cypher.types import ListOf, Scalar, Type
from connstore.sqltext import quote_name
from connstore.store.opening import Store
from connstore.store.schema import SQL_TYPES, TABLES

#: connstore's types of columns -> Cypher's.
_TYPES: dict[str, Type] = {
    "int64": Scalar.INTEGER,
    "int32": Scalar.INTEGER,
    "voxel": Scalar.FLOAT,
    "float64": Scalar.FLOAT,
    "float32": Scalar.FLOAT,
    "bool": Scalar.BOOLEAN,
    "string": Scalar.STRING,
    "point": Scalar.POINT,
    "ints": ListOf(Scalar.INTEGER),
}
_SRID = 9157

#: Labels as the source has them, in one text.
LISTED_LABELS = PropertySource(
    ListOf(Scalar.STRING),
    lambda scan, bind: call("string_split", column(scan, "labels"), words(";")),
)


def nothing(columns: Mapping[str, str]) -> str:
    """A relation without rows.

    Args:
        columns: Name -> connstore's type.
    """
    nulls = ", ".join(
        f"NULL::{SQL_TYPES[type_]} AS {quote_name(name)}" for name, type_ in columns.items()
    )
    return f"(SELECT {nulls} WHERE false)"


def relation(store: Store, table: str) -> str:
    """A table of points, without rows if the store lacks it."""
    if store.has(table):
        return table
    properties = {prop.column: prop.type for prop in store.properties(table).values()}
    return nothing({column_.name: column_.type for column_ in TABLES[table].columns} | properties)


def plain(name: str, type_: str) -> PropertySource:
    """A property that is a column."""
    cypher = _TYPES[type_]

    def sql(scan: str, bind: Bind) -> exp.Expr:
        value: exp.Expr = column(scan, name)
        match type_:
            case "int32":
                return as_sql(value, "BIGINT")
            case "float32" | "voxel":
                return as_sql(value, "DOUBLE")
            case "point":
                return _point(value, *(member(value.copy(), axis) for axis in "xyz"))
            case _:
                return value

    return PropertySource(cypher, sql)


def body_id() -> PropertySource:
    """The property that is the key of a Segment."""
    return PropertySource(Scalar.INTEGER, lambda scan, bind: column(scan, "bodyId"), "key")


def location() -> PropertySource:
    """The place of a point, from its three columns."""

    def sql(scan: str, bind: Bind) -> exp.Expr:
        return _point(column(scan, "x"), *(column(scan, axis) for axis in "xyz"))

    return PropertySource(Scalar.POINT, sql)


def _point(there: exp.Expr, *axes: exp.Expr) -> exp.Expr:
    x, y, z = (as_sql(axis, "DOUBLE") for axis in axes)
    whole = struct(x=x, y=y, z=z, srid=as_sql(exp.Literal.number(_SRID), "INTEGER"))
    return exp.Case(ifs=[exp.If(this=there.copy().is_(exp.null()).not_(), true=whole)])


def constant_text(value: str) -> OverScan:
    """A text that is the same for every row of a kind (and null where there is no row)."""
    return lambda scan, bind: words(value)


def bound(value: object, type_: Type) -> OverScan:
    """A value that is known already."""
    return lambda scan, bind: typed_as(bind(value), type_)


def type_of_meta(value: object) -> Type | None:
    """The type of a Meta property."""
    match value:
        case bool():
            return Scalar.BOOLEAN
        case int():
            return Scalar.INTEGER
        case float():
            return Scalar.FLOAT
        case str():
            return Scalar.STRING
        case list() if value:
            types = {type_of_meta(item) for item in value}
            if types == {Scalar.INTEGER, Scalar.FLOAT}:
                types = {Scalar.FLOAT}
            return ListOf(type_) if len(types) == 1 and (type_ := types.pop()) else None
        case list():
            return ListOf(Scalar.STRING)
        case _:
            return None


def has_label(label: str) -> OverScan:
    """Whether a row's labels have one among them."""

    def sql(scan: str, bind: Bind) -> exp.Expr:
        labels = call("string_split", column(scan, "labels"), words(";"))
        return call("list_contains", labels, words(label))

    return sql
