"""From what a user calls a store to the store."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import connstore
from connstore.errors import StoreNotFoundError
from connstore.paths import given_path

if TYPE_CHECKING:
    from connstore.client import Client
    from connstore.store.opening import Store


def store_path(name: str) -> Path:
    """The path of a store, given by its path or as a dataset under ``CONNSTORE_HOME``.

    Raises:
        StoreNotFoundError: It is neither.
    """
    from connstore.client import find_store  # slow; not for --help

    path = given_path("STORE", name)
    if os.sep in name or path.exists():
        return path
    try:
        return find_store(name, name)
    except StoreNotFoundError as error:
        raise StoreNotFoundError(f"Nothing lies at {path.absolute()}. {error}") from None


def open_store(name: str) -> Store:
    """The store of that path or dataset."""
    store: Store = connstore.Store.open(store_path(name))
    return store


def open_client(name: str) -> Client:
    """A client for the store of that path or dataset.

    Its frames are Arrow tables, which keep whole numbers whole where values are missing.
    """
    client: Client = connstore.Client(store_path(name), frames="arrow")
    return client


def progress_wanted(no_progress: bool) -> bool | None:
    """Whether to draw progress bars: as asked, never into a file, else as the settings say."""
    return False if no_progress or not sys.stderr.isatty() else None
