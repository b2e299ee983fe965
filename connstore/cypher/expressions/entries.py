"""Maps whose entries are rows of a relation: UNWIND of their keys reads these rows.

Of ``UNWIND keys(apoc.convert.fromJsonMap(n.roiInfo)) AS roi`` no map needs to be made; and
``apoc.convert.fromJsonMap(n.roiInfo)[roi].post`` behind it is a column of the row at hand.
"""

from __future__ import annotations

from sqlglot import exp

from connstore.cypher.graph.schema import Entries
from connstore.cypher.sqlkit import NULL, as_sql, column, typed_as
from connstore.cypher.types import Dictionary, Scalar, Type, Typed


class EntryMap(Typed):
    """A map; its SQL makes it.

    Attributes:
        entries: Where its entries are.
        owner: The key of the node or relationship that has it.
    """

    __slots__ = ("entries", "owner")
    entries: Entries
    owner: tuple[exp.Expr, ...]

    def __init__(
        self, sql: exp.Expr, type_: Type, entries: Entries, owner: tuple[exp.Expr, ...]
    ) -> None:
        Typed.__init__(self, sql, type_)
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "owner", owner)


class EntryNames(Typed):
    """The keys of such a map, a list; its SQL makes that.

    Attributes:
        of: The map.
    """

    __slots__ = ("of",)
    of: EntryMap

    def __init__(self, keys: Typed, of: EntryMap) -> None:
        Typed.__init__(self, keys.sql, keys.type)
        object.__setattr__(self, "of", of)


class Entry(Typed):
    """One value of such a map: a map of the counts in a row.

    Attributes:
        entries: Where it is.
        alias: The alias of its row.
    """

    __slots__ = ("alias", "entries")
    entries: Entries
    alias: str

    def __init__(self, entries: Entries, alias: str) -> None:
        Typed.__init__(self, entries.value(alias), Dictionary(Scalar.INTEGER))
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "alias", alias)

    def count(self, name: str) -> Typed:
        """One of the counts."""
        if name not in self.entries.columns:
            return Typed(typed_as(NULL.copy(), Scalar.INTEGER), Scalar.INTEGER)
        found = column(self.alias, self.entries.columns[name])
        return Typed(as_sql(found, "BIGINT"), Scalar.INTEGER)


#: Values that need no SQL of their own for as long as the SELECT that has their rows is open.
LAZY = (EntryMap, EntryNames, Entry)
