"""The client: answers for one store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from connstore.engine import Engine
from connstore.errors import ArgumentError, StoreNotFoundError, did_you_mean
from connstore.home import stores_at_home
from connstore.paths import given_path
from connstore.queries.custom import fetch_custom
from connstore.queries.frames import FRAMES, Frames, to_caller
from connstore.queries.general import fetch_meta
from connstore.queries.server_methods import ServerMethods
from connstore.registry import register
from connstore.select.neuron_criteria import as_list, shown
from connstore.sql.selecting import Compiler
from connstore.sql.statement import Statement
from connstore.sqltext import quote_name
from connstore.store.manifest import MANIFEST, read_manifest
from connstore.store.opening import Stamp, Store

_engines: dict[tuple[str, Stamp | None, int], Engine] = {}
_lock = threading.Lock()


class Client(ServerMethods):
    """Answers questions from a store, in the place of ``neuprint.Client``.

    The first client becomes the default of all functions; see ``connstore.registry``.

    Args:
        server: Path of a store; or anything, such as ``'neuprint.janelia.org'``, if ``dataset``
            is given: then the store of that dataset under ``CONNSTORE_HOME`` answers.
        dataset: neuPrint's key, such as ``'hemibrain:v1.2.1'``.
        token: Ignored, like the server: nothing is asked of the network.
        verify: Ignored, for the same reason.
        progress: Whether long work draws progress bars.
        frames: Kind of the frames that functions return: ``'pandas'``, ``'polars'``,
            ``'arrow'``; or ``'batches'``, where each is a ``pyarrow.RecordBatchReader``. Synapses
            and connections synapse by synapse come as they are read then, so that the answer may
            be larger than memory; other answers are handed out in batches when they are complete.

    Raises:
        StoreNotFoundError: No store lies there, or none of that dataset.
        SeveralStoresError: Different stores in ``CONNSTORE_HOME`` are of that dataset.
        StoreFormatError, StoreDamagedError: The store cannot be read.

    Example:
        >>> from connstore.testing import sample_path
        >>> client = Client(sample_path())
        >>> client.dataset, len(client.primary_rois)
        ('sample:v1.0', 41)
    """

    def __init__(
        self,
        server: str | Path,
        dataset: str | None = None,
        token: str | None = None,
        verify: bool = True,
        progress: bool = True,
        *,
        frames: Frames = "pandas",
    ) -> None:
        if frames not in FRAMES:
            hint = did_you_mean(str(frames), FRAMES)
            raise ArgumentError(f"Client: frames={frames!r} is none of {list(FRAMES)}.{hint}")
        self.store = Store.open(find_store(server, dataset))
        self.server = str(server)
        self.dataset = self.store.dataset
        self.progress = progress
        self.frames: Frames = frames
        register(self)

    @property
    def meta(self) -> dict[str, Any]:
        """The dataset's metadata, as :func:`connstore.fetch_meta` returns it."""
        return fetch_meta(client=self)

    @property
    def primary_rois(self) -> list[str]:
        """Names of the primary ROIs, sorted."""
        return list(self.store.primary_rois)

    @property
    def all_rois(self) -> list[str]:
        """Names of all ROIs, sorted."""
        return list(self.store.all_rois)

    def fetch_custom(
        self,
        cypher: str,
        dataset: str = "",
        format: str = "pandas",
        use_arrow: bool | None = False,
        *,
        parameters: Mapping[str, Any] = {},
    ) -> Any:
        """The answer to a Cypher query; see :func:`connstore.fetch_custom`."""
        return fetch_custom(cypher, dataset, format, parameters=parameters, client=self)

    def explain(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
        """The SQL that a call runs, with the values bound in it.

        Args:
            function: A function of connstore, such as ``fetch_neurons``.
            *args: Its arguments, without ``client``.
            **kwargs: Its keyword arguments.

        Returns:
            Readable SQL, one statement after the other, most often one a frame; for a Cypher
            query the engine's plan too.

        Example:
            >>> import connstore
            >>> from connstore.testing import sample_path
            >>> sql = Client(sample_path()).explain(connstore.fetch_neurons, "DNa02")
            >>> sql.splitlines()[0]
            'SELECT'
        """
        thread = self._thread
        thread.statements = []
        try:
            function(*args, client=self, **kwargs)
            statements = tuple(thread.statements)
        finally:
            thread.statements = None
        texts = map(str, statements)
        queries = (s for s in statements if s.cypher and not s.sql.startswith("EXPLAIN"))
        return "\n\n".join([*texts, *map(self._plan, queries)])

    def _plan(self, statement: Statement) -> str:
        (plan,) = self.run(statement.planning)["explain_value"].to_pylist()
        return str(plan)

    def compiler(self) -> Compiler:
        """A compiler for one statement on the client's store."""
        return Compiler(self.store, self._distinct)

    def run(self, statement: Statement, timeout: float | None = None) -> pa.Table:
        """Run a statement and return its answer, within so many seconds."""
        engine = self._engine_for(statement)
        try:
            return engine.table(statement.sql, statement.values, statement.relations, timeout)
        finally:
            self.store.check_unchanged()  # if it was replaced meanwhile, no error is worth more

    def stream(
        self, statement: Statement, change: Callable[[pa.Table], pa.Table]
    ) -> pa.RecordBatchReader:
        """Run a statement and return its answer as it comes.

        Args:
            statement: The statement.
            change: What to make of the rows of a batch; the columns must always be the same.
        """
        engine = self._engine_for(statement)
        batches = engine.batches(statement.sql, statement.values, statement.relations)

        def checked(batch: pa.RecordBatch) -> pa.Table:
            self.store.check_unchanged()
            return change(pa.Table.from_batches([batch]))

        tables = map(checked, batches)
        schema = next(tables).schema
        return pa.RecordBatchReader.from_batches(
            schema, (batch for table in tables for batch in table.to_batches())
        )

    def frame(
        self,
        table: pa.Table,
        make: Callable[[pa.Table], pd.DataFrame],
        objects: Mapping[str, list[Any]] = {},
    ) -> Any:
        """An answer in the client's kind of frame; pandas' tell their origin in ``.attrs``."""
        frame = to_caller(table, self.frames, make, objects)
        if isinstance(frame, pd.DataFrame):
            frame.attrs["connstore"] = {
                "dataset": self.dataset,
                "fingerprint": self.store.fingerprint,
            }
        return frame

    def _engine_for(self, statement: Statement) -> Engine:
        """The engine, ready to run a statement, which ``explain`` will show."""
        if (statements := self._thread.statements) is not None:
            statements.append(statement)
        engine = self._engine
        engine.define(statement.functions)
        return engine

    @property
    def _engine(self) -> Engine:
        """The engine of this process and thread over the store, which must be there still."""
        self.store.check_unchanged()
        thread = self._thread
        if thread.process != os.getpid():
            thread.engine = _shared_engine(self.store).fork()
            thread.process = os.getpid()
        return thread.engine

    @property
    def _thread(self) -> _Thread:
        """What belongs to this thread; made on first use, as it can be neither copied nor sent."""
        thread: _Thread = self.__dict__.setdefault("_of_thread", _Thread())
        return thread

    def _distinct(self, column: str) -> list[str]:
        """The distinct texts of a property of all bodies, in lists or not."""
        name = quote_name(column)
        rows = self._engine.rows(f"SELECT DISTINCT {name} FROM segment WHERE {name} IS NOT NULL")
        texts = (text for (value,) in rows for text in as_list(value) if text is not None)
        return list(dict.fromkeys(texts))

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_of_thread"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        register(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Client):
            return NotImplemented
        mine, theirs = self.store, other.store
        same = (mine.path, mine.fingerprint) == (theirs.path, theirs.fingerprint)
        return same and self.frames == other.frames

    def __hash__(self) -> int:
        return hash((self.store.path, self.store.fingerprint, self.frames))

    def __repr__(self) -> str:
        frames = "" if self.frames == "pandas" else f", frames={self.frames!r}"
        return f"Client({str(self.store.path)!r}, {self.dataset!r}{frames})"


class _Thread(threading.local):
    """What a client has for each thread.

    Attributes:
        process: For which the engine was made.
        engine: Of this thread and process.
        statements: Those that ran since ``explain`` began.
    """

    process = 0
    engine: Engine
    statements: list[Statement] | None = None


def find_store(server: str | Path, dataset: str | None) -> Path:
    """The path of the store that a client was asked for.

    Raises:
        ArgumentError: The server is no path and no name.
        StoreNotFoundError: There is no such store, or it is of another dataset.
        SeveralStoresError: Different stores are of that dataset.
    """
    if not isinstance(server, (str, os.PathLike)):
        raise ArgumentError(f"Client: server={shown(server)} should be the path of a store")
    path = given_path("server", server)
    try:
        is_store, is_there = (path / MANIFEST).is_file(), path.exists()
    except OSError as error:
        if dataset is None:
            raise StoreNotFoundError(
                f"The store at {path} cannot be looked at: {error.strerror}"
            ) from None
        is_store = is_there = False  # it is no path, but whatever stands for a server
    if is_store:
        if dataset is not None and (found := read_manifest(path).dataset) != dataset:
            raise StoreNotFoundError(f"The store at {path} is of {found!r}, not of {dataset!r}")
        return path
    if dataset is None and is_there:
        return path
    stores = stores_at_home()
    if dataset is None:
        raise StoreNotFoundError(
            f"There is no store at {path}. Give dataset= to look for one {stores.told(dataset)} "
            f"Make one: connstore ingest EXPORT {path}"
        )
    if (store := stores.path_of(dataset)) is not None:
        return store
    raise StoreNotFoundError(
        f"There is no store of {dataset!r} {stores.told(dataset)} "
        f"Make it: connstore ingest EXPORT {stores.directory / dataset.replace(':', '-')}"
    )


def _shared_engine(store: Store) -> Engine:
    """One engine a store and process; its forks share what it has cached."""
    key = (*store.key, os.getpid())
    with _lock:
        if key not in _engines:
            _engines[key] = Engine.over(store)
        return _engines[key]
