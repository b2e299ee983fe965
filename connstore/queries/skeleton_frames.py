"""Frames of skeletons: neuprint-python's own functions, where it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from connstore.queries.borrowed import borrowed, checked_frame, upstream

_NODE = "rowId x y z radius link"


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


@borrowed("skeleton")
def skeleton_swc_to_df(swc: Any) -> Any:
    """A frame of a skeleton in SWC text.

    Args:
        swc: The text, a path that ends in ``.swc``, or an open file.

    Returns:
        As :func:`fetch_skeleton` returns it.

    Raises:
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> swc = fetch_skeleton(5235447303, format="swc")
        >>> skeleton_swc_to_df(swc).equals(fetch_skeleton(5235447303))
        True
    """


@borrowed("skeleton", df=_NODE)
def skeleton_df_to_swc(df: pd.DataFrame, export_path: Any = None) -> Any:
    """SWC text of a skeleton; every node has type 0.

    Args:
        df: A skeleton, as :func:`fetch_skeleton` returns it.
        export_path: Where to write the text, too.

    Raises:
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> print(skeleton_df_to_swc(fetch_skeleton(5235447303)).splitlines()[0])
        # rowId node_type x y z radius link
    """


@borrowed("skeleton", skeleton_df=_NODE)
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
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> fragments, healed = fetch_skeleton(2**53), heal_skeleton(fetch_skeleton(2**53))
        >>> (fragments["link"] == -1).sum(), (healed["link"] == -1).sum()
        (np.int64(2), np.int64(1))
    """


@borrowed("skeleton", skeleton_df=_NODE)
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


@borrowed("skeleton", skeleton_df=_NODE)
def upsample_skeleton(skeleton_df: pd.DataFrame, max_segment_length: float) -> Any:
    """A skeleton with more nodes, so that no edge is longer than asked for.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        max_segment_length: Longest edge, in voxels.

    Returns:
        The skeleton by rowId, new nodes last; old ones keep their ids and places.

    Raises:
        MissingColumnError: The frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton
        >>> skeleton = fetch_skeleton(5235447303)
        >>> len(upsample_skeleton(skeleton, 50)) > len(skeleton)
        True
    """


@borrowed("skeleton", skeleton_df=_NODE, synapses_df="type x y z")
def attach_synapses_to_skeleton(skeleton_df: pd.DataFrame, synapses_df: pd.DataFrame) -> Any:
    """A skeleton with a further node for each synapse, hung on the node nearest to it.

    Args:
        skeleton_df: A skeleton, as :func:`fetch_skeleton` returns it.
        synapses_df: Synapses of the same body, as :func:`fetch_synapses` returns them.

    Returns:
        The nodes, then the synapses, with a categorical column ``structure``: ``neurite``,
        ``pre`` or ``post``.

    Raises:
        MissingColumnError: A frame lacks a column.
        MissingPackageError: neuprint-python is not installed.

    Example:
        >>> from connstore import fetch_skeleton, fetch_synapses
        >>> body = 5235447303
        >>> both = attach_synapses_to_skeleton(fetch_skeleton(body), fetch_synapses(body))
        >>> sorted(both["structure"].unique())
        ['neurite', 'post', 'pre']
    """
