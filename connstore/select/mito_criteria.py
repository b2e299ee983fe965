"""MitoCriteria: which mitochondria to return, and how to name their ROIs."""

from __future__ import annotations

import copy
import math
from typing import Any

from connstore.errors import ArgumentError, did_you_mean
from connstore.select.neuron_criteria import as_list, shown
from connstore.select.synapse_criteria import HasStore, is_number, roi_names, store_of
from connstore.store.opening import Store

_TYPES = ("dark", "medium", "light")


class MitoCriteriaError(ArgumentError, TypeError, AttributeError):
    """Something that is no MitoCriteria stands in its place."""


class MitoCriteria:
    """Which mitochondria to return, as in neuprint-python 0.6.4.

    Args:
        matchvar: Kept for scripts that pass it; it has no meaning here.
        rois: Only mitochondria in one of these ROIs, primary or not.
        mitoType: Only ``'dark'``, ``'medium'`` or ``'light'`` ones.
        size: Least size, in voxels; 0 for all.
        primary_only: Whether to name primary ROIs only. They do not overlap, so each mitochondrion
            lies in one or none; without it a mitochondrion is returned once for every ROI.
        client: Whose dataset has the ROIs; by default the default client.

    Raises:
        UnknownRoiError: A name is no ROI of the dataset.
        ArgumentError: A value is not what the argument takes.

    Example:
        >>> MitoCriteria(rois="ME(R)", size=100_000)
        MitoCriteria('m', rois=['ME(R)'], size=100000, primary_only=True)
    """

    def __init__(
        self,
        matchvar: str = "m",
        *,
        rois: Any = None,
        mitoType: str | None = None,  # noqa: N803 (the name in neuPrint)
        size: float = 0,
        primary_only: bool = True,
        client: HasStore | None = None,
    ) -> None:
        store = store_of("MitoCriteria", client)
        self.matchvar = matchvar
        self.rois: list[str] = as_list(rois)
        self.mitoType = None if isinstance(mitoType, str) and not mitoType else mitoType
        self.size = 0 if size is None else size
        self.primary_only = primary_only
        self.check(store, "MitoCriteria")

    def check(self, store: Store, function: str) -> None:
        """Check the values for a store; attributes may have been changed since they were given.

        Args:
            store: The store to be asked.
            function: For messages.

        Raises:
            UnknownRoiError, ArgumentError: A value is not valid.
        """
        known = isinstance(self.mitoType, str) and self.mitoType in _TYPES
        if self.mitoType is not None and not known:
            hint = did_you_mean(str(self.mitoType), _TYPES)
            raise ArgumentError(
                f"{function}: mitoType={shown(self.mitoType)} is none of {list(_TYPES)}.{hint}"
            )
        if not (is_number(self.size) and 0 <= self.size < math.inf):
            raise ArgumentError(
                f"{function}: size={shown(self.size)} should be a number of voxels, 0 or more"
            )
        if type(self.primary_only).__name__ not in ("bool", "bool_"):
            raise ArgumentError(
                f"{function}: primary_only={shown(self.primary_only)} should be True or False"
            )
        roi_names(self.rois, store, function)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MitoCriteria):
            return NotImplemented
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name != "matchvar" and value
        ]
        return f"MitoCriteria({', '.join([repr(self.matchvar), *given])})"


def as_mito_criteria(function: str, value: Any, client: HasStore) -> MitoCriteria:
    """Mitochondrion criteria as a function was given them, checked for its client.

    Args:
        function: For messages.
        value: MitoCriteria; None for all mitochondria.
        client: Whose dataset is asked.

    Returns:
        A copy: what was given is left alone.

    Raises:
        MitoCriteriaError: It is something else.
        UnknownRoiError, ArgumentError: A value is not valid there.

    Example:
        >>> from connstore.registry import default_client
        >>> as_mito_criteria("fetch_mitochondria", None, default_client()).size
        0
    """
    if value is None:
        return MitoCriteria(client=client)
    if not isinstance(value, MitoCriteria):
        library = type(value).__module__.split(".")[0]
        hint = " (neuprint's: take it from connstore instead)" if library == "neuprint" else ""
        raise MitoCriteriaError(
            f"{function}: mito_criteria={shown(value)} is no MitoCriteria{hint}"
        )
    criteria = copy.copy(value)
    criteria.check(client.store, function)
    criteria.rois = list(dict.fromkeys(as_list(value.rois)))
    return criteria
