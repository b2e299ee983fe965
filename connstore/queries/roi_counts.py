"""Counts by ROI: one frame with ``NotPrimary``, and roiInfo for each neuron.

Both come out of the same rows of ``segment_roi``, sorted by bodyId and roi_id; ids are in
code-point order of the names, so they sort like names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connstore.store.opening import Store

NOT_PRIMARY = "NotPrimary"


@dataclass(frozen=True)
class RoiRows:
    """Rows of ``segment_roi`` of some neurons.

    Attributes:
        store: Knows the ROIs.
        neurons: The neurons, by ``bodyId``; with their total counts.
        rows: ``bodyId``, ``roi_id`` and the counts, sorted; a null count is an absent key.
    """

    store: Store
    neurons: pa.Table
    rows: pa.Table

    def table(self, counts: Sequence[str]) -> pa.Table:
        """``bodyId, roi`` and some counts, with a row ``NotPrimary`` for each neuron.

        ``NotPrimary`` is a neuron's total less the sum over the primary ROIs. Rows are in order
        of bodyId and ROI name, rows of nothing but zeros included.
        """
        bodies = self._bodies
        roi_ids = self._roi_ids
        primary = self.store.is_primary[roi_ids]
        # 'NotPrimary' sorts among the names; the n-th of them has rank 2n.
        own_rank = 2 * bisect_left(self.store.roi_names, NOT_PRIMARY) - 1
        body = np.concatenate([self._row_bodies, bodies])
        rank = np.concatenate([2 * roi_ids, np.full(len(bodies), own_rank)])
        order = np.lexsort((rank, body))
        owner = np.searchsorted(bodies, self._row_bodies[primary])
        columns = {}
        for count in counts:
            values = _whole(self.rows, count)
            inside = np.bincount(owner, values[primary], len(bodies)).astype(np.int64)
            outside = _whole(self.neurons, count) - inside
            columns[count] = pa.array(np.concatenate([values, outside])[order])
        names = np.append(self.store.roi_names, NOT_PRIMARY)
        index = np.concatenate([roi_ids, np.full(len(bodies), len(names) - 1)])[order]
        roi = pa.DictionaryArray.from_arrays(pa.array(index), pa.array(names, pa.string()))
        return pa.table({"bodyId": body[order], "roi": roi.cast(pa.string()), **columns})

    def infos(self) -> list[dict[str, dict[str, int]]]:
        """The roiInfo of each neuron."""
        kinds = self.rows.column_names[2:]
        columns = (self.rows[kind].to_pylist() for kind in kinds)
        counts = [
            {kind: value for kind, value in zip(kinds, row, strict=True) if value is not None}
            for row in zip(*columns, strict=True)
        ] or [{} for _ in range(self.rows.num_rows)]
        names = self._names
        return [
            dict(zip(names[first:last], counts[first:last], strict=True))
            for first, last in self._slices(self._row_bodies)
        ]

    def rois_with(self, count: str) -> list[list[str]]:
        """For each neuron, the names of the ROIs where a count is not 0, sorted."""
        there = _whole(self.rows, count) != 0
        names = [name for name, is_there in zip(self._names, there, strict=True) if is_there]
        return [names[first:last] for first, last in self._slices(self._row_bodies[there])]

    @property
    def _bodies(self) -> np.ndarray:
        bodies: np.ndarray = self.neurons["bodyId"].to_numpy()
        return bodies

    @property
    def _row_bodies(self) -> np.ndarray:
        bodies: np.ndarray = self.rows["bodyId"].to_numpy()
        return bodies

    @property
    def _roi_ids(self) -> np.ndarray:
        """Positions in the list of names, one less than the ids."""
        ids: np.ndarray = self.rows["roi_id"].to_numpy().astype(np.int64)
        return ids - 1

    @property
    def _names(self) -> list[str]:
        names = self.store.roi_names
        return [names[position] for position in self._roi_ids.tolist()]

    def _slices(self, row_bodies: np.ndarray) -> Any:
        bodies = self._bodies
        first = np.searchsorted(row_bodies, bodies, "left").tolist()
        last = np.searchsorted(row_bodies, bodies, "right").tolist()
        return zip(first, last, strict=True)


def without_zero_rows(table: pa.Table, counts: Sequence[str]) -> pd.DataFrame:
    """The pandas frame, rows of nothing but zeros left out; the index keeps its gaps.

    Where no ROI has counts at all, ``bodyId`` and ``roi`` have dtype object. Both as
    neuprint-python 0.6.4 has them.
    """
    frame: pd.DataFrame = table.to_pandas()
    if (frame["roi"] == NOT_PRIMARY).all():
        frame = frame.astype({"bodyId": object, "roi": object})
    return frame.loc[any_count(table, counts)].copy()


def any_count(table: pa.Table, counts: Sequence[str]) -> np.ndarray:
    """Which rows have a count that is not 0."""
    there = np.zeros(table.num_rows, bool)
    for count in counts:
        there |= table[count].to_numpy() != 0
    return there


def _whole(table: pa.Table, count: str) -> np.ndarray:
    """A count as int64; 0 where it is null or the table has no such column."""
    if count not in table.column_names:
        return np.zeros(table.num_rows, np.int64)
    values: np.ndarray = table[count].fill_null(0).to_numpy()
    return values.astype(np.int64)
