"""Anything that names neurons -> NeuronCriteria, or a set of neurons -> Selection."""

from __future__ import annotations

import copy
import math
import re
from typing import Any

from connstore.errors import ArgumentError, UnknownPropertyError, UnknownRoiError, did_you_mean
from connstore.select.neuron_criteria import NeuronCriteria, as_list, shown
from connstore.select.nulls import IsNull, NotNull
from connstore.select.regex import java_regex
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
)
from connstore.select.universe import Selecting, Universe

#: Characters that make a regular expression more than a name.
_SYNTAX = re.compile(r"[\\^$.|?*+()\[{]")

#: Fields that are no property to compare with values.
_SPECIAL = frozenset(
    {
        "matchvar", "client", "label", "regex", "bodyId", "type", "instance",
        "rois", "inputRois", "outputRois", "roi_req", "min_roi_inputs", "min_roi_outputs",
        "min_pre", "min_post", "cropped", "soma", "somaLocation", "tosomaLocation",
        "rootLocation", "max_closestLandmarkDistanceMicrons",
    }
)  # fmt: skip

#: neuPrint's property names: a store may lack them, then no body has them.
KNOWN_PROPERTIES = (
    (frozenset(NeuronCriteria.model_fields) - _SPECIAL - {"class_"})
    | {"class", "bodyId", "type", "instance", "cropped", "size", "roiInfo", "mito", "soma"}
    | {"pre", "post", "upstream", "downstream", "synweight", "somaRadius"}
    | {"somaLocation", "tosomaLocation", "rootLocation", "closestLandmarkDistanceMicrons"}
)


#: What every function that takes neurons works with.
Neurons = NeuronCriteria | Selecting


class CriteriaError(ArgumentError, RuntimeError):
    """Something from which no neuron criteria can be made."""


def as_criteria(value: Any, client: object = None) -> Neurons:
    """Criteria from whatever a function was given (neuprint-python's rules).

    Args:
        value: Criteria; None for all neurons; a body id or several (list, array, Series, or
            a pandas, polars or Arrow frame with a column ``bodyId``); a name or several, which
            may be of types or instances; a node set.
        client: Put into the criteria, where given.

    Returns:
        New criteria; what was given is left alone. A node set is returned as it is.

    Raises:
        CriteriaError: Nothing can be made of it.

    Example:
        >>> as_criteria([1, 2]).label, as_criteria("KC.*").regex
        ('Segment', True)
    """
    if isinstance(value, NeuronCriteria):
        criteria = copy.copy(value)
        if client is not None:
            criteria.client = client
        return criteria
    if isinstance(value, Selecting):
        return value
    if value is None:
        return NeuronCriteria(client=client)
    if type(value).__module__.startswith("neuprint."):
        raise CriteriaError(
            f"This {type(value).__name__} is neuprint's: take NeuronCriteria from connstore instead"
        )
    if hasattr(type(value), "collect"):  # a polars LazyFrame
        value = value.collect()
    if hasattr(type(value), "columns"):  # of the type: a Series may have an entry of that name
        names = list(value.column_names if hasattr(type(value), "column_names") else value.columns)
        if "bodyId" not in names:
            raise CriteriaError(f"The frame has no column 'bodyId'; it has {shown(names)}")
        return NeuronCriteria(bodyId=value["bodyId"], client=client)
    if hasattr(type(value), "materialize"):  # NodeSets, which iterate over names as types would
        raise CriteriaError(f"{shown(value)} are all node sets of a file: take node_sets['name']")
    items = as_list(value)
    kinds = {type(item) for item in items if item is not None}
    if kinds == {int}:
        return NeuronCriteria(bodyId=items, client=client)
    if kinds and all(issubclass(kind, str) for kind in kinds):
        return NeuronCriteria(type=items, instance=items, client=client)
    raise CriteriaError(
        f"No criteria can be made of {shown(value)}: give body ids, names of types or instances, a "
        "frame with a column bodyId, NeuronCriteria(...), or a node set such as node_sets['name']."
    )


