"""The populations of a circuit, opened: which rows they have, and which bodies these are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connstore.errors import IngestError, did_you_mean
from connstore.ingestion.sonata.config import Circuit, NetworkFile
from connstore.ingestion.sonata.hdf5 import Dataset, child, open_hdf5, subgroup
from connstore.ingestion.sonata.rows import Rows
from connstore.ingestion.sonata.types_csv import TypeTable
from connstore.store.manifest import POPULATION_IDS

#: Types of node populations whose nodes are no neurons.
_NO_NEURONS = ("astrocyte", "vasculature")


@dataclass(frozen=True)
class NodePopulation:
    """One population of nodes.

    Attributes:
        name: Its name.
        type: Such as ``biophysical`` (the default) or ``virtual``.
        offset: Body id of its node 0.
        rows: Its attributes.
        ids: Its node ids where the file has them; else nodes count from 0.
    """

    name: str
    type: str
    offset: int
    rows: Rows
    ids: NDArray[np.int64] | None

    @property
    def labels(self) -> str:
        """neuPrint's labels of its nodes."""
        return "Segment" if self.type in _NO_NEURONS else "Segment;Neuron"

    def node_ids(self, start: int, stop: int) -> NDArray[np.int64]:
        """The ids of the nodes in rows ``start`` to before ``stop``."""
        return np.arange(start, stop) if self.ids is None else self.ids[start:stop]

    def has(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether some numbers are ids of its nodes."""
        if self.ids is None:
            inside: NDArray[np.bool_] = (ids >= 0) & (ids < self.rows.size)
            return inside
        places = np.searchsorted(self._sorted_ids, ids).clip(max=len(self._sorted_ids) - 1)
        known: NDArray[np.bool_] = self._sorted_ids[places] == ids
        return known

    @cached_property
    def _sorted_ids(self) -> NDArray[np.int64]:
        return np.sort(np.array(self.ids))


@dataclass(frozen=True)
class EdgePopulation:
    """One population of edges.

    Attributes:
        name: Its name.
        type: Such as ``chemical`` (the default) or ``electrical``.
        ends: Its source and its target population.
        ids: The node ids at the two ends.
        rows: Its attributes.
    """

    name: str
    type: str
    ends: tuple[NodePopulation, NodePopulation]
    ids: tuple[Dataset, Dataset]
    rows: Rows

    def bodies(self, end: int, start: int, stop: int) -> NDArray[np.int64]:
        """The bodies at one end of the edges ``start`` to before ``stop``.

        Raises:
            IngestError: There is no such node.
        """
        population, ids = self.ends[end], self.ids[end].numbers(start, stop)
        if not (known := population.has(ids)).all():
            row = int(np.argmin(known))
            raise self.ids[end].error(
                f"the population {population.name!r} has no node {ids[row]}", start + row
            )
        return ids + population.offset


def open_nodes(circuit: Circuit, files: ExitStack) -> list[NodePopulation]:
    """The node populations of a circuit, in the order of its config.

    Args:
        circuit: Which circuit.
        files: Keeps the HDF5 files open.

    Raises:
        IngestError: A file or a population is not what it should be.
    """
    found = list(_opened(circuit, "node", circuit.nodes, files, _node_size))
    if not found:
        raise IngestError("the circuit has no node population", file=circuit.configs[0].name)
    several = len(found) > 1
    return [
        NodePopulation(
            name,
            type_ or "biophysical",
            index * POPULATION_IDS,
            rows,
            _node_ids(rows, POPULATION_IDS if several else None),
        )
        for index, (name, type_, rows) in enumerate(found)
    ]


def open_edges(
    circuit: Circuit, files: ExitStack, nodes: list[NodePopulation]
) -> list[EdgePopulation]:
    """The edge populations of a circuit, in the order of its config.

    Args:
        circuit: Which circuit.
        files: Keeps the HDF5 files open.
        nodes: Its node populations.

    Raises:
        IngestError: A file or a population is not what it should be.
    """
    known = {population.name: population for population in nodes}
    found = _opened(circuit, "edge", circuit.edges, files, _edge_size)
    return [_edge_population(name, type_ or "chemical", rows, known) for name, type_, rows in found]


def _opened(
    circuit: Circuit,
    kind: str,
    networks: tuple[NetworkFile, ...],
    files: ExitStack,
    size: Callable[[Any, str], int],
) -> Iterator[tuple[str, str | None, Rows]]:
    """Name, type and rows of each population of some files."""
    met: dict[str, str] = {}
    for network in networks:
        file = circuit.relative(network.path)
        top = subgroup(files.enter_context(open_hdf5(network.path, file)), f"{kind}s", file)
        populations = network.populations or dict.fromkeys(top)
        for name, type_ in populations.items():
            if name not in top:
                raise IngestError(
                    f"it has no {kind} population {name!r}, which the config names."
                    f"{did_you_mean(name, top)}",
                    file=file,
                )
            if name in met:
                raise IngestError(
                    f"the {kind} population {name!r} is in {met[name]} already", file=file
                )
            met[name] = file
            types = None
            if network.types is not None:
                types = TypeTable(network.types, circuit.relative(network.types), kind, name)
            handle = subgroup(top, name, file)
            yield name, type_, Rows(handle, kind, file, size(handle, file), types)


def _node_size(handle: Any, file: str) -> int:
    return len(Dataset.of(child(handle, "node_type_id", file), file))


def _edge_size(handle: Any, file: str) -> int:
    return len(Dataset.of(child(handle, "source_node_id", file), file))


def _node_ids(rows: Rows, below: int | None) -> NDArray[np.int64] | None:
    """The explicit ids of a population.

    Args:
        rows: The population.
        below: What they must be less than.
    """
    values = rows.dataset("node_id")
    if values is None:
        return None
    ids = values.numbers(0, len(values))
    for wrong, problem in (
        (ids < 0, "is negative"),
        (ids >= (below or np.iinfo(np.int64).max), f"is not below {below}"),
    ):
        if wrong.any():
            row = int(np.argmax(wrong))
            raise values.error(f"the node id {ids[row]} {problem}", row)
    order = np.argsort(ids, kind="stable")
    again = np.flatnonzero(np.diff(ids[order]) == 0)
    if len(again):
        row = int(order[again[0] + 1])
        raise values.error(f"the node id {ids[row]} is there twice", row)
    return None if np.array_equal(ids, np.arange(len(ids))) else ids


def _edge_population(
    name: str, type_: str, rows: Rows, known: dict[str, NodePopulation]
) -> EdgePopulation:
    ends, ids = [], []
    for end in ("source", "target"):
        values = rows.dataset(f"{end}_node_id")
        if values is None:
            raise rows.error("it is not there", dataset=f"{end}_node_id")
        population = np.asarray(values.handle.attrs.get("node_population", "")).ravel()[0]
        text = population.decode() if isinstance(population, bytes) else str(population)
        if text not in known:
            raise values.error(
                f"its node_population {text!r} is none of the circuit's: {sorted(known)}."
                f"{did_you_mean(text, known)}"
            )
        ends.append(known[text])
        ids.append(values)
    return EdgePopulation(name, type_, (ends[0], ends[1]), (ids[0], ids[1]), rows)
