"""Frames of skeletons: neuprint-python's own functions, where it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from connstore.errors import ArgumentError
from connstore.queries.borrowed import Rule, borrowed, checked_frame, upstream
from connstore.queries.files import write_file
from connstore.select.neuron_criteria import as_list, as_whole, shown
from connstore.select.synapse_criteria import is_number

_NODE = "rowId x y z radius link"

_HAS_NODES = Rule(lambda given: len(given["skeleton_df"]) > 0, "skeleton_df has no nodes")


def _is_length(value: Any) -> bool:
    return is_number(value) and value >= 0


def _is_gap(value: Any) -> bool:
    return value is None or isinstance(value, bool) or _is_length(value)


def _one_root(given: Mapping[str, Any]) -> bool:
    ways = (given["rowId"] is not None, given["xyz"] is not None, bool(given["use_max_radius"]))
    return sum(ways) == 1


def _is_node(given: Mapping[str, Any]) -> bool:
    number = as_whole(given["rowId"])
    return type(number) is int and number != 0 and number in set(given["skeleton_df"]["rowId"])


def _is_place(value: Any) -> bool:
    places = as_list(value)
    return len(places) == 3 and all(map(is_number, places))


def skeleton_df_to_nx(
    df: pd.DataFrame,
    with_attributes: bool = True,
    directed: bool = True,
    with_distances: bool = False,
    virtual_roots: bool = False,
    root_dist: float = np.inf,
) -> Any:
    """A graph of a skeleton, with an edge from each node to its parent.

    Args:
        df: A skeleton, as :func:`fetch_skeleton` returns it.
        with_attributes: Whether nodes carry x, y, z and radius.
        directed: Whether it is a networkx.DiGraph; else a networkx.Graph.
        with_distances: Whether edges carry their length, ``distance``, in voxels.
        virtual_roots: Whether the parent of roots, -1, is a node too.
        root_dist: The ``distance`` of roots from it.

    Raises:
        ArgumentError: It is no pandas frame.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> graph = skeleton_df_to_nx(fetch_skeleton(5235447303))
        >>> graph.number_of_nodes() - graph.number_of_edges()
        1
    """
    checked_frame(df, _NODE, "skeleton_df_to_nx: df")
    convert = upstream("skeleton", "skeleton_df_to_nx")
    # 0.6.4 fails for virtual roots without distances.
    measured = with_distances or virtual_roots
    graph = convert(df, with_attributes, directed, measured, virtual_roots, root_dist)
    if measured and not with_distances:
        for *_, attributes in graph.edges(data=True):
            del attributes["distance"]
    return graph


def skeleton_swc_to_df(swc: Any) -> Any:
    """A frame of a skeleton in SWC text.

    Args:
        swc: The text, a path that ends in ``.swc``, or an open file.

    Returns:
        As :func:`fetch_skeleton` returns it.

    Raises:
        ArgumentError: It is no SWC text.
        FileNotFoundError: There is no such file.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> swc = fetch_skeleton(5235447303, format="swc")
        >>> skeleton_swc_to_df(swc).equals(fetch_skeleton(5235447303))
        True
    """
    here = "skeleton_swc_to_df"
    if not (isinstance(swc, str) or hasattr(swc, "read")):
        raise ArgumentError(
            f"{here}: swc={shown(swc)} should be SWC text, a path that ends in .swc, or a file"
        )
    try:
        frame = upstream("skeleton", here)(swc)
    except (ValueError, TypeError, OverflowError) as error:
        problem = " ".join(str(error).split())
    else:
        if isinstance(frame.index, pd.RangeIndex):
            return frame
        problem = "there are more"  # of which pandas takes the first for names of rows
    raise ArgumentError(
        f"{here}: swc should have seven numbers a line, with a blank between: {problem}"
    )


def skeleton_df_to_swc(df: pd.DataFrame, export_path: Any = None) -> Any:
    """SWC text of a skeleton; every node has type 0.

    Args:
        df: A skeleton, as :func:`fetch_skeleton` returns it.
        export_path: Where to write the text, too.

    Raises:
        MissingColumnError: The frame lacks a column.
        OutputError: The file cannot be written.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> print(skeleton_df_to_swc(fetch_skeleton(5235447303)).splitlines()[0])
        # rowId node_type x y z radius link
    """
    here = "skeleton_df_to_swc"
    checked_frame(df, _NODE, f"{here}: df")
    swc: str = upstream("skeleton", here)(df)
    if export_path:
        write_file(here, export_path, swc.encode())
    return swc


@borrowed(
    "skeleton",
    _HAS_NODES,
    Rule(
        lambda given: _is_gap(given["max_distance"]),
        "max_distance={max_distance} should be the longest gap to close, 0 or more",
    ),
    Rule(
        lambda given: given["root_parent"] is None or type(as_whole(given["root_parent"])) is int,
        "root_parent={root_parent} should be a whole number",
    ),
    skeleton_df=_NODE,
)
def heal_skeleton(
    skeleton_df: pd.DataFrame, max_distance: Any = np.inf, root_parent: int | None = None
) -> Any:
    """A skeleton whose fragments are joined where they come closest.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        max_distance: Longest gap to close, in voxels.
        root_parent: What roots have as parent; saves time where there is one root only.

    Returns:
        The skeleton with other links, by rowId where it had fragments.

    Raises:
        ArgumentError: An argument is not what it should be.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> fragments, healed = fetch_skeleton(2**53), heal_skeleton(fetch_skeleton(2**53))
        >>> (fragments["link"] == -1).sum(), (healed["link"] == -1).sum()
        (np.int64(2), np.int64(1))
    """


@borrowed(
    "skeleton",
    _HAS_NODES,
    Rule(_one_root, "give one of rowId={rowId}, xyz={xyz} and use_max_radius={use_max_radius}"),
    Rule(
        lambda given: given["rowId"] is None or _is_node(given),
        "rowId={rowId} should be that of a node of skeleton_df, which 0 never is",
    ),
    Rule(
        lambda given: given["xyz"] is None or _is_place(given["xyz"]),
        "xyz={xyz} should be a place, three numbers in voxels",
    ),
    skeleton_df=_NODE,
)
def reorient_skeleton(
    skeleton_df: pd.DataFrame,
    rowId: Any = None,  # noqa: N803 (neuPrint's name)
    xyz: Any = None,
    use_max_radius: bool = False,
) -> None:
    """Choose another root: changes ``link`` of the frame itself.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        rowId: The new root.
        xyz: Or a place in voxels: the node nearest to it is the new root.
        use_max_radius: Or whether the thickest node is.

    Raises:
        ArgumentError: An argument is not what it should be.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> skeleton = fetch_skeleton(5235447303)
        >>> reorient_skeleton(skeleton, rowId=2)
        >>> skeleton["link"].head(2).tolist()
        [2, -1]
    """


@borrowed("skeleton", df="rowId link x y z")
def calc_segment_distances(df: pd.DataFrame, root_dist: float = np.inf) -> Any:
    """The length of the edge from each node to its parent.

    Args:
        df: A skeleton, as :func:`fetch_skeleton` returns it.
        root_dist: That of roots.

    Returns:
        A float32 array, in voxels, in the order of the frame.

    Raises:
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> bool(calc_segment_distances(fetch_skeleton(5235447303), 0.0)[0] == 0)
        True
    """


@borrowed("skeleton", skeleton_df=_NODE)
def skeleton_segments(skeleton_df: pd.DataFrame) -> Any:
    """The pieces between each node and its parent, with length, mean radius and volume.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.

    Returns:
        A row for each node that has a parent: its columns, those of the parent with ``_parent``
        behind, ``length``, ``avg_radius`` (voxels) and ``volume`` (cubic voxels).

    Raises:
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> skeleton = fetch_skeleton(5235447303)
        >>> len(skeleton) - len(skeleton_segments(skeleton))
        1
    """


@borrowed(
    "skeleton",
    Rule(
        lambda given: _is_length(given["max_segment_length"]) and given["max_segment_length"] > 0,
        "max_segment_length={max_segment_length} should be a length in voxels, more than 0",
    ),
    skeleton_df=_NODE,
)
def upsample_skeleton(skeleton_df: pd.DataFrame, max_segment_length: float) -> Any:
    """A skeleton with more nodes, so that no edge is longer than asked for.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        max_segment_length: Longest edge, in voxels.

    Returns:
        The skeleton by rowId, new nodes last; old ones keep their ids and places.

    Raises:
        ArgumentError: An argument is not what it should be.
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> skeleton = fetch_skeleton(5235447303)
        >>> len(upsample_skeleton(skeleton, 50)) > len(skeleton)
        True
    """


@borrowed("skeleton", _HAS_NODES, skeleton_df=_NODE, synapses_df="type x y z")
def attach_synapses_to_skeleton(skeleton_df: pd.DataFrame, synapses_df: pd.DataFrame) -> Any:
    """A skeleton with a further node for each synapse, hung on the node nearest to it.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        synapses_df: Synapses of the same body, as :func:`fetch_synapses` returns them.

    Returns:
        The nodes, then the synapses, with a categorical column ``structure``: ``neurite``,
        ``pre`` or ``post``.

    Raises:
        ArgumentError: An argument is not what it should be.
        MissingColumnError: A frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton, fetch_synapses
        >>> body = 5235447303
        >>> both = attach_synapses_to_skeleton(fetch_skeleton(body), fetch_synapses(body))
        >>> sorted(both["structure"].unique())
        ['neurite', 'post', 'pre']
    """
