"""Fixtures for tests and examples: the sample data as a store, and stores of small graphs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from connstore.errors import StoreNotFoundError
from connstore.ingestion import ingest
from connstore.store.opening import Store
from connstore.testing.graph import graph_store

__all__ = ["graph_store", "sample_path", "sample_store"]

_KEPT: list[TemporaryDirectory[str]] = []


@cache
def sample_path() -> Path:
    """A store of the repository's ``data-samples``, made once a process in a temporary place.

    Raises:
        StoreNotFoundError: The repository's ``data-samples`` are not there.
    """
    samples = Path(__file__).parents[2] / "data-samples"
    if not samples.is_dir():
        raise StoreNotFoundError(f"{samples} is not there: the samples come with the repository")
    _KEPT.append(TemporaryDirectory(prefix="connstore-sample-"))
    path = Path(_KEPT[-1].name) / "sample"
    ingest(
        samples,
        path,
        skeletons=samples / "skeletons",
        roi_meshes=samples / "roi-meshes",
        progress=False,
    )
    return path


def sample_store() -> Store:
    """The same, opened."""
    return Store.open(sample_path())
