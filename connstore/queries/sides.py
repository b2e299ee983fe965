"""Sides of the brain: neuprint-python's own functions, where it is installed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from connstore.errors import ArgumentError
from connstore.queries.arguments import name_list
from connstore.queries.borrowed import checked_frame, upstream
from connstore.queries.wrangle import need_columns
from connstore.select.neuron_criteria import as_list, as_whole, shown


def syndist_matrix(
    syndist: pd.DataFrame,
    rois: Any = None,
    syn_columns: Any = ["pre", "post"],
    flatten_column_index: bool = False,
) -> Any:
    """Synapse counts by ROI with a row a body and the ROIs side by side.

    Args:
        syndist: The second frame of :func:`fetch_neurons`.
        rois: ROIs to keep; by default all.
        syn_columns: Counts to keep.
        flatten_column_index: Whether columns are named ``EB-pre``, rather than ``('pre', 'EB')``.

    Returns:
        A frame indexed by bodyId; 0 where there is no synapse.

    Raises:
        ArgumentError: ``syndist`` is no pandas frame, or another argument no names.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_neurons
        >>> neurons, syndist = fetch_neurons("DNa02")
        >>> syndist_matrix(syndist, ["VNC"], ["pre"]).shape
        (2, 1)
    """
    here = "syndist_matrix"
    columns = _checked_columns(here, syndist, syn_columns)
    names = None if rois is None else name_list(here, "rois", rois)
    return upstream("wrangle", here)(syndist, names, columns, flatten_column_index)


def bilateral_syndist(
    syndist: pd.DataFrame,
    bodies: Any = None,
    rois: Any = None,
    syn_columns: Any = ["pre", "post"],
) -> pd.DataFrame:
    """Synapse counts with left and right ROIs put together under names ending in ``(LR)``.

    Args:
        syndist: The second frame of :func:`fetch_neurons`.
        bodies: Bodies to keep; by default all.
        rois: ROIs to keep; by default all.
        syn_columns: Counts to keep.

    Returns:
        A frame like ``syndist``, by bodyId and ROI.

    Raises:
        ArgumentError: ``syndist`` is no pandas frame, or another argument no ids or names.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_neurons
        >>> neurons, syndist = fetch_neurons("DNa02")
        >>> any(roi.endswith("(L)") for roi in bilateral_syndist(syndist)["roi"])
        False
    """
    here = "bilateral_syndist"
    columns = _checked_columns(here, syndist, syn_columns)
    names = None if rois is None else name_list(here, "rois", rois)
    if bodies is not None:  # 0.6.4 looks for the ids among the names of the columns
        ids = [as_whole(body) for body in as_list(bodies)]
        for body in ids:
            if type(body) is not int:
                raise ArgumentError(f"{here}: bodies: {shown(body)} is no body id")
        syndist = syndist[syndist["bodyId"].isin(ids)]
    merged: pd.DataFrame = upstream("wrangle", here)(syndist, None, names, columns)
    return merged


def _checked_columns(function: str, syndist: Any, syn_columns: Any) -> list[str]:
    """The columns to keep, which the frame has.

    Raises:
        ArgumentError: It is no pandas frame, or they are no names.
        MissingColumnError: It lacks one.
    """
    names = name_list(function, "syn_columns", syn_columns)
    need_columns(syndist, ["bodyId", "roi", *names], f"{function}: syndist")
    return names


def assign_sides_in_groups(
    neurons: pd.DataFrame,
    syndist: pd.DataFrame,
    primary_rois: Any = None,
    min_pre: int = 50,
    min_post: int = 100,
    min_bias: float = 0.7,
) -> pd.DataFrame:
    """Which side each neuron is of, where all neurons of its group can be told.

    By ``somaSide``, else by the end of the instance (``_L``, ``_R``), else by where most PSDs, or
    T-bars, lie.

    Args:
        neurons: The first frame of :func:`fetch_neurons`, with ``group`` and ``somaSide``.
        syndist: The second frame.
        primary_rois: ROIs that do not overlap, to count synapses once.
        min_pre: Fewest T-bars to judge a neuron by them.
        min_post: Fewest PSDs to judge a neuron by them.
        min_bias: Least part of the synapses in left and right ROIs that is on one side.

    Returns:
        A frame indexed by bodyId: ``instanceSide``, ``preSide``, ``postSide``, ``consensusSide``
        (``L``, ``R`` or None) and ``consensusSideMethod``.

    Raises:
        MissingColumnError: A frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_neurons, fetch_primary_rois
        >>> sides = assign_sides_in_groups(*fetch_neurons("DNa02"), fetch_primary_rois())
        >>> sides.columns.tolist()[-2:]
        ['consensusSide', 'consensusSideMethod']
    """
    here = "assign_sides_in_groups"
    checked_frame(neurons, "bodyId instance group somaSide", f"{here}: neurons")
    checked_frame(syndist, "bodyId roi pre post", f"{here}: syndist")
    if primary_rois is not None:
        syndist = syndist[syndist["roi"].isin(name_list(here, "primary_rois", primary_rois))]
    # 0.6.4 fails where no count is of the left, the right or the middle; body 0 is no neuron.
    sides = pd.DataFrame({"bodyId": 0, "roi": ["(L)", "(R)", ""], "pre": 0, "post": 0})
    counts = pd.concat([syndist[sides.columns].astype(sides.dtypes), sides])
    assigned: pd.DataFrame = upstream("wrangle", here)(
        neurons, counts, None, min_pre, min_post, min_bias
    )
    return assigned
