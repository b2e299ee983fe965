"""Which bodies a NeuronCriteria matches: its documented meaning as a plain Python predicate.

Written from neuprint-python's documentation and the Cypher that it sends. One documented fault is
corrected: a ``None`` in a list of values means "one of the values, or null", and is still AND-ed
with the other criteria (upstream's text lacks the parentheses).
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any

from neuprint import IsNull, NeuronCriteria, NotNull

from .bundle import Body

Test = Callable[[Body], bool]


def select(criteria: NeuronCriteria, bodies: Iterable[Body]) -> list[Body]:
    """The bodies that the criteria match, in the order given."""
    tests = list(_tests(criteria))
    return [body for body in bodies if all(test(body) for test in tests)]


def _tests(c: NeuronCriteria) -> Iterable[Test]:
    """Every condition of the criteria; all of them must hold."""
    yield lambda body: c.label in body.labels
    for attribute in c.list_props:
        if len(getattr(c, attribute)):
            name = attribute.removesuffix("_")
            yield _listed(name, getattr(c, attribute), regex=False)

    # type OR instance: the only two that are alternatives of each other
    either = [
        _listed(name, getattr(c, name), regex=c.regex)
        for name in ("type", "instance")
        if len(getattr(c, name))
    ]
    if either:
        yield lambda body: any(test(body) for test in either)

    if c.cropped is not None:
        yield lambda body: (body.get("cropped") is True) == bool(c.cropped)
    for name in ("somaLocation", "tosomaLocation", "rootLocation"):
        if getattr(c, name) is not None:
            yield _null_test(name, getattr(c, name))
    if c.soma is not None:
        yield _null_test("somaLocation", NotNull if c.soma else IsNull)
    if c.min_pre:
        yield _at_least("pre", c.min_pre)
    if c.min_post:
        yield _at_least("post", c.min_post)
    if not math.isinf(c.max_closestLandmarkDistanceMicrons):
        yield _at_most("closestLandmarkDistanceMicrons", c.max_closestLandmarkDistanceMicrons)
    yield from _roi_tests(c)


def _roi_tests(c: NeuronCriteria) -> Iterable[Test]:
    """``rois`` looks at the ROI flags, ``inputRois`` and ``outputRois`` at the roiInfo counts."""
    needed = all if c.roi_req == "all" else any
    if c.rois:
        yield lambda body: needed(body.get(roi) is True for roi in c.rois)
    if c.inputRois:
        yield lambda body: needed(
            _count(body, roi, "post") >= c.min_roi_inputs for roi in c.inputRois
        )
    if c.outputRois:
        yield lambda body: needed(
            _count(body, roi, "pre") >= c.min_roi_outputs for roi in c.outputRois
        )


def _count(body: Body, roi: str, kind: str) -> float:
    """A count of roiInfo; one that is not there is not even 0 (null >= 0 does not hold)."""
    return body.roi_info.get(roi, {}).get(kind, -math.inf)


def _null_test(name: str, wanted: type) -> Test:
    """The property is null, or is not null."""
    return lambda body: (body.get(name) is None) == (wanted is IsNull)


def _at_least(name: str, bound: float) -> Test:
    """The property is there and not below the bound."""
    return lambda body: body.get(name) is not None and body.get(name) >= bound


def _at_most(name: str, bound: float) -> Test:
    """The property is there and not above the bound."""
    return lambda body: body.get(name) is not None and body.get(name) <= bound


def _listed(name: str, values: Iterable[Any], *, regex: bool) -> Test:
    """The property is one of the values, matches one of the patterns, or is null if so asked."""
    values = list(values)
    if values == [NotNull]:
        return _null_test(name, NotNull)
    null_is_fine = any(value is None or value is IsNull for value in values)
    values = [value for value in values if value is not None and value is not IsNull]
    patterns = [re.compile(value) for value in values] if regex else []
    known = {(_kind(value), value) for value in values}

    def test(body: Body) -> bool:
        found = body.get(name)
        if found is None:
            return null_is_fine
        if regex:
            return isinstance(found, str) and any(p.fullmatch(found) for p in patterns)
        return (_kind(found), found) in known

    return test


def _kind(value: Any) -> str:
    """Cypher's ``=`` and ``in``: values of different kinds are never equal, 1 and 1.0 are."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
