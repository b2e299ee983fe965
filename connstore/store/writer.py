"""Writing a store: everything into a staging directory, one rename at the end.

An interrupted or failing ingest leaves at most a ``.connstore-staging-*`` directory
beside the destination, which no store opens and the next ingest there removes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pyarrow.parquet as pq
from pydantic import BaseModel

from connstore.errors import ArgumentError, IngestError
from connstore.paths import given_path
from connstore.store.hashing import combined_sha256, content_sha256, file_sha256
from connstore.store.manifest import (
    MANIFEST,
    EdgePopulation,
    Manifest,
    Population,
    Property,
    Rules,
    StoredFile,
)
from connstore.store.schema import TABLES
from connstore.store.staging import in_use, remove_leftovers
from connstore.version import __version__

_STAGING = ".connstore-staging-"

#: Tables that tell where a store came from: the same content may come by several ways.
_PROVENANCE = ("source_file", "finding")


class StoreWriter:
    """A store in the making, in its staging directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tables: dict[str, dict[str, Path]] = {}

    def path(self, table: str, part: str = "all") -> Path:
        """The file to write one part of a table to."""
        name = f"{table}.parquet" if part == "all" else f"{table}/{part}.parquet"
        path = self.root / "tables" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        self._tables.setdefault(table, {})[part] = path
        return path

    def finish(
        self,
        dataset: str,
        rules: Rules,
        properties: Sequence[Property],
        populations: Sequence[Population] = (),
        edge_populations: Sequence[EdgePopulation] = (),
    ) -> Manifest:
        """Hash and sync every file, then write the manifest, last of all."""
        tables = {
            table: {part: self._stored(path) for part, path in parts.items()}
            for table, parts in self._tables.items()
        }
        manifest = Manifest(
            dataset=dataset,
            fingerprint=self._fingerprint(
                dataset, [rules, *properties, *populations, *edge_populations]
            ),
            connstore=__version__,
            ingested_at=datetime.now(UTC).isoformat(timespec="seconds"),
            rules=rules,
            properties=tuple(properties),
            populations=tuple(populations),
            edge_populations=tuple(edge_populations),
            tables=tables,
        )
        path = self.root / MANIFEST
        path.write_text(manifest.text(), encoding="utf-8")
        _sync(path)
        for directory in {path.parent, *(file.parent for file in self._files())}:
            _sync(directory)
        return manifest

    def _files(self) -> Iterator[Path]:
        for parts in self._tables.values():
            yield from parts.values()

    def _stored(self, path: Path) -> StoredFile:
        _sync(path)
        return StoredFile(
            path=path.relative_to(self.root).as_posix(),
            rows=pq.read_metadata(path).num_rows,
            bytes=path.stat().st_size,
            sha256=file_sha256(path),
        )

    def _fingerprint(self, dataset: str, facts: Sequence[BaseModel]) -> str:
        lines = [dataset, *(fact.model_dump_json() for fact in facts)]
        for table in sorted(self._tables):
            if table not in _PROVENANCE and TABLES[table].twin is None:
                for part, path in sorted(self._tables[table].items()):
                    lines.append(f"{table}/{part} {content_sha256(path)}")
        return combined_sha256(lines)


def store_place(dest: str | Path) -> Path:
    """Where a store is to appear, behind all links.

    Args:
        dest: A path where nothing lies yet (an empty directory is taken).

    Raises:
        ArgumentError: Something lies there, or no store can.
        IngestError: It cannot be looked at.
    """
    given = given_path("dest", dest)
    try:
        place = given.resolve()
        if place.is_symlink():
            raise ArgumentError(f"{given} is a link that leads back to itself. Name another path.")
        if os.path.ismount(place):  # a store appears there by a rename, which nothing can be there
            raise ArgumentError(f"{given} is a mount point. Name a directory in it.")
        if place.exists() and not (place.is_dir() and not any(place.iterdir())):
            raise ArgumentError(
                f"{given} exists and is not empty. Name a new path, or remove it first."
            )
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IngestError(f"cannot write the store at {given}: {reason}") from None
    return place


@contextmanager
def staged_store(dest: Path) -> Iterator[StoreWriter]:
    """Make the store at ``dest`` appear whole, or not at all.

    Args:
        dest: What :func:`store_place` gave.

    Yields:
        The writer; on leaving without an error its directory becomes ``dest``.

    Raises:
        IngestError: The store cannot be written there.
    """
    staging: Path | None = None
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(dest.parent, f"{_STAGING}{dest.name}-")
        staging = Path(mkdtemp(prefix=f"{_STAGING}{dest.name}-", dir=dest.parent))
        with in_use(staging):
            root = staging / "store"
            root.mkdir()
            yield StoreWriter(root)
            root.chmod(0o755)
            root.replace(dest)
            _sync(dest.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise IngestError(f"cannot write the store at {dest}: {reason}") from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _sync(path: Path) -> None:
    """Have the system write a file or directory to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
