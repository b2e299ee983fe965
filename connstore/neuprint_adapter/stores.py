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
        self.paths = {name: Path(path).expanduser().resolve() for name, path in paths.items()}
        self._clients: dict[str, Client] = {}

    def opened(self, name: str) -> Client:
        """The client of a dataset, by its exact name."""
        if name not in self._clients:
            with _no_registration():  # no default client of connstore's own
                self._clients[name] = Client(self.paths[name])
        return self._clients[name]

    def client(self, dataset: str) -> Client | None:
        """The client of a dataset, whose name may differ in case, as on a server."""
        folded = {name.casefold(): name for name in self.paths}
        name = dataset if dataset in self.paths else folded.get(dataset.casefold())
        return None if name is None else self.opened(name)

    def clients(self) -> dict[str, Client]:
        """The clients of all datasets, by name."""
        return {name: self.opened(name) for name in sorted(self.paths)}

    def __deepcopy__(self, memo: dict[int, Any]) -> Stores:
        """Itself: a client of connstore serves all threads, neuprint-python copies for each."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Stores, (self.paths,)
