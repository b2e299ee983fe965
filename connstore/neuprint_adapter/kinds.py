"""The kinds of neuprint-python's clients, as they are where stores answer.

neuprint-python remembers answers by the server's address, and for all clients that are equal.
Clients that different stores answer are never equal here, and nothing is remembered by address.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def settle(client: Any, content: str) -> None:
    """Make a client one that a store answers.

    Args:
        client: Of neuprint-python, or of a class derived from its.
        content: Fingerprint of the store of its dataset.
    """
    client._content = content
    client.__class__ = _of_stores(client.__class__)


@cache
def _of_stores(kind: Any) -> type:
    """The class of such clients; Python lets only one with a single base take a client over."""
    members = {
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__eq__": _equal,
        "__hash__": kind.__hash__,
        "__reduce_ex__": _reduced,
        "fetch_datasets": _datasets,
        "_kind": kind,
    }
    return type(kind.__name__, (kind,), members)


def _equal(client: Any, other: object) -> bool:
    same = getattr(other, "_content", None) == client._content
    return same and bool(client._kind.__eq__(client, other))


def _datasets(client: Any, reload_cache: bool = False) -> Any:
    """Facts about the datasets that there are stores of."""
    return client._fetch_json(f"{client.server}/api/dbmeta/datasets")


def _reduced(client: Any, protocol: object) -> tuple[Any, ...]:
    return _made_again, (client._kind,), client.__getstate__()


def _made_again(kind: type) -> Any:
    """A copy of a client, still without its state."""
    return object.__new__(_of_stores(kind))
