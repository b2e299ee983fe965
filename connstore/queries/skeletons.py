"""Skeletons of bodies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError, BodyIdError, NotStoredError
from connstore.queries.arguments import Answering, answered, checked_choice
from connstore.queries.files import write_file
from connstore.queries.skeleton_frames import (
    calc_segment_distances,
    heal_skeleton,
    skeleton_df_to_nx,
    skeleton_df_to_swc,
)
from connstore.select.neuron_criteria import shown
from connstore.sql.statement import Statement

_COLUMNS = ["rowId", *"xyz", "radius", "link"]
#: Types that neuprint-python gives the columns.
_DTYPES = dict.fromkeys(("rowId", "link"), "int32") | dict.fromkeys((*"xyz", "radius"), "float32")


@answered
def fetch_skeleton(
    body: Any,
    heal: bool | float = False,
    export_path: str | Path | None = None,
    format: str = "pandas",
    with_distances: bool = False,
    *,
    client: Answering | None = None,
) -> Any:
    """The skeleton of a neuron or of any other body.

    Args:
        body: Its id.
        heal: Whether to join the fragments of a broken skeleton into one tree
            (:func:`heal_skeleton`); a number is the longest gap to close, in voxels.
        export_path: Where to write the skeleton as an SWC file, whatever the format.
        format: ``'pandas'`` (the client's kind of frame), ``'swc'`` (text) or ``'nx'`` (a
            networkx.DiGraph, :func:`skeleton_df_to_nx`).
        with_distances: Whether to add the length of the edge from each node to its parent, after
            healing; for frames and graphs.
        client: By default the default client.

    Returns:
        A row a node in the order of the file that was ingested: ``rowId`` and ``link`` (its
        parent; -1: a root) int32, ``x``, ``y``, ``z``, ``radius`` float32 in voxels, and with
        ``with_distances`` ``distance`` float32, infinite at roots. (polars and Arrow frames have
        the store's float64, unless the skeleton is healed or has distances.) Or SWC text: the
        numbers are those of the file, comments are not kept.

        ``heal``, ``with_distances`` and ``'nx'`` need neuprint-python, which does that work:
        ``pip install 'connstore[neuprint]'``.

    Raises:
        BodyIdError: The body is no whole number.
        ArgumentError: Another argument has a value that it cannot have.
        MissingTableError: The store has no skeletons.
        NotStoredError: It has none of this body.
        OutputError: The file cannot be written.
        MissingPackageError: neuprint-python is needed and not installed.

    Example:
        >>> fetch_skeleton(5235447303)[["rowId", "link"]].head(3).values.tolist()
        [[1, -1], [2, 1], [3, 2]]
    """
    assert client is not None
    here = "fetch_skeleton"
    number = _body_id(here, body)
    checked_choice(here, "format", format, ("swc", "pandas", "nx"))
    if with_distances and format == "swc":
        raise ArgumentError(f"{here}: with_distances=True needs format='pandas' or 'nx'")
    gap = _checked_gap(here, heal)
    nodes = _nodes(here, number, client)
    table = nodes.select(_COLUMNS)
    frame = table.to_pandas().astype(_DTYPES)
    if gap:
        frame = heal_skeleton(frame, gap, -1)
    if format == "swc" or export_path:
        swc = skeleton_df_to_swc(frame) if gap else _swc(nodes)
        if export_path:
            write_file(here, export_path, swc.encode())
        if format == "swc":
            return swc
    if format == "nx":
        return skeleton_df_to_nx(frame, with_distances=with_distances)
    if with_distances:
        frame["distance"] = calc_segment_distances(frame)
    if gap or with_distances:
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    return client.frame(table, lambda _: frame)


def _body_id(function: str, body: Any) -> int:
    """A body id, also as a text of digits, as neuprint-python takes it.

    Raises:
        BodyIdError: It is none.
    """
    whole = isinstance(body, int | np.integer) and not isinstance(body, bool)
    exact = isinstance(body, float | np.floating) and body.is_integer() and float(body) < 2**53
    digits = isinstance(body, str) and re.fullmatch(r"\s*-?[0-9]+\s*", body)
    if not (whole or exact or digits):
        raise BodyIdError(f"{function}: body={shown(body)} should be a body id, a whole number")
    return int(body)


def _checked_gap(function: str, heal: Any) -> bool | float:
    """The longest gap to close; False for healing nothing.

    Raises:
        ArgumentError: It is neither a boolean nor a length.
    """
    if isinstance(heal, bool | np.bool_):
        return bool(heal)
    if isinstance(heal, int | float | np.integer | np.floating) and heal >= 0:
        return float(heal)
    raise ArgumentError(
        f"{function}: heal={shown(heal)} should be True, False or the longest gap to close"
    )


def _nodes(function: str, body: int, client: Answering) -> pa.Table:
    """All that the store has of the nodes of a skeleton, in the file's order.

    Raises:
        MissingTableError: The store has no skeletons.
        NotStoredError: It has none of this body.
    """
    client.store.require("skeleton")
    sql = """
        SELECT rowId, node_type, x, y, z, radius, link
        FROM skeleton WHERE bodyId = $body ORDER BY ordinal
    """
    in_range = abs(body) < 2**63
    nodes = client.run(Statement(sql, {"body": body if in_range else None}))
    if nodes.num_rows == 0:
        raise NotStoredError(f"{function}: the store has no skeleton of body {body}")
    return nodes


def _swc(nodes: pa.Table) -> str:
    """SWC text with a line that names the columns, as neuprint-python writes it."""
    frame: pd.DataFrame = nodes.to_pandas()
    return "# " + str(frame.to_csv(sep=" ", index=False, lineterminator="\n"))
