"""The rows of a population of nodes or edges: groups of attributes, and those of their types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connstore.errors import IngestError
from connstore.ingestion.sonata.hdf5 import Dataset, child, h5py, subgroup
from connstore.ingestion.sonata.types_csv import TypeTable
from connstore.ingestion.sonata.widening import ARROW, widened, widest

_LIBRARY, _DYNAMICS = "@library", "dynamics_params"


@dataclass(frozen=True)
class Group:
    """One group of attributes.

    Attributes:
        attributes: Attribute -> its values; those of ``dynamics_params`` as ``@dynamics:<name>``.
        unread: Groups within it that mean nothing to SONATA.
    """

    attributes: dict[str, Dataset]
    unread: list[str]

    @classmethod
    def of(cls, handle: Any, file: str) -> Group:
        """A group of an HDF5 file.

        Raises:
            IngestError: An attribute cannot be kept, or two differ in length.
        """
        libraries = handle.get(_LIBRARY, {})
        found: dict[str, Dataset] = {}
        unread = []
        for key in handle:
            value = child(handle, key, file)
            if isinstance(value, h5py().Dataset):
                found[key] = Dataset.of(value, file, libraries.get(key))
            elif key == _DYNAMICS:
                dynamics = {name: Dataset.of(child(value, name, file), file) for name in value}
                found |= {f"@dynamics:{name}": values for name, values in dynamics.items()}
            elif key != _LIBRARY:
                unread.append(value.name)
        for values in found.values():
            first = next(iter(found.values()))
            if len(values) != len(first):
                raise values.error(
                    f"it has {len(values)} rows, but {first.handle.name} has {len(first)}"
                )
        return cls(found, unread)

    def __len__(self) -> int:
        return len(next(iter(self.attributes.values()))) if self.attributes else 0


class Rows:
    """The rows of one population.

    Args:
        handle: Its HDF5 group, such as ``/nodes/cortex``.
        kind: ``node`` or ``edge``.
        file: What messages call the file.
        size: Number of its rows.
        types: The attributes of its types, if there is a CSV file.

    Raises:
        IngestError: A dataset of it has not that many rows, or an attribute cannot be kept.
    """

    def __init__(
        self, handle: Any, kind: str, file: str, size: int, types: TypeTable | None
    ) -> None:
        self.handle, self.kind, self.file, self.size, self.types = handle, kind, file, size, types
        self._type_id = self.dataset(f"{kind}_type_id")
        self._group_id = self.dataset(f"{kind}_group_id")
        self._group_index = self.dataset(f"{kind}_group_index")
        groups = {
            int(k): Group.of(subgroup(handle, k, file), file) for k in handle if k.isdecimal()
        }
        self.groups = dict(sorted(groups.items()))
        if self._group_id is None and groups.keys() - {0}:
            raise self.error(
                f"it has the groups {sorted(groups)}, but no {kind}_group_id to tell them apart"
            )
        if types is not None and self._type_id is None:
            raise self.error(f"its {kind}_types_file is of no use without {kind}_type_id")
        if self._group_index is None:
            for values in (v for group in groups.values() for v in group.attributes.values()):
                if len(values) != size:
                    raise values.error(f"it has {len(values)} rows, its population {size}")

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Attribute -> connstore type, over all groups and the CSV file."""
        found: dict[str, dict[str, str]] = {}
        for number, group in self.groups.items():
            for name, values in group.attributes.items():
                found.setdefault(name, {})[f"{self.handle.name}/{number}"] = values.type
        for name, type_ in (self.types.types if self.types is not None else {}).items():
            if not self.groups or any(name not in g.attributes for g in self.groups.values()):
                found.setdefault(name, {})["the types file"] = type_
        return {name: widest(places, name, self.file) for name, places in found.items()}

    @cached_property
    def libraries(self) -> dict[str, list[str]]:
        """Enumeration -> its texts in their order (those of several groups one after the other)."""
        found: dict[str, list[str]] = {}
        for group in self.groups.values():
            for name, values in group.attributes.items():
                if values.library is not None:
                    texts = values.library.to_pylist()
                    known = found.setdefault(name, [])
                    known += texts if not known else [t for t in texts if t not in known]
        return found

    def type_ids(self, start: int, stop: int) -> pa.Array:
        """The type id of each row from ``start`` to before ``stop``; null where there is none."""
        if self._type_id is None:
            return pa.nulls(stop - start, pa.int64())
        return pa.array(self._type_id.numbers(start, stop))

    def arrays(self, start: int, stop: int, types: Mapping[str, str]) -> dict[str, pa.Array]:
        """Attributes of the rows from ``start`` to before ``stop``.

        Args:
            start, stop: Which rows.
            types: Attribute -> connstore type to give it; of attributes that the population
                lacks, every value is null.

        Raises:
            IngestError: A row names a group, or a row of it, that is not there; or a value is
                not what it should be.
        """
        places = self._places(start, stop)
        ids = self.type_ids(start, stop)
        order = np.argsort(np.concatenate([rows for _, rows, _ in places]), kind="stable")
        mixed = len(places) > 1
        arrays = {}
        for name, type_ in types.items():
            pieces = [
                widened(
                    self._piece(name, type_, group, index, ids, rows),
                    type_,
                    name,
                    self.handle.name,
                )
                for group, rows, index in places
            ]
            arrays[name] = pa.concat_arrays(pieces).take(order) if mixed else pieces[0]
        return arrays

    def error(self, problem: str, row: int | None = None, dataset: str = "") -> IngestError:
        """An error about the population, or one of its rows."""
        where = "" if row is None else f"row {row}: "
        column = f"{self.handle.name}/{dataset}".rstrip("/")
        return IngestError(where + problem, file=self.file, column=column)

    def _piece(
        self,
        name: str,
        type_: str,
        group: Group,
        index: NDArray[np.int64],
        ids: pa.Array,
        rows: NDArray[np.int64],
    ) -> pa.Array:
        """An attribute of the rows of one group: its own values win over those of the types."""
        if name in group.attributes:
            return group.attributes[name].take(index)
        if self.types is not None and name in self.types.types:
            return self.types.take(name, ids.to_numpy()[rows])
        return pa.nulls(len(rows), ARROW[type_])

    def _places(
        self, start: int, stop: int
    ) -> list[tuple[Group, NDArray[np.int64], NDArray[np.int64]]]:
        """For each group with rows here: which of them, and where in the group they lie."""
        count = stop - start
        numbers = np.zeros(count, np.int64)
        if self._group_id is not None:
            numbers = self._group_id.numbers(start, stop)
        index = np.arange(start, stop)
        if self._group_index is not None:
            index = self._group_index.numbers(start, stop)
        places = []
        for number in np.unique(numbers).tolist():
            rows = np.flatnonzero(numbers == number)
            # A population without attributes need not have a group to say so.
            group = self.groups.get(number) if self.groups else Group({}, [])
            if group is None:
                raise self.error(
                    f"there is no group {number}", start + int(rows[0]), f"{self.kind}_group_id"
                )
            outside = (index[rows] < 0) | (index[rows] >= len(group))
            if group.attributes and outside.any():
                row = int(rows[np.argmax(outside)])
                raise self.error(
                    f"{index[row]} is no row of the group {number}, which has {len(group)}",
                    start + row,
                    f"{self.kind}_group_index",
                )
            places.append((group, rows, index[rows]))
        return places or [(Group({}, []), np.empty(0, np.int64), np.empty(0, np.int64))]

    def dataset(self, name: str) -> Dataset | None:
        """A dataset with a row for each node or edge, if it is there."""
        if name not in self.handle:
            return None
        values = Dataset.of(child(self.handle, name, self.file), self.file)
        if len(values) != self.size:
            raise values.error(f"it has {len(values)} rows, its population {self.size}")
        return values
