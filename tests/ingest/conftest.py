"""Stores of the bundles, ingested once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from connstore.ingestion import ingest
from connstore.store.opening import Store
from ingest.fixtures import BUNDLES, bundle_directory, write_mini


@pytest.fixture(scope="session", params=BUNDLES)
def name(request: pytest.FixtureRequest) -> str:
    """The name of a bundle; every test that uses it runs on all of them."""
    return str(request.param)


@pytest.fixture(scope="session")
def bundle(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that no test may change."""
    if BUNDLES[name] is None:
        return write_mini(tmp_path_factory.mktemp("bundle") / name)
    return bundle_directory(name)


@pytest.fixture(scope="session")
def store(name: str, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store of a bundle."""
    return ingest(bundle, tmp_path_factory.mktemp("store") / name, progress=False)
