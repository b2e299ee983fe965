"""The default client: neuprint-python's rules.

The first client becomes the default. A second, different live one leaves no default;
an equal one does. Clients are held weakly, so rebinding a variable to a new client
makes that the default. Every thread (and process) works on a copy of its own.
"""

from __future__ import annotations

import copy
import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connstore.errors import ClientError

_lock = threading.RLock()
_clients: dict[int, weakref.ref[Any]] = {}
_copies: dict[tuple[int, int], Any] = {}
_default: weakref.ref[Any] | None = None
_unregistered = threading.local()


def default_client() -> Any:
    """The default client's copy for this thread.

    Returns:
        The same object for every call in a thread, until the default changes.

    Raises:
        ClientError: No client exists, or several different ones do.

    Example:
        >>> default_client().dataset
        'sample:v1.0'
    """
    with _lock:
        client = _default() if _default is not None else None
        if client is None:
            client = _the_only_one()
            set_default_client(client)
        key = (threading.get_ident(), os.getpid())
        if key not in _copies:
            with _no_registration():
                _copies[key] = copy.deepcopy(client)
        return _copies[key]


def set_default_client(client: Any) -> None:
    """Make a client the default; None leaves no default.

    Args:
        client: A live client; it stays live only as long as something else holds it.

    Example:
        >>> from connstore import Client
        >>> from connstore.testing import sample_path
        >>> here, there = Client(sample_path()), Client(sample_path(), frames="arrow")
        >>> set_default_client(there)
        >>> default_client().frames
        'arrow'
    """
    global _default  # noqa: PLW0603 (the one place that sets it)
    with _lock:
        _default = None if client is None else weakref.ref(client)
        _copies.clear()


def clear_default_client() -> None:
    """Leave no default client in place.

    A single live client (or several equal ones) becomes the default again when one is needed.

    Example:
        >>> clear_default_client()
    """
    set_default_client(None)


def list_all_clients() -> set[Any]:
    """All live clients; equal ones count once.

    Example:
        >>> default_client() in list_all_clients()
        True
    """
    return set(_live())


def register(client: Any) -> None:
    """Enter a new client, and settle which is the default now."""
    if getattr(_unregistered, "active", False):
        return
    with _lock:
        key = id(client)
        _clients[key] = weakref.ref(client, lambda _: _clients.pop(key, None))
        live = _live()
        equal = all(other == client for other in live)
        set_default_client(client if equal else None)


def _the_only_one() -> Any:
    live = _live()
    if not live:
        raise ClientError(
            "There is no client yet. Make one: connstore.Client('path/to/store'), or "
            "connstore.Client('neuprint.janelia.org', dataset='hemibrain:v1.2.1')."
        )
    if any(client != live[0] for client in live[1:]):
        raise ClientError(
            f"There are {len(live)} different clients, so none is the default: {live}. "
            "Pass client=..., or call set_default_client(...)."
        )
    return live[0]


def _live() -> list[Any]:
    return [client for ref in list(_clients.values()) if (client := ref()) is not None]


@contextmanager
def _no_registration() -> Iterator[None]:
    _unregistered.active = True
    try:
        yield
    finally:
        _unregistered.active = False
