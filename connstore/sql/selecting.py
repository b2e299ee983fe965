"""Selection -> SQL: the one place where "which neurons" becomes a WHERE clause."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from connstore.select.selection import (
    And,
    Compare,
    Ids,
    Intersects,
    Matches,
    Missing,
    Not,
    OneOf,
    Or,
    Predicate,
    RoiCounts,
    Selection,
    Value,
)
from connstore.sqltext import quote_name
from connstore.store.manifest import Property
from connstore.store.opening import Store

#: connstore type of a property -> Python types of the values that can equal it, as in Cypher.
_EQUAL_TO: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int64": (int, float),
    "float64": (int, float),
    "bool": (bool,),
}

#: Half a surrogate pair: Python's texts may have one, those of a store cannot.
_HALF_PAIR = re.compile("[\ud800-\udfff]")

_COMPARE = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}

_BODY_ID = Property(
    entity="neuron", name="bodyId", column="bodyId", type="int64", neo4j_type="long", ordinal=-1
)


class Binder:
    """Collects the values of one statement and hands out placeholders for them."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def bind(self, value: object) -> exp.Placeholder:
        """A placeholder such as ``$p1`` for a value."""
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def text(self, value: object) -> str:
        """The same, as SQL text."""
        return self.bind(value).sql("duckdb")


class Compiler:
    """Compiles the selections of one statement.

    Args:
        store: Whose properties and ROIs are meant.
        distinct: Gives the distinct texts of a column of ``segment``; asked only where a
            regular expression is beyond the engine's dialect.
    """

    def __init__(self, store: Store, distinct: Callable[[str], list[str]]) -> None:
        self.binder = Binder()
        self._store = store
        self._distinct = distinct

    def bodies(self, selection: Selection) -> str:
        """A SELECT of the ``bodyId`` of every selected body."""
        return f"SELECT bodyId FROM {relation('segment', selection)} WHERE {self.where(selection)}"

    def where(self, selection: Selection) -> str:
        """The condition on a row of ``segment``."""
        return self._term(selection.predicate).sql("duckdb", comments=False)

    def among(
        self, column: str, selection: Selection, *others: Selection, bodies: str | None = None
    ) -> str:
        """The condition that a column such as ``body_pre`` holds a selected body.

        Args:
            column: The column, in a view of :func:`relation`.
            selection: Which bodies it may hold.
            *others: The other selections that the view was chosen for.
            bodies: The selected bodies, where the statement has them as a relation already.
        """
        neurons_only = all(each.label == "Neuron" for each in (selection, *others))
        match selection:
            case Selection(label, And(())) if label == "Segment" or neurons_only:
                return "true"
            case Selection("Segment", And((Ids(ids),))):
                # Every body in a table is a segment: no need to look it up.
                prop = _BODY_ID.model_copy(update={"column": column})
                return self._one_of(prop, ids).sql("duckdb")
            case _:
                return f"{quote_name(column)} IN ({bodies or self.bodies(selection)})"

    def _term(self, predicate: Predicate) -> exp.Expr:
        match predicate:
            case And(terms):
                return exp.and_(*map(self._term, terms)) if terms else exp.true()
            case Or(terms):
                return exp.or_(*map(self._term, terms)) if terms else exp.false()
            case Not(term):
                return exp.not_(exp.paren(self._term(term)))
            case Ids(ids):
                return self._one_of(_BODY_ID, ids)
            case OneOf(name, values):
                return self._one_of(self._property(name), values)
            case Missing(name):
                prop = self._property(name)
                return exp.true() if prop is None else _column(prop).is_(exp.null())
            case Matches(name, _):
                return self._matches(self._property(name), predicate)
            case Compare(name, operator, number):
                prop = self._property(name)
                if prop is None or prop.type not in ("int64", "float64"):
                    return exp.false()
                return _COMPARE[operator](this=_column(prop), expression=self.binder.bind(number))
            case Intersects(rois, required):
                return self._intersects(rois, required)
            case RoiCounts():
                return self._roi_counts(predicate)

    def _property(self, name: str) -> Property | None:
        """The property of a name; None for one that no body of the store has."""
        return _BODY_ID if name == "bodyId" else self._store.properties("neuron").get(name)

    def _one_of(self, prop: Property | None, values: tuple[Value, ...]) -> exp.Expr:
        if prop is None:
            return exp.false()
        fit = _can_equal(prop.type, values)
        if not fit:
            return exp.false()
        if len(fit) == 1:
            return _column(prop).eq(self.binder.bind(fit[0]))
        return _in_list(_column(prop), self.binder.bind(fit))

    def _matches(self, prop: Property | None, predicate: Matches) -> exp.Expr:
        if prop is None or prop.type != "string":
            return exp.false()
        regex = predicate.regex
        if regex.re2 is not None and not _HALF_PAIR.search(regex.re2):
            return exp.func("regexp_full_match", _column(prop), self.binder.bind(regex.re2))
        texts = [text for text in self._distinct(prop.column) if regex.fullmatch(text)]
        return _in_list(_column(prop), self.binder.bind(texts))

    def _intersects(self, rois: frozenset[str], required: bool) -> exp.Expr:
        ids = self._roi_ids(rois)
        if required and len(ids) < len(rois):
            return exp.false()
        holds = "list_has_all" if required else "list_has_any"
        sets = (
            exp.select("roi_set_id")
            .from_("roi_set")
            .where(exp.func(holds, exp.column("roi_ids"), self.binder.bind(ids)))
        )
        return exp.column("roi_set").isin(query=sets)

    def _roi_counts(self, predicate: RoiCounts) -> exp.Expr:
        ids = self._roi_ids(predicate.rois)
        prop = self._store.properties("neuron_roi").get(predicate.count)
        needed = len(predicate.rois) if predicate.all else 1
        if prop is None or len(ids) < needed:
            return exp.false()
        reached = exp.and_(
            _in_list(exp.column("roi_id"), self.binder.bind(ids)),
            _column(prop) >= self.binder.bind(predicate.minimum),
        )
        bodies = exp.select("bodyId").from_("segment_roi").where(reached)
        if needed > 1:
            # One row a body and ROI: the number of rows is the number of ROIs.
            enough = exp.Count(this=exp.Star()).eq(self.binder.bind(needed))
            bodies = bodies.group_by("bodyId").having(enough)
        return exp.column("bodyId").isin(query=bodies)

    def _roi_ids(self, rois: frozenset[str]) -> list[int]:
        """Ids of those ROIs that some body or point lies in."""
        known = self._store.roi_ids
        return sorted(known[name] for name in rois if name in known)