def lower(criteria: Neurons, store: Universe) -> Selection:
    """The selection that criteria, or a set of neurons, mean on a store.

    Rules: neuprint-python 0.6.4, except that None in a list stays AND-ed with the other fields,
    and the secondary type fields take regular expressions, both as upstream documents it.

    Raises:
        UnknownRoiError: A name is no ROI of the dataset.
        UnknownPropertyError: A field is neither neuPrint's nor the store's.
    """
    if isinstance(criteria, Selecting):
        return criteria.selection(store)
    for what in ("inputRois", "outputRois", "rois"):
        if unknown := store.unknown_rois(getattr(criteria, what)):
            raise UnknownRoiError(f"NeuronCriteria: unrecognized {what}: {unknown}")
    terms: list[Predicate] = []
    if criteria.bodyId:
        terms.append(_values("bodyId", criteria.bodyId))
    names = [
        _texts(name, getattr(criteria, name), criteria.regex is True)
        for name in ("type", "instance")
        if getattr(criteria, name)
    ]
    if names:
        terms.append(Or(tuple(names)))
    terms += _property_terms(criteria, store)
    if criteria.cropped is not None:
        said = OneOf("cropped", (criteria.cropped,))
        terms.append(said if criteria.cropped else Or((said, Missing("cropped"))))
    if criteria.soma is not None:
        terms.append(Not(Missing("somaLocation")) if criteria.soma else Missing("somaLocation"))
    for name in ("somaLocation", "tosomaLocation", "rootLocation"):
        if (mark := getattr(criteria, name)) is not None:
            terms.append(Missing(name) if mark is IsNull else Not(Missing(name)))
    for name in ("pre", "post"):
        if minimum := getattr(criteria, f"min_{name}"):
            terms.append(Compare(name, ">=", minimum))
    distance = criteria.max_closestLandmarkDistanceMicrons
    if distance != math.inf:
        terms.append(Compare("closestLandmarkDistanceMicrons", "<=", distance))
    terms += _roi_terms(criteria)
    return Selection(criteria.label or "Neuron", And(tuple(terms)))


def known_property(name: str, store: Universe, where: str) -> str:
    """Check that a name is a property of neuPrint or of the store.

    Raises:
        UnknownPropertyError: It is neither; with hints.
    """
    properties = store.properties("neuron")
    if name not in properties and name not in KNOWN_PROPERTIES:
        raise UnknownPropertyError(
            f"{where}: {store.dataset} has no property {name!r}."
            f"{did_you_mean(name, {*properties, *KNOWN_PROPERTIES})}"
        )
    return name


def _property_terms(criteria: NeuronCriteria, store: Universe) -> list[Predicate]:
    """Terms for the fields that list values of a property."""
    terms = []
    for field, values in criteria:
        if field in _SPECIAL or not values:
            continue
        name = "class" if field == "class_" else known_property(field, store, "NeuronCriteria")
        if name == "roiInfo":
            raise ArgumentError(
                "NeuronCriteria: roiInfo is no value to compare; use rois, inputRois or outputRois"
            )
        regex = criteria.regex is True and field in criteria.REGEX_FIELDS
        terms.append(_texts(name, values, regex))
    return terms


def _roi_terms(criteria: NeuronCriteria) -> list[Predicate]:
    required = criteria.roi_req == "all"
    terms: list[Predicate] = []
    if criteria.rois:
        terms.append(Intersects(frozenset(criteria.rois), required))
    for rois, count, minimum in (
        (criteria.inputRois, "post", criteria.min_roi_inputs),
        (criteria.outputRois, "pre", criteria.min_roi_outputs),
    ):
        if rois:
            terms.append(RoiCounts(frozenset(rois), Compare(count, ">=", minimum), required))
    return terms


def _texts(name: str, values: list[Any], regex: bool) -> Predicate:
    """Values of a property; texts may be regular expressions, of which one must match."""
    patterns = [value for value in values if isinstance(value, str) and _SYNTAX.search(value)]
    if not (regex and patterns) or NotNull in values:
        return _values(name, values)
    found = frozenset(patterns)
    whole = patterns[0] if len(patterns) == 1 else "|".join(f"({p})" for p in patterns)
    others = [value for value in values if value not in found]
    match = Matches(name, java_regex(whole))
    return Or((match, _values(name, others))) if others else match


def _values(name: str, values: list[Any]) -> Predicate:
    """Values of a property, with the markers for missing and present."""
    if NotNull in values:
        if len(values) > 1:
            raise ArgumentError(
                f"NeuronCriteria: {name}: NotNull cannot be combined with other values"
            )
        return Not(Missing(name))
    present = tuple(value for value in values if value not in (None, IsNull))
    term: Predicate = Ids(present) if name == "bodyId" else OneOf(name, present)
    if len(present) == len(values):
        return term
    return Or((term, Missing(name))) if present else Missing(name)
