"""Selection -> SQL: the one place where "which neurons" becomes a WHERE clause."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from connstore.select.regex import Regex
from connstore.select.selection import (
    And,
    AnyElement,
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
)
from connstore.select.universe import Universe
from connstore.sql.values import (
    ELEMENTS,
    HALF_PAIR,
    Binder,
    call,
    column,
    compare,
    in_list,
    one_of,
)
from connstore.sqltext import quote_name
from connstore.store.manifest import Property

_BODY_ID = Property(
    entity="neuron", name="bodyId", column="bodyId", type="int64", neo4j_type="long", ordinal=-1
)


class Compiler:
    """Compiles the selections of one statement.

    Args:
        universe: Whose properties and ROIs are meant.
        distinct: Gives the distinct texts in a column of ``segment``, be they in lists; asked
            only where a regular expression is beyond the engine's dialect.
    """

    def __init__(self, universe: Universe, distinct: Callable[[str], list[str]]) -> None:
        self.binder = Binder()
        self._universe = universe
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
                return one_of(prop, ids, self.binder).sql("duckdb")
            case _:
                return f"{quote_name(column)} IN ({bodies or self.bodies(selection)})"

    def _term(self, predicate: Predicate, entity: str = "neuron") -> exp.Expr:
        """The condition on a row of the entity's properties."""
        match predicate:
            case And(terms):
                found = [self._term(term, entity) for term in terms]
                return exp.and_(*found, copy=False) if found else exp.true()
            case Or(terms):
                found = [self._term(term, entity) for term in terms]
                return exp.or_(*found, copy=False) if found else exp.false()
            case Not(Missing() | RoiCounts() as term):  # these are never unknown
                return exp.not_(exp.paren(self._term(term, entity)))
            case Not(term):
                return exp.not_(exp.paren(self._term(term, entity)).is_(exp.true()))
            case Ids(ids):
                return one_of(_BODY_ID, ids, self.binder)
            case Missing(name):
                prop = self._property(name, entity)
                return exp.true() if prop is None else column(prop).is_(exp.null())
            case OneOf(name) | Matches(name) | Compare(name):
                prop = self._property(name, entity)
                return exp.false() if prop is None else self._value(prop, predicate)
            case AnyElement(test):
                prop = self._property(test.name, entity)
                return exp.false() if prop is None else self._any_element(prop, test)
            case Intersects(rois, required):
                return self._intersects(rois, required)
            case RoiCounts():
                return self._roi_counts(predicate)

    def _property(self, name: str, entity: str) -> Property | None:
        """The property of a name; None for one that nothing in the store has."""
        prop = self._universe.properties(entity).get(name)
        return _BODY_ID if prop is None and name == "bodyId" else prop

    def _value(self, prop: Property, test: OneOf | Matches | Compare) -> exp.Expr:
        match test:
            case OneOf(_, values):
                return one_of(prop, values, self.binder)
            case Compare(_, operator, number):
                return compare(prop, operator, number, self.binder)
            case Matches(_, regex):
                return self._matches(prop, regex, prop.column)

    def _any_element(self, prop: Property, test: OneOf | Matches | Compare) -> exp.Expr:
        if prop.type not in ELEMENTS:
            return exp.false()
        element = prop.model_copy(update={"type": ELEMENTS[prop.type], "column": "element"})
        if isinstance(test, Matches):
            holds = self._matches(element, test.regex, prop.column)
        else:
            holds = self._value(element, test)
        each = exp.select(exp.alias_(call("unnest", column(prop)), "element"))
        return exp.Exists(this=exp.select("1").from_(each.subquery("elements")).where(holds))

    def _matches(self, prop: Property, regex: Regex, source: str) -> exp.Expr:
        """A match of a text, which comes from a column of ``segment``."""
        if prop.type != "string":
            return exp.false()
        if regex.re2 is None or HALF_PAIR.search(regex.re2):
            texts = [text for text in self._distinct(source) if regex.matches(text)]
            return in_list(column(prop), self.binder.bind(texts))
        function = "regexp_full_match" if regex.whole else "regexp_matches"
        return call(function, column(prop), self.binder.bind(regex.re2))

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
        needed = len(predicate.rois) if predicate.all else 1
        if len(ids) < needed:
            return exp.false()
        reached = exp.and_(
            in_list(exp.column("roi_id"), self.binder.bind(ids)),
            self._term(predicate.test, "neuron_roi"),
        )
        bodies = exp.select("bodyId").from_("segment_roi").where(reached)
        if needed > 1:
            # One row a body and ROI: the number of rows is the number of ROIs.
            enough = exp.Count(this=exp.Star()).eq(self.binder.bind(needed))
            bodies = bodies.group_by("bodyId").having(enough)
        return exp.column("bodyId").isin(query=bodies)

    def _roi_ids(self, rois: frozenset[str]) -> list[int]:
        """Ids of those ROIs that some body or point lies in."""
        known = self._universe.roi_ids
        return sorted(known[name] for name in rois if name in known)


def relation(table: str, *selections: Selection) -> str:
    """The view of a table for some selections: among neurons only, where all are Neurons."""
    neurons = all(selection.label == "Neuron" for selection in selections)
    return f"{table}_neuron" if neurons else table
