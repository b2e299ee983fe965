"""``neuprint.Client``, answered by stores."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from connstore.client import find_store
from connstore.errors import MissingDatasetError, MissingPackageError, did_you_mean
from connstore.home import Home
from connstore.neuprint_adapter.kinds import settle
from connstore.neuprint_adapter.stores import Stores
from connstore.store.opening import Store

try:
    import neuprint

    from connstore.neuprint_adapter.transport import StoreSession
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
        SeveralStoresError: Different stores in ``CONNSTORE_HOME`` are of that dataset.
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
        self._stores = Stores({store.dataset: store.path})
        # neuprint-python compares clients, and caches answers, by their servers.
        url = f"https://{store.fingerprint[:16]}.connstore.invalid"
        super().__init__(url, store.dataset, "none", verify, progress)

    def _select_dataset(self, dataset: str, reload_cache: bool = False) -> str:
        """What neuprint-python calls before it asks the server anything."""
        _connect(self, self._stores)
        return dataset


class _Answering(NamedTuple):
    """What answers clients.

    Attributes:
        stores: The stores.
        home: Where they were looked for; None: they were named.
    """

    stores: Stores
    home: Home | None


#: What answers new clients: the first; others are of contexts around it, or that overlap.
_active: list[_Answering] = []
#: What to do when there is no more of it.
_undo = ExitStack()
_lock = threading.Lock()


def every_client(stores: Mapping[str, str | Path], home: Home | None = None) -> ExitStack:
    """Have stores answer every ``neuprint.Client`` that is made from now on.

    Args:
        stores: Dataset -> path of its store.
        home: Where they were looked for, if they were.

    Returns:
        A context that ends this when it is closed. Clients that were made keep their stores. Of
        several contexts that are not closed the newest counts, in whichever order they close.
    """
    answering = _Answering(Stores(stores), home)
    with _lock:
        if not _active:
            _undo.callback(
                setattr, neuprint.Client, "_select_dataset", neuprint.Client._select_dataset
            )
            neuprint.Client._select_dataset = _select_dataset
        if not os.environ.get(_TOKEN):
            _undo.callback(os.environ.pop, _TOKEN, None)
            os.environ[_TOKEN] = "none"
        _active.insert(0, answering)
        _forget()
    context = ExitStack()
    context.callback(_end, answering)
    return context


def _end(answering: _Answering) -> None:
    with _lock:
        _active[:] = [other for other in _active if other is not answering]
        if not _active:
            _undo.close()
        _forget()


def _select_dataset(client: Any, dataset: str | None, reload_cache: bool = False) -> str:
    """In the place of neuprint-python's: let stores answer a client, and tell its dataset.

    Raises:
        MissingDatasetError: There is no store of it.
        SeveralStoresError: Different stores are of it.
    """
    stores, home = _active[0]
    known = sorted(stores.paths) if home is None else home.datasets
    if not dataset and len(known) == 1:
        dataset = known[0]
    if home is not None:
        home.path_of(str(dataset))
    if dataset not in stores.paths:
        hint = did_you_mean(str(dataset), known)
        where = "" if home is None else f" They are those in {home.directory} (CONNSTORE_HOME)."
        broken = "" if home is None else home.not_read
        raise MissingDatasetError(
            f"Dataset {dataset!r} is not among the local stores that stand in for "
            f"{client.server}. Available datasets: {known}.{hint}{where}{broken} "
            "Make a store: connstore ingest EXPORT STORE"
        ) from None  # neuprint-python asks twice
    settle(client, stores.opened(dataset).store.fingerprint)
    _connect(client, stores)
    return dataset


def _connect(client: Any, stores: Stores) -> None:
    """Let stores answer a client."""
    client.session = StoreSession(stores, client.session)


def _forget() -> None:
    """Empty what neuprint-python remembers of servers: another one answers now."""
    neuprint.Client.DATASETS_CACHE.clear()
    for member in vars(neuprint.Client).values():
        cached = getattr(member, "fget", member)
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
