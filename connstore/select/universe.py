"""What a selection is read against: the properties and ROIs of a store, or of a frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

from connstore.select.selection import Selection
from connstore.store.manifest import Property


class Universe(Protocol):
    """Where bodies are looked for; :class:`connstore.Store` is one."""

    @property
    def dataset(self) -> str:
        """Name of the dataset."""

    @property
    def roi_ids(self) -> dict[str, int]:
        """Number of every ROI that something lies in."""

    @property
    def all_rois(self) -> list[str]:
        """Names of all ROIs."""

    def properties(self, entity: str) -> dict[str, Property]:
        """The properties of an entity by exact name."""

    def unknown_rois(self, names: set[str]) -> str | None:
        """A phrase naming those of some names that are no ROIs; None if all are."""


class Selecting(ABC):
    """Something other than criteria that says by itself which neurons it means."""

    @abstractmethod
    def selection(self, universe: Universe) -> Selection:
        """The selection that it means there.

        Raises:
            ConnstoreError: It asks for something that is not there.
        """
