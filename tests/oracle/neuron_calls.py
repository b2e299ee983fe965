"""Kinds of criteria and of fetch_neurons calls, each drawing its values from one dataset."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .calls import IS_NULL, NC, NOT_NULL, Call, Words

Arguments = dict[str, Any]

#: One entry a kind of criterion: the arguments of a NeuronCriteria.
CRITERIA: dict[str, Callable[[Words], Arguments]] = {
    "nothing": lambda w: {},
    "ids": lambda w: {"bodyId": w.some(w.segments, 1, 8)},
    "ids_unknown": lambda w: {"bodyId": [*w.some(w.segments, 1, 8), w.UNKNOWN_ID]},
    "id_only_unknown": lambda w: {"bodyId": w.UNKNOWN_ID},
    "ids_neuron_label": lambda w: {"bodyId": w.some(w.segments, 2, 8), "label": "Neuron"},
    "type": lambda w: {"type": w.text("type")},
    "types": lambda w: {"type": w.texts("type", 6)},
    "type_regex": lambda w: {"type": w.pattern("type")},
    "type_regex_list": lambda w: {"type": [w.stem("type"), w.stem("type") + ".*"]},
    "type_not_regex": lambda w: {"type": w.pattern("type"), "regex": False},
    "type_forced_regex": lambda w: {"type": w.stem("type") + "(.|..)?", "regex": True},
    "type_or_null": lambda w: {"type": [None, *w.texts("type")]},
    "type_regex_or_null": lambda w: {"type": [w.stem("type") + ".*", None]},
    "type_or_isnull": lambda w: {"type": [w.text("type"), IS_NULL]},
    "type_null": lambda w: {"type": w.one([IS_NULL, [None], NOT_NULL])},
    "instance": lambda w: {"instance": w.texts("instance", 4)},
    "instance_exact": lambda w: {"instance": w.text("instance"), "regex": False},
    "instance_regex": lambda w: {"instance": w.pattern("instance")},
    "instance_null": lambda w: {"instance": w.one([IS_NULL, NOT_NULL, [None, "x"]])},
    "type_or_instance": lambda w: {"type": w.text("type"), "instance": w.texts("instance")},
    "type_or_null_instance": lambda w: {"type": w.text("type"), "instance": [None]},
    "status": lambda w: {"status": w.text("status")},
    "statuses": lambda w: {"status": w.texts("status", 4)},
    "status_or_null": lambda w: {"status": [w.text("status"), None]},
    "many_statuses_or_null": lambda w: {"status": ["a", "b", "c", None, *w.texts("status")]},
    "status_null": lambda w: {"status": w.one([IS_NULL, NOT_NULL])},
    "status_label": lambda w: {"statusLabel": [*w.texts("statusLabel"), "b", "c", "d"]},
    "cropped": lambda w: {"cropped": w.one([True, False])},
    "rois_all": lambda w: {"rois": w.some(w.rois)},
    "rois_any": lambda w: {"rois": w.some(w.rois), "roi_req": "any"},
    "roi_unused": lambda w: {"rois": w.some(w.export.all_rois), "roi_req": "any"},
    "input_rois": lambda w: {"inputRois": w.some(w.rois, 1, 2), "min_roi_inputs": _bound(w)},
    "output_rois": lambda w: {"outputRois": w.some(w.rois, 1, 2), "min_roi_outputs": _bound(w)},
    "directed_any": lambda w: {
        "inputRois": w.some(w.rois),
        "outputRois": w.some(w.rois),
        "roi_req": "any",
        "min_roi_inputs": _bound(w),
        "min_roi_outputs": _bound(w),
    },
    "directed_all": lambda w: {
        "inputRois": w.some(w.rois, 1, 1),
        "outputRois": w.some(w.rois, 1, 1),
    },
    "min_pre": lambda w: {"min_pre": _bound(w)},
    "min_post": lambda w: {"min_post": _bound(w), "label": "Segment"},
    "soma": lambda w: {"somaLocation": w.one([IS_NULL, NOT_NULL])},
    "soma_deprecated": lambda w: {"somaLocation": NOT_NULL, "soma": True},
    "other_location": lambda w: {w.one(["tosomaLocation", "rootLocation"]): IS_NULL},
    "fiber": lambda w: {"cellBodyFiber": [*w.texts("cellBodyFiber"), *w.one([[], [None]])]},
    "class_": lambda w: {"class_": w.one([w.texts("class"), IS_NULL, NOT_NULL])},
    "group": lambda w: {"group": w.texts("group", 2) if w.values("group") else 5},
    "absent_property": lambda w: {
        w.one(["hemilineage", "superclass", "tag"]): w.one([["x"], [None]])
    },
    "segments": lambda w: {"label": "Segment"},
}


def _bound(w: Words) -> int:
    return w.one([0, 1, 2, 3, 10, 50])


def criteria(w: Words, kind: str) -> Arguments:
    """The arguments of one kind."""
    return CRITERIA[kind](w)


def mixed_criteria(w: Words) -> Arguments:
    """Two to four kinds at once; ROI criteria are taken from one kind only."""
    chosen: Arguments = {}
    for kind in w.rng.sample(sorted(CRITERIA), w.rng.randint(2, 4)):
        new = criteria(w, kind)
        if not ("roi_req" in str(new) and any("ois" in name for name in chosen)):
            chosen = {**new, **chosen}
    if "rois" in chosen:  # upstream demands that rois hold the directed ones too
        directed = [*chosen.get("inputRois", []), *chosen.get("outputRois", [])]
        chosen["rois"] = sorted({*chosen["rois"], *directed})
    for bound, rois in [("min_roi_inputs", "inputRois"), ("min_roi_outputs", "outputRois")]:
        if rois not in chosen:
            chosen.pop(bound, None)
    return chosen


def bare(w: Words) -> Any:
    """What may stand in the place of a NeuronCriteria."""
    ids = w.some(w.segments, 1, 5)
    return w.one(
        [
            None,
            ids[0],
            ids,
            np.array(ids),
            np.int64(ids[0]),
            pd.DataFrame({"bodyId": ids, "x": 1}),
            pd.Series(ids),
            w.text("type"),
            w.text("instance"),
            w.texts("type") + w.texts("instance"),
            [w.text("type"), None],
            w.pattern("type"),
        ]
    )


def options(w: Words) -> Arguments:
    """The other arguments of fetch_neurons."""
    properties = sorted({k for b in w.export.neurons for k in b.properties} - {*w.export.all_rois})
    listed = w.some([p for p in properties if p != "bodyId"], 1, 6)
    w.rng.shuffle(listed)
    place = w.rng.randint(0, len(listed))
    with_id = [*listed[:place], "bodyId", *listed[place:]]
    return w.one(
        [
            {},
            {"omit_rois": True},
            {"returned_columns": "core"},
            {"returned_columns": "all", "omit_rois": True},
            {"returned_columns": "core", "omit_rois": True},
            {"returned_columns": with_id},
            {"returned_columns": [*with_id, "noSuchColumn", "inputRois"]},
            {"returned_columns": [*with_id, "roiInfo"] if "roiInfo" not in with_id else with_id},
            {"returned_columns": listed, "omit_rois": True},
            {"returned_columns": ["bodyId", "type"]},
        ]
    )


def neuron_call(w: Words, kind: str) -> Call:
    """A fetch_neurons call of one kind."""
    if kind == "bare":
        return Call("fetch_neurons", [bare(w)])
    if kind == "options":
        return Call("fetch_neurons", [NC(**criteria(w, w.one(sorted(CRITERIA))))], options(w))
    if kind == "mixed":
        return Call("fetch_neurons", [NC(**mixed_criteria(w))], options(w))
    return Call("fetch_neurons", [NC(**criteria(w, kind))])


#: Kind -> how many different draws of it are tested.
NEURON_KINDS: dict[str, int] = {**dict.fromkeys(CRITERIA, 1), "bare": 8, "options": 12, "mixed": 20}
