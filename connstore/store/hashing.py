"""Hashes: of files (to find damage) and of content (to cite a store)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

#: Types of texts and byte strings -> the empty one.
_EMPTY: dict[pa.DataType, str | bytes] = {
    pa.string(): "",
    pa.large_string(): "",
    pa.binary(): b"",
    pa.large_binary(): b"",
}


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_sha256(path: Path) -> str:
    """The SHA-256 of what a Parquet file says, whatever its encoding or compression.

    Column by column: name, type, then for each row whether it is null, its value with
    nulls as zeros, and the lengths of texts and lists. Two files of equal rows in equal
    order have equal hashes, also when written by other versions of other programs.
    """
    parquet = pq.ParquetFile(path)
    schema = parquet.schema_arrow
    columns = {name: _ColumnHash() for name in schema.names}
    for group in range(parquet.num_row_groups):  # one by one: those of meshes are large
        for batch in parquet.iter_batches(batch_size=1 << 16, row_groups=[group]):
            for name, column in zip(schema.names, batch.columns, strict=True):
                columns[name].update(column)
    total = hashlib.sha256()
    for name in schema.names:
        total.update(f"{name}\0{schema.field(name).type}\0".encode())
        total.update(columns[name].digest())
    return total.hexdigest()


def combined_sha256(parts: Iterable[str]) -> str:
    """One SHA-256 over several texts, in order."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class _ColumnHash:
    """Running hash of one column; independent of how its rows are cut into batches."""

    def __init__(self) -> None:
        self._streams: dict[str, hashlib._Hash] = {}

    def update(self, column: pa.Array) -> None:
        for name, data in _streams("", column):
            self._streams.setdefault(name, hashlib.sha256()).update(data)

    def digest(self) -> bytes:
        total = hashlib.sha256()
        for name in sorted(self._streams):
            total.update(name.encode() + self._streams[name].digest())
        return total.digest()


def _streams(name: str, array: pa.Array) -> Iterator[tuple[str, bytes]]:
    """Cut an array into named byte streams that say all of it and nothing else."""
    if isinstance(array, pa.DictionaryArray):
        array = array.dictionary_decode()
    kind = array.type
    yield f"{name}/valid", _bytes(array.is_valid())
    if pa.types.is_struct(kind):
        for index in range(kind.num_fields):
            yield from _streams(f"{name}/{kind.field(index).name}", pc.struct_field(array, index))
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield f"{name}/length", _bytes(pc.fill_null(pc.list_value_length(array), 0))
        yield from _streams(f"{name}/item", array.flatten())
    elif (empty := _EMPTY.get(kind)) is not None:
        filled = pc.fill_null(array, empty)
        yield f"{name}/length", _bytes(pc.binary_length(filled).cast(pa.int64()))
        yield f"{name}/text", _text(filled)
    else:
        zero = pa.scalar(0).cast(kind)
        yield f"{name}/value", _bytes(pc.fill_null(array, zero))


def _text(array: pa.Array) -> bytes:
    """All texts, or byte strings, of an array without nulls, one after the other."""
    array = array.cast(pa.large_binary())
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)
    first, last = offsets[array.offset], offsets[array.offset + len(array)]
    data = array.buffers()[2]
    return b"" if data is None else data.slice(int(first), int(last - first)).to_pybytes()


def _bytes(array: pa.Array) -> bytes:
    """Little-endian values of a fixed-width array without nulls."""
    values: np.ndarray = array.to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
