"""The engine: the only module that imports duckdb.

Connect, bind, run, interrupt, limit, seal off. Two kinds of connection: over a store
(read-only, sealed off from everything outside the store) and a workspace for an ingest.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb
import pyarrow as pa

from connstore.errors import ArgumentError, MemoryLimitError, QueryError, QueryTimeoutError
from connstore.settings import setting
from connstore.sqltext import quote_literal, quote_name
from connstore.store.opening import Store
from connstore.store.schema import TABLES

Parameters = Mapping[str, object]


class Engine:
    """Runs SQL and gives back Arrow.

    One engine serves one thread at a time; :meth:`fork` gives another over the same data.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @classmethod
    def over(cls, store: Store) -> Engine:
        """An engine that sees the store's tables as views, and nothing else.

        Table ``t`` is view ``t``; a table with parts has ``t_neuron`` beside it, its rows
        among neurons only.
        """
        engine = cls(_connect(":memory:", str(setting("CONNSTORE_MEMORY_LIMIT"))))
        engine._spill_to(Path(gettempdir()) / f"connstore-spill-{os.getpid()}")
        for name in store.manifest.tables:
            engine._view(name, store.files(name))
            if TABLES[name].parts:
                engine._view(f"{name}_neuron", store.files(name, "neuron"))
        directory = quote_literal(str(store.path) + "/")
        for statement in (
            f"SET allowed_directories = [{directory}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            engine._connection.execute(statement)
        return engine

    @classmethod
    def workspace(cls, directory: Path, memory_limit: str | None) -> Engine:
        """An engine with a database of its own in a directory, for an ingest."""
        limit = memory_limit or str(setting("CONNSTORE_MEMORY_LIMIT")) or "2GB"
        engine = cls(_connect(str(directory / "work.duckdb"), limit))
        engine._spill_to(directory / "spill")
        engine._connection.execute("SET preserve_insertion_order = false")
        engine._connection.execute("SET fsync_mode = 'NONE'")
        return engine

    def fork(self) -> Engine:
        """Another engine over the same data, for another thread."""
        return Engine(self._connection.cursor())

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
        with _translated(), self._limited(timeout):
            for name, table in relations.items():
                self._connection.register(name, table)
            try:
                answer = self._connection.sql(sql, params=dict(parameters) or None)
                return answer.to_arrow_table()
            finally:
                for name in relations:
                    self._connection.unregister(name)

    def rows(self, sql: str, parameters: Parameters = {}) -> list[tuple[Any, ...]]:
        """Run one statement and return its answer as Python rows."""
        with _translated():
            return self._connection.execute(sql, dict(parameters)).fetchall()

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
        with _translated():
            self._connection.register("batches", batches)
            try:
                self._connection.execute(f"INSERT INTO {quote_name(table)} BY NAME {select}")
            finally:
                self._connection.unregister("batches")

    def write_parquet(self, select: str, path: Path, row_group_rows: int) -> None:
        """Write the answer of a SELECT statement, in its order, to a Parquet file."""
        self.run(
            f"COPY ({select}) TO {quote_literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {int(row_group_rows)})"
        )

    def _spill_to(self, directory: Path) -> None:
        self._connection.execute(f"SET temp_directory = {quote_literal(str(directory))}")

    def _view(self, name: str, files: Sequence[Path]) -> None:
        paths = ", ".join(quote_literal(str(file)) for file in files)
        self._connection.execute(
            f"CREATE VIEW {quote_name(name)} AS SELECT * FROM read_parquet([{paths}])"
        )

    @contextmanager
    def _limited(self, timeout: float | None) -> Iterator[None]:
        """Interrupt what runs inside when the time is over."""
        if timeout is None:
            yield
            return
        timer = threading.Timer(timeout, self.interrupt)
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            raise QueryTimeoutError(f"The query took longer than {timeout} s.") from None
        finally:
            timer.cancel()


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
    except duckdb.IOException as error:
        raise QueryError(f"The engine could not start: {_first_line(error)}") from error
    except duckdb.Error as error:
        raise ArgumentError(
            f"The engine cannot start with memory limit {memory_limit!r} and "
            f"{threads or 'its own number of'} threads ({_first_line(error)}); see "
            "CONNSTORE_MEMORY_LIMIT and CONNSTORE_THREADS."
        ) from None
    return connection


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
