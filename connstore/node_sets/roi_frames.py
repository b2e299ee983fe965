"""A frame of counts by ROI as the tables of a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import ArgumentError
from connstore.node_sets.columns import named_columns, plain_column
from connstore.sql.values import FLOATS, INTEGERS

_ID_COLUMNS = ("bodyId", "node_id")


@dataclass(frozen=True)
class RoiTables:
    """What statements read about ROIs.

    Attributes:
        roi_set: For each node its set of ROIs; null for none.
        tables: ``segment_roi`` and ``roi_set``.
        types: Name of each count -> its type; count n is column ``cn``.
        rois: Names of the ROIs, sorted; ROI n is the n-th, counted from 1.
    """

    roi_set: pa.Array
    tables: dict[str, pa.Table] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    rois: list[str] = field(default_factory=list)


def roi_tables(frame: Any, ids: pa.Array) -> RoiTables:
    """Counts by ROI of the nodes with some ids.

    Args:
        frame: With ``bodyId`` or ``node_id``, ``roi``, and a column for each count; or None.
        ids: Of the nodes.

    Raises:
        ArgumentError: The frame lacks a column, or names an ROI of a node twice.
    """
    if frame is None:
        return RoiTables(pa.nulls(len(ids), pa.int64()))
    given, _ = named_columns(frame)
    plain = {name: plain_column(values) for name, values in given.items()}
    id_column = next((name for name in _ID_COLUMNS if name in plain), None)
    if id_column is None or plain.get("roi", (None, ""))[1] != "string":
        raise ArgumentError(
            "Population: roi_counts should have a column bodyId or node_id, one roi with names, "
            f"and counts; it has {list(given)}"
        )
    nodes, roi_of = plain.pop(id_column)[0], plain.pop("roi")[0]
    rois = sorted(set(roi_of.to_pylist()) - {None})
    columns = {
        "bodyId": nodes,
        "roi_id": pc.add(pc.index_in(roi_of, value_set=pa.array(rois, pa.string())), 1),
    }
    counts = {name: each for name, each in plain.items() if each[1] in (*INTEGERS, *FLOATS)}
    columns |= {f"c{number}": array for number, (array, _) in enumerate(counts.values())}
    table = pa.table(columns)
    pairs = table.group_by(["bodyId", "roi_id"]).aggregate([]).num_rows
    if table["roi_id"].null_count or pairs < table.num_rows:
        raise ArgumentError("Population: roi_counts should have one row for a node and an ROI")
    sets = table.group_by("bodyId").aggregate([("roi_id", "list")])
    number = pa.array(range(sets.num_rows), pa.int64())
    return RoiTables(
        number.take(pc.index_in(ids, value_set=sets["bodyId"])),
        {
            "segment_roi": table,
            "roi_set": pa.table({"roi_set_id": number, "roi_ids": sets["roi_id_list"]}),
        },
        {name: kind for name, (_, kind) in counts.items()},
        rois,
    )
