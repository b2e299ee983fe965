"""Kinds of calls that return synapses, each drawing its values from one dataset."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .calls import NC, NOT_NULL, Call, Words, _arguments, _build
from .neuron_calls import CRITERIA, Arguments, bare, criteria


@dataclass
class SC:
    """A SynapseCriteria that is yet to be built by one library or the other."""

    arguments: Arguments

    def __repr__(self) -> str:
        return f"SC({_arguments(self.arguments)})"


class SynapseCall(Call):
    """A call whose arguments may be SynapseCriteria."""

    def built(self, library: Any, client: Any) -> tuple[list[Any], Arguments]:
        """The arguments, made with the library's own classes."""

        def build(value: Any) -> Any:
            if isinstance(value, SC):
                return library.SynapseCriteria(**value.arguments, client=client)
            return _build(library, value)

        return list(map(build, self.args)), {k: build(v) for k, v in self.kwargs.items()}

    def run(self, library: Any, client: Any) -> Any:
        args, kwargs = self.built(library, client)
        return getattr(library, self.function)(*args, **kwargs, client=client)

    @property
    def synapse_arguments(self) -> Arguments:
        """What the call says of synapses."""
        given = [v for v in (*self.args, *self.kwargs.values()) if isinstance(v, SC)]
        return given[0].arguments if given else {}


def _confidence(w: Words) -> Any:
    return w.one([0, 0.0, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.71, 0.9, np.float64(0.7), 1, 2.5])


def _primary(w: Words) -> list[str]:
    """Primary ROIs that the dataset lists as ROIs; upstream takes no others."""
    known = set(w.export.all_rois)
    return w.some([roi for roi in w.primary if roi in known], 1, 4)


#: One entry a kind of criterion: the arguments of a SynapseCriteria.
SYNAPSES: dict[str, Callable[[Words], Arguments]] = {
    "nothing": lambda w: {},
    "pre": lambda w: {"type": "pre"},
    "post": lambda w: {"type": "post"},
    "confidence": lambda w: {"confidence": _confidence(w)},
    "confidence_and_type": lambda w: {"confidence": _confidence(w), "type": w.one(["pre", "post"])},
    "everything": lambda w: {"confidence": 0, "primary_only": w.one([True, False])},
    "all_rois": lambda w: {"primary_only": False},
    "rois": lambda w: {"rois": _primary(w)},
    "one_roi_as_text": lambda w: {"rois": w.one(_primary(w))},
    "rois_type_confidence": lambda w: {
        "rois": _primary(w),
        "type": w.one(["pre", "post", None, ""]),
        "confidence": _confidence(w),
    },
    "nonprimary_rois": lambda w: {
        "rois": w.some(w.nonprimary or w.rois, 1, 3),
        "primary_only": False,
    },
    "any_rois": lambda w: {
        "rois": w.some(w.export.all_rois, 2, 12),
        "primary_only": False,
        "confidence": _confidence(w),
    },
}

#: Kinds of NeuronCriteria that do not select thousands of bodies.
_NEURONS = sorted(set(CRITERIA) - {"segments", "id_only_unknown"})
_WIDE = {"nothing", "cropped", "soma", "other_location", "class_", "absent_property"}


def neurons(w: Words, small: bool) -> Any:
    """Which neurons; a few where the dataset is large."""
    few = NC(bodyId=w.some(w.segments, 1, 25))
    if small:
        ids = w.some(w.segments, 1, 12)
        return w.one([ids, few, NC(bodyId=ids, label="Neuron"), w.segments[5], w.UNKNOWN_ID])
    kind = w.one([k for k in _NEURONS if k not in _WIDE])
    return w.one([few, NC(**criteria(w, kind)), NC(**criteria(w, kind)), bare(w), w.ids()])


def _transmitters(w: Words, known: bool) -> Arguments:
    return w.one([{}, {"nt": "max"}, {"nt": "all"}]) if known else {}


def synapse_call(w: Words, kind: str, *, small: bool, known: bool) -> SynapseCall:
    """A fetch_synapses call: mostly in one batch, sometimes in batches of a few bodies."""
    criteria_ = w.one([None, SC({})]) if kind == "nothing" else SC(SYNAPSES[kind](w))
    batch = w.one([{"batch_size": 10**6}, {"batch_size": 10**6}, {"batch_size": 3}, {}])
    options = {**batch, **_transmitters(w, known)}
    return SynapseCall("fetch_synapses", [neurons(w, small), criteria_], options)


def mean_call(w: Words, kind: str, *, small: bool, known: bool) -> SynapseCall:
    """A fetch_mean_synapses call."""
    options = w.one([{}, {"by_roi": True}, {"by_roi": False}, {"by_roi": False, "batch_size": 2}])
    return SynapseCall("fetch_mean_synapses", [neurons(w, small), SC(SYNAPSES[kind](w))], options)


def _sides(w: Words, small: bool) -> tuple[Any, Any]:
    few = w.some(w.segments, 3, 8)
    pair = w.export.edges.iloc[w.rng.randrange(len(w.export.edges))]
    if small:
        return w.one(
            [
                (int(pair["pre"]), None),
                (None, int(pair["post"])),
                (int(pair["pre"]), int(pair["post"])),
                (few, NC(label="Segment")),
                (NC(label="Segment"), few),
            ]
        )
    return w.one(
        [
            (w.ids(), None),
            (None, w.ids()),
            (int(pair["pre"]), int(pair["post"])),
            (w.ids(), NC(label="Segment")),
            (w.text("type"), None),
            (None, w.texts("type", 2)),
            (NC(bodyId=w.ids(), type=NOT_NULL), NC(status=w.texts("status"))),
            (w.hubs[:5], NC(**criteria(w, w.one(_NEURONS)))),
        ]
    )


#: Kinds of calls whose rows upstream loses where a connection's bodies fall into batches: ROIs
#: together with a least weight (applied to the ROIs too), or with a confidence below the
#: dataset's (connections that have no weight in the ROIs are not looked at).
LOSSY = frozenset({"rois_and_weight", "low_confidence", "any_rois", "rois_type_confidence"})


def connection_call(w: Words, kind: str, *, small: bool, known: bool) -> SynapseCall:
    """A fetch_synapse_connections call."""
    options = _transmitters(w, known)
    if kind == "min_total_weight":
        arguments: Arguments = {"primary_only": w.one([True, False])}
        options |= {"min_total_weight": w.weight()}
    elif kind == "impossible_weight":
        arguments = {}
        options |= {"min_total_weight": 10**6}
    elif kind == "rois_and_weight":
        arguments = {"rois": _primary(w)}
        options |= {"min_total_weight": w.weight()}
    elif kind == "low_confidence":
        arguments = {"confidence": w.one([0, 0.1, 0.3]), **w.one([{}, {"rois": _primary(w)}])}
        options |= {"min_total_weight": w.one([0, 1])}
    else:
        arguments = SYNAPSES[kind](w)
    sides = list(_sides(w, small))
    given = [SC(arguments)] if arguments else w.one([[], [None], [SC({})]])
    return SynapseCall("fetch_synapse_connections", [*sides, *given], options)


SYNAPSE_KINDS = dict.fromkeys(SYNAPSES, 2)
MEAN_KINDS = dict.fromkeys(SYNAPSES, 1)
CONNECTION_KINDS = {
    **dict.fromkeys(SYNAPSES, 1),
    "nothing": 3,
    "min_total_weight": 3,
    "impossible_weight": 1,
    "rois_and_weight": 2,
    "low_confidence": 2,
}
