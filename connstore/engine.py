"""The engine: the only module that imports duckdb.

Connect, bind, run, interrupt, limit, seal off. Two kinds of connection: over a store
(read-only, sealed off from everything outside the store) and a workspace for an ingest.
"""

from __future__ import annotations

import inspect
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from glob import escape
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from connstore.attended import attended
from connstore.errors import ArgumentError, MemoryLimitError, QueryError, QueryTimeoutError
from connstore.settings import setting
from connstore.sqltext import quote_literal, quote_name
from connstore.store.opening import Store
from connstore.store.schema import TABLES

Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PythonFunction:
    """A function in Python that statements can call.

    Attributes:
        name: Its name in SQL.
        body: Gives a column for columns of equal length; nulls are its business.
        parameters: SQL types of the columns.
        returns: SQL type of the result.
    """

    name: str
    body: Callable[..., pa.Array]
    parameters: tuple[str, ...]
    returns: str


class Engine:
    """Runs SQL and gives back Arrow.

    One engine serves one thread at a time; :meth:`fork` gives another over the same data.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, functions: _Functions | None = None
    ) -> None:
        self._connection = connection
        self._functions = functions or _Functions(connection)

    @classmethod
    def over(cls, store: Store) -> Engine:
        """An engine that sees the store's tables as views, and nothing else.

        Table ``t`` is view ``t``; a table with parts has ``t_neuron`` beside it, its rows
        among neurons only.
        """
        engine = cls(_connect(":memory:", str(setting("CONNSTORE_MEMORY_LIMIT"))))
        with _translated():
            engine._spill_to(_spill_directory())
            for name in store.manifest.tables:
                engine._view(name, store.files(name))
                if TABLES[name].parts:
                    engine._view(f"{name}_neuron", store.files(name, "neuron"))
            # The pattern of a directory is none of its names: only its own files match it.
            directory = f"{store.path}/"
            allowed = ", ".join(map(quote_literal, (directory, escape(directory))))
            engine._connection.execute(f"SET allowed_directories = [{allowed}]")
            engine._seal_off()
        return engine

    @classmethod
    def alone(cls) -> Engine:
        """An engine that sees nothing but the relations that a statement brings along."""
        engine = cls(_connect(":memory:", str(setting("CONNSTORE_MEMORY_LIMIT"))))
        with _translated():
            engine._spill_to(_spill_directory())
            engine._seal_off()
        return engine

    @classmethod
    def workspace(cls, directory: Path, memory_limit: str | None) -> Engine:
        """An engine with a database of its own in a directory, for an ingest."""
        if odd := {"?", "\\"} & set(directory.as_posix()):
            raise ArgumentError(
                f"The engine cannot make files in {directory}: there is a {odd.pop()} in the path. "
                "Make the store in another directory; it can be moved here afterwards."
            )
        limit = memory_limit or str(setting("CONNSTORE_MEMORY_LIMIT")) or "2GB"
        engine = cls(_connect(str(directory / "work.duckdb"), limit))
        engine._spill_to(str(directory / "spill"))
        engine._connection.execute("SET preserve_insertion_order = false")
        engine._connection.execute("SET fsync_mode = 'NONE'")
        return engine

    def fork(self) -> Engine:
        """Another engine over the same data, for another thread."""
        return Engine(self._connection.cursor(), self._functions)

    def define(self, functions: Iterable[PythonFunction]) -> None:
        """Let statements call some Python functions, here and on all forks.

        Args:
            functions: The functions; those that are there already are left alone.
        """
        self._functions.define(functions)

    def close(self) -> None:
        """Let go of the data."""
        self._connection.close()

    def interrupt(self) -> None:
        """Stop the statement that another thread is running here."""
        self._connection.interrupt()

    def table(
        self,
        sql: str,
        parameters: Parameters = {},
        relations: Mapping[str, pa.Table] = {},
        timeout: float | None = None,
    ) -> pa.Table:
        """Run one statement and return its whole answer.

        Args:
            sql: One SELECT statement with ``$name`` placeholders.
            parameters: A value for each placeholder.
            relations: Tables that the statement reads beside the store's.
            timeout: Seconds after which the statement is interrupted.

        Raises:
            MemoryLimitError: The answer does not fit the memory limit.
            QueryTimeoutError: The time ran out.
            QueryError: The engine refused.
        """
        if timeout is not None and timeout <= 0:
            raise QueryTimeoutError("The time given to a query is over.")

        def answer() -> pa.Table:
            return self._connection.sql(sql, params=dict(parameters) or None).to_arrow_table()

        with _translated(), self._registered(relations):
            try:
                return attended(answer, self.interrupt, timeout)
            except duckdb.InterruptException:
                if timeout is None:
                    raise
                raise QueryTimeoutError(f"The query took longer than {timeout:.3g} s.") from None

    def batches(
        self,
        sql: str,
        parameters: Parameters = {},
        relations: Mapping[str, pa.Table] = {},
    ) -> Iterator[pa.RecordBatch]:
        """Run one statement and return its answer as it comes.

        The statement runs on a connection of its own: until it is read, or dropped, others can
        run here. What it must hold meanwhile (to sort, say) stays within the memory limit, the
        rest lies in a file.

        Args:
            sql, parameters, relations: As for :meth:`table`.

        Returns:
            Batches of rows; the first may be empty, and is there even if there is no row.

        Raises:
            MemoryLimitError: What must be held does not fit the memory limit, nor the disk.
            QueryError: The engine refused.
        """
        engine = self.fork()
        with _translated(), closing(engine), engine._registered(relations):
            answer = engine._connection.sql(sql, params=dict(parameters) or None)
            with attended(answer.to_arrow_reader, engine.interrupt) as reader:
                yield pa.RecordBatch.from_pylist([], schema=reader.schema)
                rest = partial(next, iter(reader), None)
                try:
                    while (batch := attended(rest, engine.interrupt)) is not None:
                        yield batch
                except OSError as error:  # what a reader makes of the engine's errors
                    memory = str(error).startswith("Out of Memory")
                    kind = duckdb.OutOfMemoryException if memory else duckdb.Error
                    raise kind(str(error)) from error

    def rows(self, sql: str, parameters: Parameters = {}) -> list[tuple[Any, ...]]:
        """Run one statement and return its answer as Python rows."""

        def answer() -> list[tuple[Any, ...]]:
            return self._connection.execute(sql, dict(parameters)).fetchall()

        with _translated():
            return attended(answer, self.interrupt)

    def value(self, sql: str, parameters: Parameters = {}) -> Any:
        """Run one statement and return the one value of its answer."""
        return self.rows(sql, parameters)[0][0]

    def run(self, sql: str, parameters: Parameters = {}) -> None:
        """Run one statement for its effect."""
        self.rows(sql, parameters)

    def load(self, table: str, select: str, batches: pa.RecordBatchReader | pa.Table) -> None:
        """Append rows to a table of a workspace, as they stream by.

        Args:
            table: Name of the table.
            select: SELECT statement over the relation ``batches``.
            batches: The rows.
        """
        insert = partial(
            self._connection.execute, f"INSERT INTO {quote_name(table)} BY NAME {select}"
        )
        with _translated(), self._registered({"batches": batches}):
            attended(insert, self.interrupt)

    def write_parquet(self, select: str, path: Path, row_group_rows: int) -> None:
        """Write the answer of a SELECT statement, in its order, to a Parquet file."""
        self.run(
            f"COPY ({select}) TO {quote_literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {int(row_group_rows)})"
        )

    def _seal_off(self) -> None:
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def _spill_to(self, directory: str) -> None:
        self._connection.execute(f"SET temp_directory = {quote_literal(directory)}")

    def _view(self, name: str, files: Sequence[Path]) -> None:
        # The engine takes each path for a pattern, and directories like "type=KC" for columns.
        paths = ", ".join(quote_literal(escape(str(file))) for file in files)
        self._connection.execute(
            f"CREATE VIEW {quote_name(name)} AS SELECT * FROM read_parquet([{paths}], "
            "hive_partitioning = false, union_by_name = false)"
        )

    @contextmanager
    def _registered(
        self, relations: Mapping[str, pa.Table | pa.RecordBatchReader]
    ) -> Iterator[None]:
        """Have some relations while what is inside runs."""
        for name, table in relations.items():
            self._connection.register(name, table)
        try:
            yield
        finally:
            for name in relations:
                self._connection.unregister(name)


def _with_arity(body: Callable[..., pa.Array], count: int) -> Callable[..., pa.Array]:
    """The engine counts the parameters that a function says it has."""

    def function(*columns: pa.Array) -> pa.Array:
        return body(*columns)

    positional = inspect.Parameter.POSITIONAL_ONLY
    names = [inspect.Parameter(f"column{i}", positional) for i in range(count)]
    function.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]
    return function


class _Functions:
    """The Python functions of a database.

    They die with the connection that made them, so they have one of their own; its parent is
    the database's first, which is the last to be closed. It is closed before the interpreter
    ends: after that, nobody could let go of them.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._connection: duckdb.DuckDBPyConnection | None = None

    def define(self, functions: Iterable[PythonFunction]) -> None:
        with self._lock:
            for function in functions:
                if function.name in self._names:
                    continue
                if self._connection is None:
                    self._connection = self._database.cursor()
                    weakref.finalize(self, self._connection.close)
                self._connection.create_function(
                    function.name,
                    _with_arity(function.body, len(function.parameters)),
                    list(function.parameters),
                    function.returns,
                    type=PythonUDFType.ARROW,
                    null_handling=FunctionNullHandling.SPECIAL,
                )
                self._names.add(function.name)


