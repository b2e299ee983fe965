"""Which connection strengths a connection function returns."""

from __future__ import annotations

import warnings
from typing import Any

from connstore.errors import ArgumentError, did_you_mean
from connstore.queries.arguments import Answering
from connstore.queries.neurons import neuron_keys
from connstore.select.neuron_criteria import as_list, shown

#: neuprint-python's weight properties, in its order.
WEIGHT_PROPERTIES = (
    "weight",
    "weightHP",
    "weightAxonAxon",
    "weightAxonDendrite",
    "weightDendriteDendrite",
    "weightDendriteAxon",
)
_BY_COMPARTMENT = frozenset(WEIGHT_PROPERTIES[2:])


def extra_weights(
    function: str, weight_props: Any, client: Answering
) -> tuple[tuple[str, ...], bool]:
    """The weights to return besides ``weight``.

    Weights by compartment are left out of datasets without compartments (which the neuron
    property ``axonOut`` tells), with a warning if they were named.

    Args:
        function: For messages.
        weight_props: None, ``'all'``, a name or names of :data:`WEIGHT_PROPERTIES`.
        client: Whose dataset.

    Returns:
        The names in canonical order, and whether all were asked for.

    Raises:
        ArgumentError: A name is no weight property.
    """
    names = as_list(weight_props)
    everything = isinstance(weight_props, str) and weight_props == "all"
    for name in names if not everything else ():
        if name not in WEIGHT_PROPERTIES:
            raise ArgumentError(
                f"{function}: weight_props: {shown(name)} is none of {list(WEIGHT_PROPERTIES)}."
                f"{did_you_mean(str(name), WEIGHT_PROPERTIES)}"
            )
    wanted = set(WEIGHT_PROPERTIES if everything else names)
    if (lacking := wanted & _BY_COMPARTMENT) and "axonOut" not in neuron_keys(client):
        wanted -= lacking
        if not everything:
            warnings.warn(
                "This dataset has no axon/dendrite compartments, so these weight_props are left "
                f"out: {sorted(lacking)}",
                stacklevel=4,
            )
    return tuple(name for name in WEIGHT_PROPERTIES[1:] if name in wanted), everything
