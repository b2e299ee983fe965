"""SynapseCriteria: which synapses of the neurons to return, and how to name their ROIs."""

from __future__ import annotations

import copy
import math
from typing import Any, Protocol

from connstore.errors import ArgumentError, UnknownRoiError, did_you_mean
from connstore.registry import default_client
from connstore.select.neuron_criteria import as_list, shown
from connstore.store.opening import Store

_TYPES = ("pre", "post")


class NonPrimaryRoiError(ArgumentError, RuntimeError):
    """ROIs that are not primary were given together with ``primary_only=True``."""


class SynapseCriteriaError(ArgumentError, TypeError, AttributeError):
    """Something that is no SynapseCriteria stands in its place."""


class HasStore(Protocol):
    """What criteria need of a client."""

    store: Store


class SynapseCriteria:
    """Which synapses to return, as in neuprint-python 0.6.4.

    Args:
        matchvar: Kept for scripts that pass it; it has no meaning here.
        rois: Only synapses in one of these ROIs.
        type: Only ``'pre'`` (T-bars) or ``'post'`` (PSDs).
        confidence: Only synapses of more than this confidence; 0 for all. By default the
            dataset's ``postHighAccuracyThreshold``. (A connection's ``weight`` counts its PSDs
            from that threshold on, so weights and numbers of synapses may differ a little.)
        primary_only: Whether to name primary ROIs only. They do not overlap, so each synapse lies
            in one or none; without it a synapse is returned once for every ROI.
        client: Whose dataset has the ROIs; by default the default client.

    Raises:
        UnknownRoiError: A name is no ROI of the dataset.
        NonPrimaryRoiError: One is not primary, but ``primary_only`` is set.
        ArgumentError: A value is not what the argument takes.

    Example:
        >>> SynapseCriteria(rois="ME(R)", type="pre")
        SynapseCriteria('s', rois=['ME(R)'], type='pre', confidence=0.5, primary_only=True)
    """

    def __init__(
        self,
        matchvar: str = "s",
        *,
        rois: Any = None,
        type: str | None = None,
        confidence: float | None = None,
        primary_only: bool = True,
        client: HasStore | None = None,
    ) -> None:
        store = store_of("SynapseCriteria", client)
        self.matchvar = matchvar
        self.rois: list[str] = as_list(rois)
        self.type = type or None
        if confidence is None:
            confidence = store.meta.get("postHighAccuracyThreshold") or 0.0
        self.confidence = confidence
        self.primary_only = primary_only
        self.check(store, "SynapseCriteria")

    def check(self, store: Store, function: str) -> None:
        """Check the values for a store; attributes may have been changed since they were given.

        Args:
            store: The store to be asked.
            function: For messages.

        Raises:
            UnknownRoiError, NonPrimaryRoiError, ArgumentError: A value is not valid.
        """
        if self.type is not None and self.type not in _TYPES:
            hint = did_you_mean(str(self.type), _TYPES)
            raise ArgumentError(
                f"{function}: type={shown(self.type)} is none of {list(_TYPES)}.{hint}"
            )
        if not is_number(self.confidence):
            raise ArgumentError(
                f"{function}: confidence={shown(self.confidence)} should be a number, 0.0 to 1.0"
            )
        if type(self.primary_only).__name__ not in ("bool", "bool_"):
            raise ArgumentError(
                f"{function}: primary_only={shown(self.primary_only)} should be True or False"
            )
        names = roi_names(self.rois, store, function)
        nonprimary = sorted(set(names) - set(store.primary_rois))
        if nonprimary and self.primary_only:
            raise NonPrimaryRoiError(
                f"{function}: {nonprimary} are not primary ROIs; give primary_only=False"
            )

    def named_rois(self, store: Store) -> list[str]:
        """The ROIs whose names the answer may have: those asked for, or all of their kind."""
        return as_list(self.rois) or (store.primary_rois if self.primary_only else store.all_rois)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SynapseCriteria):
            return NotImplemented
        return vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = [
            f"{name}={value!r}"
            for name, value in vars(self).items()
            if name != "matchvar" and value
        ]
        return f"SynapseCriteria({', '.join([repr(self.matchvar), *given])})"


def as_synapse_criteria(function: str, value: Any, client: HasStore) -> SynapseCriteria:
    """Synapse criteria as a function was given them, checked for its client.

    Args:
        function: For messages.
        value: SynapseCriteria; None for those of the dataset.
        client: Whose dataset is asked.

    Returns:
        A copy: what was given is left alone.

    Raises:
        SynapseCriteriaError: It is something else.
        UnknownRoiError, NonPrimaryRoiError, ArgumentError: A value is not valid there.

    Example:
        >>> as_synapse_criteria("fetch_synapses", None, default_client()).confidence
        0.5
    """
    if value is None:
        return SynapseCriteria(client=client)
    if not isinstance(value, SynapseCriteria):
        library = type(value).__module__.split(".")[0]
        hint = " (neuprint's: take it from connstore instead)" if library == "neuprint" else ""
        raise SynapseCriteriaError(
            f"{function}: synapse_criteria={shown(value)} is no SynapseCriteria{hint}"
        )
    criteria = copy.copy(value)
    criteria.check(client.store, function)
    criteria.rois = list(dict.fromkeys(as_list(value.rois)))
    return criteria


def store_of(criteria: str, client: Any) -> Store:
    """The store whose ROIs criteria name: the client's, by default the default client's.

    Raises:
        ArgumentError: It is no client.
    """
    client = default_client() if client is None else client
    try:
        store: Store = client.store
    except AttributeError:
        raise ArgumentError(
            f"{criteria}: client={shown(client)} is no connstore.Client; make one: "
            "connstore.Client('path/to/store')"
        ) from None
    return store


def roi_names(rois: Any, store: Store, function: str) -> list[str]:
    """ROI names as a list.

    Raises:
        ArgumentError: One is no name.
        UnknownRoiError: One is no ROI of the dataset.
    """
    names = as_list(rois)
    for name in names:
        if not isinstance(name, str):
            raise ArgumentError(f"{function}: rois: {shown(name)} is no name")
    if unknown := store.unknown_rois(set(names)):
        raise UnknownRoiError(f"{function}: unrecognized rois: {unknown}")
    return names


def is_number(value: object) -> bool:
    """Whether a value is a number (of Python or numpy) to compare with."""
    if isinstance(value, (bool, str)):
        return False
    try:
        return not math.isnan(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False
