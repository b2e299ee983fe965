"""Kinds of calls that return mitochondria, each drawing its values from one dataset."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .calls import Words, _arguments
from .neuron_calls import Arguments
from .synapse_calls import (
    SC,
    SYNAPSES,
    SynapseCall,
    _primary,
    connection_call,
    neurons,
)


@dataclass
class MC:
    """A MitoCriteria that is yet to be built by one library or the other."""

    arguments: Arguments

    def __repr__(self) -> str:
        return f"MC({_arguments(self.arguments)})"


class MitoCall(SynapseCall):
    """A call whose arguments may be MitoCriteria too."""

    def built(self, library: Any, client: Any) -> tuple[list[Any], Arguments]:
        args, kwargs = super().built(library, client)

        def build(value: Any) -> Any:
            if isinstance(value, MC):
                return library.MitoCriteria(**value.arguments, client=client)
            return value

        return list(map(build, args)), {name: build(value) for name, value in kwargs.items()}


def _size(w: Words) -> Any:
    return w.one([0, 1, 1000, 2000.0, 50_000, 1e5, np.int64(300_000), 10**6, 10**9, None])


def _kind(w: Words) -> str:
    return w.one(["dark", "medium", "light"])


#: One entry a kind of criterion: the arguments of a MitoCriteria.
MITOCHONDRIA: dict[str, Callable[[Words], Arguments]] = {
    "nothing": lambda w: {},
    "type": lambda w: {"mitoType": _kind(w)},
    "no_type": lambda w: {"mitoType": w.one(["", None])},
    "size": lambda w: {"size": _size(w)},
    "type_and_size": lambda w: {"mitoType": _kind(w), "size": _size(w)},
    "all_rois": lambda w: {"primary_only": False},
    "rois": lambda w: {"rois": _primary(w)},
    "one_roi_as_text": lambda w: {"rois": w.one(_primary(w))},
    "nonprimary_rois": lambda w: {
        "rois": w.some(w.nonprimary or w.rois, 1, 3),
        "primary_only": w.one([True, False]),
    },
    "everything": lambda w: {
        "rois": w.some(w.export.all_rois, 2, 12),
        "mitoType": w.one(["", None, _kind(w)]),
        "size": _size(w),
        "primary_only": w.one([True, False]),
    },
}


def _batch(w: Words) -> Arguments:
    return w.one([{"batch_size": 10**6}, {"batch_size": 10**6}, {"batch_size": 3}, {}])


def mito_call(w: Words, kind: str, *, small: bool) -> MitoCall:
    """A fetch_mitochondria call: mostly in one batch, sometimes in batches of a few bodies."""
    given: Any = MC(MITOCHONDRIA[kind](w))
    given = w.one([None, given]) if kind == "nothing" else given
    options = _batch(w)
    if w.one([True, False]):
        return MitoCall(
            "fetch_mitochondria", [neurons(w, small)], {"mito_criteria": given, **options}
        )
    return MitoCall("fetch_mitochondria", [neurons(w, small), given], options)


def closest_call(w: Words, kind: str, *, small: bool) -> MitoCall:
    """A fetch_synapses_and_closest_mitochondria call."""
    given: Any = SC(SYNAPSES[kind](w))
    given = w.one([None, given]) if kind == "nothing" else given
    function = "fetch_synapses_and_closest_mitochondria"
    return MitoCall(function, [neurons(w, small), given], _batch(w))


def pair_call(w: Words, kind: str, *, small: bool) -> MitoCall:
    """A fetch_connection_mitochondria call."""
    call = connection_call(w, kind, small=small, known=False)
    return MitoCall("fetch_connection_mitochondria", call.args, call.kwargs)


MITO_KINDS = dict.fromkeys(MITOCHONDRIA, 2)
CLOSEST_KINDS = dict.fromkeys(SYNAPSES, 1)
PAIR_KINDS = {**dict.fromkeys(SYNAPSES, 1), "min_total_weight": 2, "rois_and_weight": 1}
