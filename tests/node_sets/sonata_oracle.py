"""libsonata on tables: written to HDF5 as SONATA has them, asked by the same node sets."""

import json
from pathlib import Path
from typing import Any

import h5py
import libsonata
import numpy as np

Outcome = list[int] | tuple[str, str]


class SonataPopulation:
    """A table as libsonata's population ``default``.

    Args:
        directory: Where its file is written.
        table: Column -> values (a numpy array, or a list of texts).
        libraries: Column of numbers -> the texts that they stand for.
    """

    def __init__(
        self, directory: Path, table: dict[str, Any], libraries: dict[str, list[str]] = {}
    ) -> None:
        path = directory / "nodes.h5"
        size = len(next(iter(table.values())))
        with h5py.File(path, "w") as file:
            root = file.create_group("nodes/default")
            root.create_dataset("node_type_id", data=np.full(size, -1))
            group = root.create_group("0")
            for name, values in table.items():
                if isinstance(values, list):
                    group.create_dataset(name, data=values, dtype=h5py.string_dtype())
                else:
                    group.create_dataset(name, data=values)
            for name, texts in libraries.items():
                group.create_dataset(f"@library/{name}", data=texts, dtype=h5py.string_dtype())
        self._population = libsonata.NodeStorage(str(path)).open_population("default")

    def outcome(self, text: str, name: str) -> Outcome:
        """The ids, or when an error is raised and its text."""
        try:
            sets = libsonata.NodeSets(text)
        except (libsonata.SonataError, RuntimeError) as error:
            return "parse", str(error)
        return self.use(sets, name)

    def use(self, sets: Any, name: str) -> Outcome:
        try:
            found = sets.materialize(name, self._population)
        except (libsonata.SonataError, RuntimeError) as error:
            return "materialize", str(error)
        return [int(node_id) for node_id in found.flatten()]

    def matching(self, attribute: str, pattern: str) -> Outcome:
        """The rows whose text a pattern is found in."""
        return self.outcome(json.dumps({"A": {attribute: {"$regex": pattern}}}), "A")
