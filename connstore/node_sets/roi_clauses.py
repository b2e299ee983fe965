"""The extension for ROIs: ``@roi`` and ``@roi:EB:post`` as attributes of neurons.

A neuron has a list of the ROIs it is in, and numbers for each: its counts, 0 where the ROI has
none, and ``present``, which is 1 or 0.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from connstore.errors import did_you_mean
from connstore.node_sets.errors import NodeSetError
from connstore.node_sets.syntax import EXISTS, NUMERIC_OPERATORS, REGEX, Clause, Operators, Values
from connstore.select.regex import RegexError, es5_regex
from connstore.select.selection import (
    ALL,
    NOTHING,
    And,
    Compare,
    Intersects,
    Missing,
    Not,
    OneOf,
    Predicate,
    RoiCounts,
)
from connstore.select.universe import Universe
from connstore.sql.values import FLOATS, INTEGERS

_ROI = "@roi"
_PRESENT = "present"
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


def is_roi_clause(attribute: str) -> bool:
    """Whether an attribute is one of ROIs.

    Example:
        >>> is_roi_clause("@roi"), is_roi_clause("@roi:a'L(R):pre"), is_roi_clause("roi")
        (True, True, False)
    """
    return attribute == _ROI or attribute.startswith(f"{_ROI}:")


def roi_clause(attribute: str, clause: Clause, universe: Universe) -> Predicate:
    """What a clause on such an attribute selects.

    Raises:
        NodeSetError: It cannot be asked; without the names of set and attribute.
    """
    if attribute == _ROI:
        rois = frozenset(_rois(clause, universe))
        return Intersects(rois, all=False) if rois else NOTHING
    # The name of an ROI may have colons itself.
    roi, colon, count = attribute.removeprefix(f"{_ROI}:").rpartition(":")
    known = {
        name: prop.type
        for name, prop in universe.properties("neuron_roi").items()
        if prop.type in (*INTEGERS, *FLOATS)
    }
    if not colon or (count != _PRESENT and count not in known):
        counts = [_PRESENT, *known]
        problem = f"it should be @roi:ROI:COUNT, with a count out of {counts}."
        raise NodeSetError("unknown_attribute", problem + did_you_mean(count, counts))
    _check_rois({roi}, universe)
    tests = _number_tests(count, known.get(count, "int64"), clause)
    if count == _PRESENT:
        inside = Intersects(frozenset([roi]), all=True)
        if _holds(clause, 1):
            return ALL if _holds(clause, 0) else inside
        return Not(inside) if _holds(clause, 0) else NOTHING
    if not _holds(clause, 0):
        return RoiCounts(frozenset([roi]), And(tests), all=True)
    # What is not there counts as 0, which is fine: all but those whose count is not.
    fails = And((Not(Missing(count)), Not(And(tests))))
    return Not(RoiCounts(frozenset([roi]), fails, all=True))


def _rois(clause: Clause, universe: Universe) -> set[str]:
    """The ROIs of which one is asked for."""
    if isinstance(clause, Values):
        rois = {value for value in clause.values if isinstance(value, str)}
        if not rois:
            raise NodeSetError("type_mismatch", "it has names of ROIs, which are texts")
        _check_rois(rois, universe)
        return rois
    found = set(universe.all_rois)
    for name, operand in clause.tests:
        if name != REGEX:
            raise NodeSetError("type_mismatch", f"{name} cannot be asked of names of ROIs")
        try:
            regex = es5_regex(str(operand))
        except RegexError as error:
            raise NodeSetError("bad_regex", str(error)) from None
        found = {roi for roi in found if regex.matches(roi)}
    return found


def _check_rois(rois: set[str], universe: Universe) -> None:
    if unknown := universe.unknown_rois(rois):
        raise NodeSetError("unknown_roi", f"unrecognized ROIs: {unknown}")


def _number_tests(count: str, kind: str, clause: Clause) -> tuple[Predicate, ...]:
    if isinstance(clause, Operators):
        for name, _ in clause.tests:
            if name in (REGEX, EXISTS):
                raise NodeSetError("type_mismatch", f"{name} cannot be asked of a count")
        return tuple(
            Compare(count, NUMERIC_OPERATORS[name], number)  # type: ignore[arg-type]
            for name, number in clause.tests
        )
    if isinstance(clause.values[0], str):
        raise NodeSetError("type_mismatch", f"it is a number, and {clause.values[0]!r} is none")
    if kind in FLOATS:
        problem = "it has fractions, which are never compared for equality; use $gte, $lte"
        raise NodeSetError("float_equality", problem)
    return (OneOf(count, tuple(map(int, clause.values))),)


def _holds(clause: Clause, number: int) -> bool:
    """Whether a number satisfies the clause."""
    if isinstance(clause, Values):
        return number in clause.values
    return all(_HOLDS[name](number, operand) for name, operand in clause.tests)
