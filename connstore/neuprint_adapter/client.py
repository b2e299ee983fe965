"""``neuprint.Client``, answered by stores."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from connstore.client import find_store
from connstore.errors import MissingDatasetError, MissingPackageError, did_you_mean
from connstore.neuprint_adapter.stores import Stores
from connstore.store.opening import Store

try:
    import neuprint

    from connstore.neuprint_adapter.transport import StoreAdapter
except ImportError as _error:
    raise MissingPackageError(
        f"neuprint-python is not installed: pip install 'connstore[neuprint]' ({_error})"
    ) from None

_TOKEN = "NEUPRINT_APPLICATION_CREDENTIALS"


class Client(neuprint.Client):  # type: ignore[misc]
    """A client of neuprint-python that a store answers; for all functions of neuprint-python.

    It is registered, becomes the default, and is copied and pickled as any other. Only its
    session differs: it has no network.

    Args:
        server: Path of a store; or anything, if ``dataset`` is given: then the store of that
            dataset under ``CONNSTORE_HOME`` answers.
        dataset: neuPrint's key, such as ``'hemibrain:v1.2.1'``.
        token: Ignored.
        verify: Ignored.
        progress: Whether neuprint-python draws progress bars.

    Raises:
        StoreNotFoundError: No store lies there, or none of that dataset.
        MissingPackageError: neuprint-python is not installed (on import).

    Example:
        >>> import neuprint
        >>> from connstore.testing import sample_path
        >>> client = Client(sample_path())
        >>> neuprint.fetch_neurons("DNa02", client=client)[0]["instance"].tolist()
        ['DNa02_R', 'DNa02_L']
    """

    def __init__(
        self,
        server: str | Path,
        dataset: str | None = None,
        token: str | None = None,
        verify: bool = True,
        progress: bool = True,
    ) -> None:
        store = Store.open(find_store(server, dataset))
        self._paths = {store.dataset: store.path}
        # neuprint-python compares clients, and caches answers, by their servers.
        url = f"https://{store.fingerprint[:16]}.connstore.invalid"
        super().__init__(url, store.dataset, "none", verify, progress)

    def _select_dataset(self, dataset: str | None, reload_cache: bool = False) -> str:
        """What neuprint-python calls before it asks the server anything."""
        return _connect(self, self._paths, dataset)


def every_client(stores: Mapping[str, str | Path]) -> ExitStack:
    """Have stores answer every ``neuprint.Client`` that is made from now on.

    Args:
        stores: Dataset -> path of its store.

    Returns:
        A context that ends this when it is closed. Clients that were made keep their stores.
    """

    def select(client: Any, dataset: str | None, reload_cache: bool = False) -> str:
        return _connect(client, stores, dataset)

    undo = ExitStack()
    undo.callback(_forget)
    undo.callback(setattr, neuprint.Client, "_select_dataset", neuprint.Client._select_dataset)
    neuprint.Client._select_dataset = select
    if not os.environ.get(_TOKEN):
        undo.callback(os.environ.pop, _TOKEN, None)
        os.environ[_TOKEN] = "none"
    _forget()
    return undo


def _connect(client: Any, stores: Mapping[str, str | Path], dataset: str | None) -> str:
    """Let stores answer a client; and the dataset that it is about.

    Raises:
        MissingDatasetError: There is no store of it.
    """
    known = sorted(stores)
    if not dataset and len(known) == 1:
        dataset = known[0]
    if dataset not in stores:
        hint = did_you_mean(str(dataset), known)
        raise MissingDatasetError(
            f"Dataset {dataset!r} is not among the local stores that stand in for "
            f"{client.server}. Available datasets: {known}.{hint} "
            "Make a store: connstore ingest EXPORT STORE"
        ) from None
    for scheme in list(client.session.adapters):
        client.session.mount(scheme, StoreAdapter(Stores(stores)))
    return str(dataset)


def _forget() -> None:
    """Empty what neuprint-python remembers of servers: another one answers now."""
    neuprint.Client.DATASETS_CACHE.clear()
    for member in vars(neuprint.Client).values():
        cached = getattr(member, "fget", member)
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
