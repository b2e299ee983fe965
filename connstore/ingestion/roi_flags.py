"""ROI membership of points, from the boolean columns of their files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connstore.ingestion.workspace import RoiSets


def roi_set_numbers(
    flags: Sequence[pa.BooleanArray], names: Sequence[str], sets: RoiSets
) -> pa.Array:
    """The number of each row's ROI combination.

    Args:
        flags: One boolean array for each ROI; null means that the point lies outside.
        names: The ROI names, as exact text: two may differ in case only.
        sets: Where combinations get their numbers.

    Returns:
        int32 array, one number a row.

    Example:
        >>> sets = RoiSets()
        >>> inside, mixed = pa.array([True, True]), pa.array([True, None])
        >>> roi_set_numbers([inside, mixed], ["AL(R)", "aL(R)"], sets).to_pylist()
        [1, 2]
    """
    rows = len(flags[0])
    met = [(name, flag) for name, flag in zip(names, flags, strict=True) if flag.true_count]
    if all(flag.true_count == rows for _, flag in met):
        # A shard of a current bundle holds the points of one combination.
        return pa.array(np.full(rows, sets.number(name for name, _ in met), np.int32))
    width = -(-len(met) // 8)
    packed = np.zeros((rows, width), np.uint8)
    for index, (_, flag) in enumerate(met):
        packed[:, index // 8] |= _bits(flag) << (index % 8)
    combinations = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), rows, [None, pa.py_buffer(packed)]
    ).dictionary_encode()
    distinct = np.frombuffer(b"".join(combinations.dictionary.to_pylist()), np.uint8)
    numbers = [
        sets.number(met[index][0] for index in np.flatnonzero(inside))
        for inside in np.unpackbits(distinct.reshape(-1, width), axis=1, bitorder="little")
    ]
    return pa.array(np.asarray(numbers, np.int32)[combinations.indices.to_numpy()])


def _bits(flag: pa.BooleanArray) -> NDArray[np.uint8]:
    """A flag as one byte a row, straight from Arrow's bitmap; null is 0."""
    known = flag.fill_null(False)
    start, stop = known.offset, known.offset + len(known)
    bitmap = np.frombuffer(known.buffers()[1], np.uint8)
    return np.unpackbits(bitmap, count=stop, bitorder="little")[start:]
