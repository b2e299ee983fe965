"""``Population``: nodes that node sets can be asked of, in a frame or in a store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from connstore.engine import Engine
from connstore.errors import ArgumentError
from connstore.node_sets.frames import FrameUniverse, frame_universe
from connstore.node_sets.scopes import OnePopulation, Scope, scope_named, scopes
from connstore.registry import default_client
from connstore.select.arguments import as_criteria, lower
from connstore.select.neuron_criteria import shown
from connstore.select.selection import ALL, And, Selection
from connstore.sql.selecting import Compiler
from connstore.sql.statement import Statement


@dataclass(frozen=True)
class Population:
    """Nodes with attributes, of which node sets select some.

    Make one of any frame with :meth:`from_frame`, or of a store with :meth:`of`.

    Attributes:
        scope: What node sets see of it.

    Example:
        >>> import polars as pl
        >>> from connstore import NodeSets
        >>> cells = pl.DataFrame({"mtype": ["L6_Y", "SP_PC"], "layer": [6, 1]})
        >>> population = Population.from_frame(cells, "cortex", node_ids=[10, 20])
        >>> sets = NodeSets.from_dict({"SP": {"population": "cortex", "mtype": "SP_PC"}})
        >>> sets.materialize("SP", population)
        array([20])
    """

    scope: Scope
    _compiler: Callable[[], Compiler] = field(repr=False)
    _run: Callable[[Statement], pa.Table] = field(repr=False)

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        name: str = "default",
        node_ids: Any = None,
        enumerations: Mapping[str, Any] | None = None,
        roi_counts: Any = None,
    ) -> Population:
        """The rows of a frame as nodes.

        Texts, numbers, booleans and lists of these are attributes; what is missing (``None``,
        in pandas also NaN) matches nothing. Other columns can only be asked for with
        ``$exists``.

        Args:
            frame: A pandas, polars or Arrow frame; column names are exact, so they may differ in
                case only.
            name: Name of the population.
            node_ids: Their ids: whole numbers, one a row; or the column that has them. By
                default 0, 1, 2, ...
            enumerations: Column -> the texts that its numbers are places in (SONATA's
                ``@library``); or, of a column of texts, all its texts.
            roi_counts: A frame with ``bodyId`` (or ``node_id``), ``roi`` and counts such as
                ``pre`` and ``post``, as :func:`connstore.fetch_neurons` returns it.

        Raises:
            ArgumentError: An argument does not fit the frame.
        """
        if not isinstance(name, str):
            raise ArgumentError(f"Population: name={shown(name)} is no name")
        universe = frame_universe(frame, name, node_ids, enumerations or {}, roi_counts)
        (scope,) = scopes(universe)
        return cls(
            scope,
            lambda: Compiler(universe, universe.distinct),
            lambda statement: _run_on(universe, statement),
        )

    @classmethod
    def of(cls, client: Any, name: str | None = None) -> Population:
        """A population of a client's store.

        Args:
            client: Whose store.
            name: Name of the population; by default the only one.

        Raises:
            ArgumentError: There is none of that name, or there are several.

        Example:
            >>> import connstore
            >>> Population.of(connstore.default_client()).name
            'sample:v1.0'
        """
        if not hasattr(client, "store"):
            raise ArgumentError(f"Population: {shown(client)} is no connstore.Client")
        return cls(scope_named(client.store, name), client.compiler, client.run)

    @property
    def name(self) -> str:
        """Its name."""
        return self.scope.name

    @property
    def attributes(self) -> dict[str, str]:
        """Exact name of each attribute -> its type."""
        return dict(self.scope.attributes)

    def ids(self, neurons: Any = None) -> NDArray[np.int64]:
        """Ids of some of its nodes, sorted.

        Args:
            neurons: A node set, or anything else that stands for neurons; None for all.

        Raises:
            ConnstoreError: It cannot be asked of this population.
        """
        universe = OnePopulation(self.scope)
        chosen = lower(as_criteria(neurons), universe)
        predicate = chosen.predicate
        if self.scope.among != ALL:
            predicate = And((self.scope.among, predicate))
        compiler = self._compiler()
        bodies = compiler.bodies(Selection(self.scope.label, predicate))
        table = self._run(Statement(f"{bodies} ORDER BY bodyId", compiler.binder.values))
        ids: NDArray[np.int64] = table["bodyId"].to_numpy() - self.scope.offset
        return ids


def as_population(value: Any, client: Any = None) -> Population:
    """The population that a function was given: as it is, as a frame, as a client, by its name.

    Raises:
        ArgumentError: There is no such population.
    """
    if isinstance(value, Population):
        return value
    if hasattr(value, "store"):
        return Population.of(value)
    if value is None or isinstance(value, str):
        return Population.of(default_client() if client is None else client, value)
    return Population.from_frame(value)


def as_populations(value: Any, client: Any = None) -> list[Population]:
    """Several populations: those given, or all of a client's store.

    Raises:
        ArgumentError: Two have the same name.
    """
    if value is None or hasattr(value, "store"):
        owner = value or client or default_client()
        return [Population(scope, owner.compiler, owner.run) for scope in scopes(owner.store)]
    several = [as_population(each, client) for each in _items(value)]
    names = [each.name for each in several]
    if len(set(names)) < len(names):
        raise ArgumentError(f"two populations have the same name: {names}")
    return several


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


class _Local(threading.local):
    """The engine of a thread, for frames."""

    process = 0
    engine: Engine


_local = _Local()


def _run_on(universe: FrameUniverse, statement: Statement) -> pa.Table:
    if _local.process != os.getpid():
        _local.engine, _local.process = Engine.alone(), os.getpid()
    return _local.engine.table(statement.sql, statement.values, universe.relations)
