"""Kinds of fetch_paths and fetch_shortest_paths calls, each drawing its values from one dataset."""

from collections.abc import Callable
from typing import Any

import neuprint
import numpy as np
from neuprint.queries.neuroncriteria import copy_as_neuroncriteria

from .calls import NC, Call, Words, _build
from .neuron_calls import CRITERIA, Arguments, criteria


class PathCall(Call):
    """A call with intermediate criteria, to which upstream does not pass ``client=`` on."""

    def run(self, library: Any, client: Any) -> Any:
        args, kwargs = self.args, {name: _build(library, v) for name, v in self.kwargs.items()}
        inner = kwargs.get("intermediate_criteria")
        if library is neuprint and inner is not None:
            kwargs["intermediate_criteria"] = copy_as_neuroncriteria(inner, client)
        return getattr(library, self.function)(*args, **kwargs, client=client)


#: Kinds of criteria that fetch_paths takes: it refuses directed ROIs.
_INNER = sorted(
    set(CRITERIA) - {"input_rois", "output_rois", "directed_any", "directed_all", "id_only_unknown"}
)


def _ends(w: Words) -> tuple[int, int]:
    """Two different bodies, most often neurons, and such with many connections."""
    neurons = set(w.neurons)
    hubs = [body for body in w.hubs if body in neurons]
    source = w.one(hubs)
    groups = [[body for body in group if body != source] for group in (hubs, w.neurons)]
    anybody = [body for body in w.segments if body != source]
    return source, w.one(w.one(groups) or anybody)


def _inner(w: Words) -> Arguments:
    return {"intermediate_criteria": NC(**criteria(w, w.one(_INNER)))}


#: Kinds of arguments of shortest paths.
SHORTEST: dict[str, Callable[[Words], Arguments]] = {
    "plain": lambda w: {},
    "min_weight": lambda w: {"min_weight": w.weight()},
    "criteria": _inner,
    "criteria_and_weight": lambda w: {**_inner(w), "min_weight": w.weight()},
    "bare": lambda w: {"intermediate_criteria": w.one([w.ids(), w.texts("type"), w.text("type")])},
    "all_weights": lambda w: {"min_weight": 0, "intermediate_criteria": NC()},
}

#: Kinds of arguments of other paths.
LENGTHS: dict[str, Callable[[Words], Arguments]] = {
    "exact_0": lambda w: {"path_length": 0},
    "exact_1": lambda w: {"path_length": 1, "min_weight": 0},
    "exact_2": lambda w: {"path_length": 2, **_inner(w)},
    "exact_3": lambda w: {"path_length": np.int64(3)},
    "exact_4": lambda w: {"path_length": 4, **_inner(w)},
    "max_0": lambda w: {"max_path_length": 0},
    "max_1": lambda w: {"max_path_length": 1},
    "max_2": lambda w: {"max_path_length": 2, **_inner(w)},
    "max_3": lambda w: {"max_path_length": 3},
    "max_4": lambda w: {"max_path_length": 4, **_inner(w)},
}


def shortest_call(w: Words, kind: str) -> PathCall:
    """A call of either function for all shortest paths."""
    function = w.one(["fetch_paths", "fetch_shortest_paths"])
    ends = [np.int64(i) if w.one([True, False]) else i for i in _ends(w)]
    kwargs = {**SHORTEST[kind](w), "timeout": 60}
    if w.one([True, False]) and "min_weight" in kwargs:
        ends.append(kwargs.pop("min_weight"))
    return PathCall(function, list(ends), kwargs)


def length_call(w: Words, kind: str, strong: int) -> PathCall:
    """A call for paths of some lengths; longer ones along connections that are strong."""
    ends = w.one([_ends(w), _ends(w), _ends(w)[:1] * 2])
    kwargs = {**LENGTHS[kind](w), "timeout": 60}
    if kind[-1] in "34":
        kwargs["min_weight"] = strong * (int(kind[-1]) - 2) ** 2
    return PathCall("fetch_paths", list(ends), kwargs)
