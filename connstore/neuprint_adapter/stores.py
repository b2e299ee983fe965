"""The stores that stand in for a server, by the names of their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connstore.client import Client
from connstore.registry import _no_registration


class Stores:
    """Stores by dataset; each is opened when it is first asked, and once.

    Args:
        paths: Dataset -> path of its store. A store may have another name here than its own.
    """

    def __init__(self, paths: Mapping[str, str | Path]) -> None:
        self.paths = {name: Path(path).expanduser() for name, path in paths.items()}
        self._clients: dict[str, Client] = {}

    def client(self, dataset: str) -> Client | None:
        """The client of a dataset, whose name may differ in case, as on a server."""
        folded = {name.casefold(): name for name in self.paths}
        name = dataset if dataset in self.paths else folded.get(dataset.casefold())
        if name is None:
            return None
        if name not in self._clients:
            with _no_registration():  # no default client of connstore's own
                self._clients[name] = Client(self.paths[name])
        return self._clients[name]

    def clients(self) -> dict[str, Client]:
        """The clients of all datasets, by name."""
        found = {name: self.client(name) for name in sorted(self.paths)}
        return {name: client for name, client in found.items() if client is not None}

    def __deepcopy__(self, memo: dict[int, Any]) -> Stores:
        """Itself: a client of connstore serves all threads, neuprint-python copies for each."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Stores, (self.paths,)
