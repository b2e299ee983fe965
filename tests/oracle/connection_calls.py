"""Kinds of calls that return connections, each drawing its values from one dataset."""

from collections.abc import Callable
from typing import Any

from .calls import NC, NOT_NULL, Call, Words
from .neuron_calls import CRITERIA, Arguments, criteria

POLARITY = ["weightAxonAxon", "weightAxonDendrite", "weightDendriteDendrite", "weightDendriteAxon"]
WEIGHT_PROPS: list[Any] = [
    None,
    "all",
    "weight",
    "weightHP",
    ["weightHP", "weight"],
    POLARITY[:2],
    [*POLARITY, "weightHP"],
]
Sides = tuple[Any, Any]


def _segments(w: Words) -> Any:
    return NC(label="Segment")


def sides(w: Words) -> Sides:
    """Sources and targets that usually have connections between them, but not too many."""
    return w.one(
        [
            (w.ids(), None),
            (None, w.ids()),
            (w.ids(), w.ids(8)),
            (w.ids(), _segments(w)),
            (_segments(w), w.ids()),
            (w.text("type"), None),
            (None, w.texts("type", 2)),
            (w.texts("type"), NC(bodyId=w.ids())),
            (NC(type=w.pattern("type"), status="Traced"), w.ids()),
            (NC(bodyId=w.ids(), type=NOT_NULL), NC(status=w.texts("status"))),
            (NC(bodyId=[*w.hubs[:6], w.UNKNOWN_ID]), NC(bodyId=w.hubs[:12])),
        ]
    )


def criteria_sides(w: Words) -> Sides:
    """A criterion of any kind against everything, or against strong bodies."""
    kinds = sorted(set(CRITERIA) - {"nothing", "segments", "id_only_unknown"})
    one = NC(**criteria(w, w.one(kinds)))
    return w.one([(one, w.hubs[:10]), (w.hubs[:10], one)])


def _rois(w: Words, names: list[str]) -> list[str]:
    return w.some(names, 1, 3) or w.some(w.rois)


#: One entry a kind: the keyword arguments of fetch_adjacencies.
ADJACENCIES: dict[str, Callable[[Words], Arguments]] = {
    "plain": lambda w: {},
    "rois": lambda w: {"rois": _rois(w, w.primary)},
    "one_roi_as_text": lambda w: {"rois": w.one(w.primary)},
    "nonprimary": lambda w: {"include_nonprimary": True},
    "nonprimary_rois": lambda w: {
        "rois": _rois(w, w.nonprimary or w.rois),
        "include_nonprimary": True,
    },
    "min_roi_weight": lambda w: {"min_roi_weight": w.weight()},
    "min_total_weight": lambda w: {"min_total_weight": w.weight()},
    "both_minimums": lambda w: {"min_roi_weight": 2, "min_total_weight": w.weight()},
    "rois_and_minimums": lambda w: {
        "rois": _rois(w, w.primary),
        "min_roi_weight": w.one([1, 2]),
        "min_total_weight": w.weight(),
    },
    "nonprimary_and_minimums": lambda w: {
        "rois": w.one([None, _rois(w, w.rois)]),
        "include_nonprimary": True,
        "min_total_weight": w.weight(),
    },
    "omit_rois": lambda w: {"omit_rois": True},
    "omit_rois_minimum": lambda w: {"omit_rois": True, "min_total_weight": w.weight()},
    "impossible_minimum": lambda w: {"min_total_weight": 10**6, "omit_rois": w.one([True, False])},
    "impossible_roi_minimum": lambda w: {"min_roi_weight": 10**6},
    "zero_minimums": lambda w: {"min_roi_weight": 0, "min_total_weight": 0},
    "weight_props": lambda w: {"weight_props": w.one(WEIGHT_PROPS)},
    "weight_props_omit_rois": lambda w: {"weight_props": w.one(WEIGHT_PROPS), "omit_rois": True},
    "weight_props_nonprimary": lambda w: {
        "weight_props": w.one(WEIGHT_PROPS),
        "include_nonprimary": True,
    },
    "properties": lambda w: {"properties": _properties(w)},
    "batches": lambda w: {"batch_size": w.one([1, 3, 50]), "threads": w.one([1, 2])},
}


def _properties(w: Words) -> list[str]:
    names = ["type", "instance", "status", "cropped", "pre", "size", "somaLocation", "vfbId"]
    chosen = w.some(names, 0, 5)
    return w.one([chosen, ["bodyId", *chosen], [*chosen, "bodyId"]])


def adjacency_call(w: Words, kind: str) -> Call:
    """A fetch_adjacencies call of one kind."""
    if kind == "criteria":
        options = w.one([{}, {"rois": _rois(w, w.primary)}, {"omit_rois": True}])
        return Call("fetch_adjacencies", list(criteria_sides(w)), options)
    if kind == "everything":
        return Call("fetch_adjacencies", [NC(), NC()], {"include_nonprimary": w.one([True, False])})
    return Call("fetch_adjacencies", list(sides(w)), ADJACENCIES[kind](w))


ADJACENCY_KINDS: dict[str, int] = {
    **dict.fromkeys(ADJACENCIES, 2),
    "plain": 5,
    "criteria": 12,
    "everything": 1,
}

#: One entry a kind: the keyword arguments of fetch_simple_connections.
SIMPLE: dict[str, Callable[[Words], Arguments]] = {
    "plain": lambda w: {},
    "rois": lambda w: {"rois": _rois(w, w.rois)},
    "min_weight": lambda w: {"min_weight": w.weight()},
    "min_weight_zero": lambda w: {"min_weight": 0},
    "impossible_minimum": lambda w: {"min_weight": 10**6},
    "properties": lambda w: {"properties": _properties(w)},
    "roi_info": lambda w: {"properties": ["type", "roiInfo"], "min_weight": w.weight()},
    "weight_props": lambda w: {"weight_props": w.one(WEIGHT_PROPS), "min_weight": w.one([0, 1, 3])},
}


def simple_call(w: Words, kind: str) -> Call:
    """A fetch_simple_connections call of one kind."""
    if kind == "criteria":
        return Call("fetch_simple_connections", list(criteria_sides(w)))
    return Call("fetch_simple_connections", list(sides(w)), SIMPLE[kind](w))


SIMPLE_KINDS: dict[str, int] = {**dict.fromkeys(SIMPLE, 2), "plain": 4, "criteria": 8}


def common_call(w: Words, direction: str) -> Call:
    """A fetch_common_connectivity call."""
    who = w.one([w.some(w.hubs, 1, 3), w.text("type"), NC(bodyId=w.ids())])
    options = w.one(
        [{}, {"min_weight": 2}, {"properties": ["status"]}, {"weight_props": ["weight"]}]
    )
    return Call("fetch_common_connectivity", [who, direction], options)


COMMON_KINDS: dict[str, int] = {"upstream": 4, "downstream": 4}

TRACED: dict[str, Arguments] = {
    "plain": {},
    "omit_rois": {"omit_rois": True},
    "weight_props": {"weight_props": None, "batch_size": 1000},
}


def traced_call(w: Words, kind: str) -> Call:
    """A fetch_traced_adjacencies call."""
    return Call("fetch_traced_adjacencies", [], TRACED[kind])


TRACED_KINDS: dict[str, int] = dict.fromkeys(TRACED, 1)
