"""Opening a store, and verifying it."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm import tqdm

from connstore.errors import (
    MissingTableError,
    StoreDamagedError,
    StoreFormatError,
    StoreNotFoundError,
    did_you_mean,
)
from connstore.paths import given_path
from connstore.settings import show_progress
from connstore.store.hashing import file_sha256
from connstore.store.manifest import MANIFEST, Manifest, Property, StoredFile, read_manifest
from connstore.store.schema import TABLES

#: What tells one file at a path from another: device, inode, time of the last change, size.
Stamp = tuple[int, int, int, int]

#: What brings a table that a store may lack.
_BROUGHT_BY = {
    "synapse": "the Synapses files of a neuPrint bundle",
    "pair_by_pre": "the Synapse_Connections file of a neuPrint bundle",
    "pair_by_post": "an ingest without --no-post-index",
    "element": "the Elements files of a current neuPrint bundle",
    "closeto": "the Elements_CloseTo files of a current neuPrint bundle",
    "skeleton": "an ingest with --skeletons DIRECTORY",
    "roi_mesh": "an ingest with --roi-meshes DIRECTORY",
    "edge": "a SONATA circuit",
    "enumeration": "a SONATA circuit with enumerations (@library)",
    "node_sets": "a SONATA circuit with node sets",
    "node": "connstore.testing.graph_store",
    "relationship": "connstore.testing.graph_store",
}


class Store:
    """A store on disk: its manifest, its files, its metadata.

    Use :meth:`open`; opening reads the manifest and checks that every file is there
    with the recorded size and a Parquet footer with the recorded number of rows.

    Example:
        >>> from connstore.testing import sample_store
        >>> store = sample_store()
        >>> store.dataset
        'sample:v1.0'
    """

    def __init__(self, path: Path, manifest: Manifest, stamp: Stamp | None) -> None:
        self.path = path
        self.manifest = manifest
        self._stamp = stamp

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """Open the store at a path.

        Args:
            path: The store's directory.

        Raises:
            StoreNotFoundError: Nothing is there.
            StoreFormatError: It is not a store, or of a newer major format.
            StoreDamagedError: A file is missing or cut short.
        """
        given = given_path("path", path)
        try:
            root = given.resolve()
        except (OSError, RuntimeError) as error:
            raise StoreNotFoundError(f"There is no store at {given}: {error}") from None
        stamp = _stamp(root)
        manifest = read_manifest(root)
        for name, table in TABLES.items():
            if table.required and name not in manifest.tables:
                raise StoreDamagedError(f"{root}: the manifest lists no table {name!r}")
        for file in manifest.files():
            _check_file(root, file)
        return cls(root, manifest, stamp)

    @property
    def key(self) -> tuple[str, Stamp | None]:
        """What tells this store from others, and from others that lay or will lie at its path."""
        return str(self.path), self._stamp

    def check_unchanged(self) -> None:
        """Check that this store, and no other, still lies at its path; for little, one ``stat``.

        Raises:
            StoreDamagedError: It was replaced, or is gone.
        """
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return
        # Touched, copied back, mounted anew: it may be the same store all the same.
        with suppress(StoreNotFoundError, StoreFormatError):
            if read_manifest(self.path) == self.manifest:
                self._stamp = stamp
                return
        raise StoreDamagedError(
            f"The store at {self.path} was replaced or removed since it was opened; "
            "make a new Client."
        )

    @property
    def dataset(self) -> str:
        """neuPrint's key of the dataset, such as ``hemibrain:v1.2.1``."""
        return self.manifest.dataset

    @property
    def fingerprint(self) -> str:
        """Hash of the content: equal for equal data, however and whenever ingested."""
        return self.manifest.fingerprint

    def has(self, table: str) -> bool:
        """Whether the store has a table."""
        return table in self.manifest.tables

    def require(self, *tables: str) -> None:
        """Check that the store has some tables.

        Raises:
            MissingTableError: It lacks one; the message says what would bring it.
        """
        for table in tables:
            if not self.has(table):
                raise MissingTableError(self.lack_of(table))

    def lack_of(self, table: str) -> str:
        """What to say of a table that the store lacks."""
        return (
            f"The store {self.dataset} at {self.path} has no table {table!r}: "
            f"the question needs {_BROUGHT_BY[table]}."
        )

    def files(self, table: str, part: str | None = None) -> list[Path]:
        """The Parquet files of a table, or of one part of it."""
        parts = self.manifest.tables[table]
        chosen = parts.values() if part is None else [parts[part]]
        return [self.path / file.path for file in chosen]

    def read(self, table: str, columns: list[str] | None = None) -> pa.Table:
        """A whole (small) table, or some of its columns, as Arrow.

        Raises:
            StoreDamagedError: A file cannot be read, or the store was replaced since it was opened.
        """
        self.check_unchanged()
        tables = [_read(file, columns) for file in self.files(table)]
        # The parts may differ in what can be null.
        return pa.concat_tables(tables, promote_options="default")

    def properties(self, entity: str) -> dict[str, Property]:
        """The properties of an entity by exact name, in the source's order."""
        return self._properties.setdefault(entity, self.manifest.entity(entity))

    @cached_property
    def _properties(self) -> dict[str, dict[str, Property]]:
        return {}

    @cached_property
    def violations(self) -> dict[str, int]:
        """Identity that was checked at ingest -> number of rows that violate it."""
        found = self.read("finding").to_pylist()
        return {row["code"]: row["rows"] for row in found if row["kind"] == "identity"}

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The dataset's Meta properties, as neuPrint's node has them (JSON stays text)."""
        table = self.read("meta")
        pairs = zip(table["property"].to_pylist(), table["value"].to_pylist(), strict=True)
        return {key: None if text is None else json.loads(text) for key, text in pairs}

    @cached_property
    def node_sets(self) -> tuple[str, ...]:
        """The node sets that came with a SONATA circuit, as JSON texts; empty for other sources.

        Those of the circuit come before those of the simulation; of two sets with one name the
        later counts.
        """
        if not self.has("node_sets"):
            return ()
        return tuple(self.read("node_sets").sort_by("ordinal")["content"].to_pylist())

    @cached_property
    def roi_names(self) -> list[str]:
        """Every ROI name met in the source, sorted; ROI n is the n-th, counted from 1."""
        return list(self.read("roi")["name"].to_pylist())

    @cached_property
    def is_primary(self) -> np.ndarray:
        """For each of :attr:`roi_names`, whether it is a primary ROI."""
        return np.asarray(self.read("roi")["is_primary"].to_pylist(), dtype=bool)

    @cached_property
    def roi_ids(self) -> dict[str, int]:
        """``roi_id`` of every ROI name met in the source, pseudo ROIs included."""
        return {name: roi_id for roi_id, name in enumerate(self.roi_names, 1)}

    @cached_property
    def primary_rois(self) -> list[str]:
        """Names of the primary ROIs (``Meta.primaryRois``), sorted."""
        return sorted(self.meta.get("primaryRois") or [])

    @cached_property
    def all_rois(self) -> list[str]:
        """Names of all ROIs as neuPrint lists them: the keys of ``Meta.roiInfo``, sorted.

        For the dataset named exactly ``hemibrain``, neuprint-python 0.6.4 adds six ROIs that
        exist as flags only; so does this.
        """
        rois = set(json.loads(self.meta.get("roiInfo") or "{}"))
        if self.meta.get("dataset") == "hemibrain":
            rois |= {"FB-column3", "AL-DC3", *(f"AL-DC{i}(R)" for i in (1, 2, 3, 4))}
        return sorted(rois)

    def unknown_rois(self, names: set[str]) -> str | None:
        """A phrase naming those of some names that are no ROIs, with hints; None if all are."""
        unknown = sorted(names - set(self.all_rois))
        if not unknown:
            return None
        hints = "".join(did_you_mean(name, self.all_rois) for name in unknown[:3])
        return f"{unknown} (dataset {self.dataset}).{hints}"

    def verify(self, progress: bool | None = None) -> None:
        """Read every file and compare its hash with the manifest's.

        Args:
            progress: Whether to draw a progress bar; by default as the settings say.

        Raises:
            StoreDamagedError: A file differs; all that differ are named. Or the store was replaced
                since it was opened.
        """
        self.check_unchanged()
        files = self.manifest.files()
        shown = show_progress(progress)
        checked = tqdm(files, desc="verify", unit="file", disable=not shown)
        damaged = [damage for file in checked if (damage := self._damage(file))]
        if damaged:
            raise StoreDamagedError(
                f"{self.path} is damaged: the content of {', '.join(damaged)} is not what was "
                "written. Ingest the export again."
            )

    def _damage(self, file: StoredFile) -> str:
        """The path of a file that is not as it was written; else an empty text."""
        try:
            same = file_sha256(self.path / file.path) == file.sha256
        except OSError as error:
            return f"{file.path} ({error.strerror})"
        return "" if same else file.path

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r}, dataset={self.dataset!r})"


def _stamp(root: Path) -> Stamp | None:
    """The stamp of a store's manifest; None if it cannot be had."""
    try:
        found = (root / MANIFEST).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _read(file: Path, columns: list[str] | None) -> pa.Table:
    """A Parquet file, or some of its columns."""
    try:
        return pq.read_table(file, columns=columns)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise StoreDamagedError(
            f"{file} cannot be read, the store is damaged: {error}. connstore verify tells more."
        ) from None


def _check_file(root: Path, file: StoredFile) -> None:
    """Check presence, size and footer of one file."""
    path = root / file.path
    try:
        if not path.is_file():
            raise StoreDamagedError(f"{root} is damaged: {file.path} is missing")
        if (size := path.stat().st_size) != file.bytes:
            raise StoreDamagedError(
                f"{root} is damaged: {file.path} has {size} bytes, not {file.bytes}"
            )
        rows = pq.read_metadata(path).num_rows
    except StoreDamagedError:
        raise
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise StoreDamagedError(f"{root} is damaged: {file.path}: {error}") from None
    if rows != file.rows:
        raise StoreDamagedError(f"{root} is damaged: {file.path} has {rows} rows, not {file.rows}")