def _connect(database: str, memory_limit: str) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
    }
    if memory_limit:
        config["memory_limit"] = memory_limit
    if threads := int(str(setting("CONNSTORE_THREADS"))):
        config["threads"] = threads
    try:
        connection = duckdb.connect(database, config=config)
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET parquet_metadata_cache = true")
        _avoid(connection)
    except duckdb.IOException as error:
        raise QueryError(f"The engine could not start: {_first_line(error)}") from error
    except duckdb.Error as error:
        raise ArgumentError(
            f"The engine cannot start with memory limit {memory_limit!r} and "
            f"{threads or 'its own number of'} threads ({_first_line(error)}); see "
            "CONNSTORE_MEMORY_LIMIT and CONNSTORE_THREADS."
        ) from None
    return connection


def _spill_directory() -> str:
    """Where this process may put what does not fit memory; "": nowhere."""
    try:
        temporary = gettempdir()
    except FileNotFoundError:  # there is no place to write to
        return ""
    user = os.getuid() if hasattr(os, "getuid") else 0
    return str(Path(temporary) / f"connstore-spill-{user}-{os.getpid()}")


def _avoid(connection: duckdb.DuckDBPyConnection) -> None:
    """Switch off what is at fault in some versions of the engine.

    2.0.0 and 2.0.1 lose columns of queries with several outer joins: "Failed to bind column
    reference". Versions without that optimizer do not know its name.
    """
    with suppress(duckdb.ParserException):
        connection.execute("SET disabled_optimizers = 'projection_pullup'")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the engine's exceptions into connstore's."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise MemoryLimitError(
            "The answer does not fit the memory limit; raise CONNSTORE_MEMORY_LIMIT, or ask for "
            f"less at a time. ({_first_line(error)})"
        ) from error
    except duckdb.InterruptException:
        raise
    except RuntimeError as error:
        if "interrupted" not in str(error):
            raise
        # What the engine makes of Ctrl-C.
        raise KeyboardInterrupt from None
    except duckdb.Error as error:
        raise QueryError(f"The engine could not answer: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return str(error).split("\n", 1)[0]
