"""Datasets of HDF5 files as Arrow arrays, read in pieces, with the place of whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connstore.errors import IngestError

#: Rows that lie this many times wider apart than they are many are still read in one piece.
_SPARSE = 8


def h5py() -> Any:
    """The package h5py.

    Raises:
        IngestError: It is not installed.
    """
    try:
        import h5py as package
    except ImportError:
        raise IngestError(
            "SONATA circuits are HDF5 files; reading them needs h5py: "
            "pip install 'connstore[sonata]'"
        ) from None
    return package


def open_hdf5(path: Path, name: str) -> Any:
    """An HDF5 file, open for reading.

    Raises:
        IngestError: It is none, or cannot be read.
    """
    try:
        return h5py().File(path, "r")
    except OSError as error:
        raise IngestError(f"it cannot be read as HDF5: {error}", file=name) from None


def child(group: Any, key: str, file: str) -> Any:
    """A group or dataset in a group.

    Raises:
        IngestError: It is not there, or is a link to what is not there.
    """
    try:
        return group[key]
    except (KeyError, OSError):
        place = f"{group.name.rstrip('/')}/{key}"
        raise IngestError("it is not there", file=file, column=place) from None


def subgroup(group: Any, key: str, file: str) -> Any:
    """A group in a group.

    Raises:
        IngestError: It is not there, or is a dataset.
    """
    found = child(group, key, file)
    if not isinstance(found, h5py().Group):
        raise IngestError("it is a dataset, not a group", file=file, column=found.name)
    return found


@dataclass(frozen=True)
class Dataset:
    """One dataset with a row for each node or edge (of a group).

    Attributes:
        handle: The h5py dataset.
        file: What messages call its file.
        library: The texts that its numbers stand for (``@library``), if it is an enumeration.
        type: connstore's type of its values.
    """

    handle: Any
    file: str
    library: pa.StringArray | None
    type: str

    @classmethod
    def of(cls, handle: Any, file: str, library: Any = None) -> Dataset:
        """A dataset, once its type is known to be one that a store can hold.

        Args:
            handle: What lies in the HDF5 file.
            file: What messages call the file.
            library: The dataset in ``@library`` of the same name, if there is one.

        Raises:
            IngestError: It holds something else than numbers, booleans, texts, or vectors of
                numbers.
        """
        if not isinstance(handle, h5py().Dataset):
            raise IngestError("it is a group, not a dataset", file=file, column=handle.name)
        plain = cls(handle, file, None, "")
        plain = replace(plain, type=plain._type_of_values())
        if library is None:
            return plain
        texts = cls.of(library, file)
        if (plain.type, texts.type) != ("int64", "string"):
            raise plain.error("an enumeration should hold whole numbers, its @library texts")
        return replace(plain, type="string", library=texts.read(0, len(texts)))

    def __len__(self) -> int:
        return int(self.handle.shape[0]) if self.handle.shape else 0

    def error(self, problem: str, row: int | None = None) -> IngestError:
        """An error about it, or about one of its rows (counted from 0, as ids are)."""
        where = "" if row is None else f"row {row}: "
        return IngestError(where + problem, file=self.file, column=self.handle.name)

    def read(self, start: int, stop: int) -> pa.Array:
        """The values of the rows from ``start`` to before ``stop``.

        Raises:
            IngestError: The file is damaged, or a value is not what it should be.
        """
        try:
            raw = self.handle[start:stop] if len(self) else np.empty(0, self.handle.dtype)
        except OSError as error:
            raise self.error(f"the file is damaged: {error}") from None
        if self.library is not None:
            return self._named(raw, self.library, start)
        if self.type == "string":
            return self._decoded(raw, start)
        if raw.dtype.kind == "u" and raw.size and raw.max() > np.iinfo(np.int64).max:
            row = start + int(np.argmax(raw.reshape(len(raw), -1).max(axis=1)))
            raise self.error(f"{raw.max()} does not fit 64 bits with a sign", row)
        if self.type == "vector":
            return self._vectors(raw, start)
        return pa.array(raw.astype(_NUMPY[self.type], copy=False))

    def take(self, rows: NDArray[np.int64]) -> pa.Array:
        """The values of some rows, in their order.

        Args:
            rows: Row numbers that the dataset has.
        """
        if not len(rows):
            return self.read(0, 0)
        first, last = int(rows.min()), int(rows.max())
        if last - first < _SPARSE * len(rows):
            values = self.read(first, last + 1)
            in_order = len(rows) == len(values) and bool((np.diff(rows) == 1).all())
            return values if in_order else values.take(pa.array(rows - first))
        # Rows far apart are read run by run of neighbours, which HDF5 does best.
        distinct, places = np.unique(rows, return_inverse=True)
        ends = [*(np.flatnonzero(np.diff(distinct) > 1) + 1).tolist(), len(distinct)]
        starts = [0, *ends[:-1]]
        runs = [
            self.read(int(distinct[a]), int(distinct[b - 1]) + 1)
            for a, b in zip(starts, ends, strict=True)
        ]
        return pa.concat_arrays(runs).take(pa.array(places))

    def numbers(self, start: int, stop: int) -> NDArray[np.int64]:
        """Whole numbers as numpy has them.

        Raises:
            IngestError: They are not whole numbers.
        """
        if self.type != "int64":
            raise self.error(f"it should hold whole numbers, not {self.handle.dtype}")
        values: NDArray[np.int64] = self.read(start, stop).to_numpy()
        return values

    def _type_of_values(self) -> str:
        package, dtype, shape = h5py(), self.handle.dtype, self.handle.shape
        if package.check_string_dtype(dtype) is not None:
            type_ = "string"
        elif dtype.kind in "iub":
            type_ = "bool" if dtype.kind == "b" else "int64"
        elif dtype.kind == "f" and dtype.itemsize <= 8:
            type_ = "float64" if dtype.itemsize == 8 else "float32"
        else:
            raise self.error(f"values of type {dtype} cannot be kept in a store")
        dimensions = 1 if shape is None else len(shape)
        if dimensions == 1:
            return type_
        if dimensions == 2 and type_ in _VECTORS:
            return "vector"
        raise self.error(
            f"an array of {dimensions} dimensions of {type_} cannot be kept in a store"
        )

    def _named(self, raw: NDArray[Any], library: pa.StringArray, start: int) -> pa.StringArray:
        """The texts that numbers stand for."""
        if raw.size and not (raw.min() >= 0 and raw.max() < len(library)):
            row = int(np.flatnonzero((raw < 0) | (raw >= len(library)))[0])
            raise self.error(
                f"{raw[row]} is no place in its @library of {len(library)} texts", start + row
            )
        return library.take(pa.array(raw.astype(np.int64, copy=False)))

    def _decoded(self, raw: NDArray[Any], start: int) -> pa.StringArray:
        texts = raw.astype(object, copy=False).tolist()
        try:
            return pa.array(texts, pa.binary()).cast(pa.string())
        except pa.ArrowInvalid:
            row = next(i for i, text in enumerate(texts) if not _is_utf8(text))
            raise self.error(f"{texts[row]!r} is not valid UTF-8", start + row) from None

    def _vectors(self, raw: NDArray[Any], start: int) -> pa.ListArray:
        values = raw.astype(np.float64)
        if raw.dtype.kind in "iu" and (np.abs(values) > 2.0**53).any():
            row = int(np.flatnonzero((np.abs(values) > 2.0**53).any(axis=1))[0])
            raise self.error(f"{raw[row]} is beyond 2^53, where vectors are not exact", start + row)
        offsets = np.arange(len(raw) + 1, dtype=np.int32) * np.int32(raw.shape[1])
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.ravel()))


_VECTORS = ("int64", "float32", "float64")

_NUMPY = {"int64": np.int64, "float32": np.float32, "float64": np.float64, "bool": np.bool_}


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