def relation(table: str, *selections: Selection) -> str:
    """The view of a table for some selections: among neurons only, where all are Neurons."""
    neurons = all(selection.label == "Neuron" for selection in selections)
    return f"{table}_neuron" if neurons else table


def _can_equal(kind: str, values: tuple[Value, ...]) -> list[Any]:
    """Those of some values that a property of a type can equal, as in Cypher, ready to bind."""
    kinds = _EQUAL_TO.get(kind, ())
    is_bool = kind == "bool"
    fit: list[Any] = [v for v in values if isinstance(v, kinds) and isinstance(v, bool) == is_bool]
    if kind == "string":
        return [text for text in fit if not _HALF_PAIR.search(str(text))]
    if is_bool:
        return fit
    # Nothing stored is beyond 64 bits; NaN equals nothing, a fraction no whole number.
    numbers = [v for v in fit if isinstance(v, float) or -(2**63) <= int(v) < 2**63]
    if kind == "float64":
        return [v for v in numbers if not math.isnan(v)]
    return [int(v) for v in numbers if not isinstance(v, float) or _is_int64(v)]


def _is_int64(value: float) -> bool:
    return value.is_integer() and -(2.0**63) <= value < 2.0**63


def _column(prop: Property) -> exp.Column:
    return exp.column(prop.column, quoted=True)


def _in_list(column: exp.Column, placeholder: exp.Placeholder) -> exp.Expr:
    """Membership in a bound list: a semi-join, whatever the list's length."""
    return column.isin(query=exp.select(exp.Anonymous(this="unnest", expressions=[placeholder])))
