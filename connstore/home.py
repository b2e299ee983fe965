"""The stores in ``CONNSTORE_HOME``, by their datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from connstore import settings
from connstore.errors import (
    SeveralStoresError,
    StoreFormatError,
    StoreNotFoundError,
    did_you_mean,
)
from connstore.store.manifest import MANIFEST, read_manifest


@dataclass(frozen=True)
class Home:
    """The stores that lie directly in a directory.

    Attributes:
        directory: The directory.
        found: Dataset -> path and fingerprint of each of its stores, by path.
        broken: What is wrong with those whose manifest cannot be read.
    """

    directory: Path
    found: Mapping[str, list[tuple[Path, str]]] = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    @property
    def datasets(self) -> list[str]:
        """Of which there are stores, sorted."""
        return sorted(self.found)

    @property
    def paths(self) -> dict[str, Path]:
        """The store of each dataset; without those whose stores differ."""
        return {key: self.found[key][0][0] for key in self.datasets if not self._differ(key)}

    def path_of(self, dataset: str) -> Path | None:
        """The store of a dataset, if there is one; of equal ones the first.

        Raises:
            SeveralStoresError: There are several, and they differ.
        """
        if dataset not in self.found:
            return None
        if self._differ(dataset):
            paths = " and ".join(str(path) for path, _ in self.found[dataset])
            raise SeveralStoresError(
                f"There are different stores of {dataset!r}: {paths}. Name one of them by its "
                f"path, or move the others out of {self.directory} (CONNSTORE_HOME)"
            ) from None
        return self.found[dataset][0][0]

    def told(self, dataset: str | None) -> str:
        """Where a store that is missing was looked for, and what is there."""
        hint = "" if dataset is None else did_you_mean(dataset, self.datasets)
        return (
            f"under {self.directory} (CONNSTORE_HOME); "
            f"there are: {self.datasets or 'none'}.{hint}{self.not_read}"
        )

    @property
    def not_read(self) -> str:
        """What to say of stores that cannot be read, if there are any."""
        return "".join(f" Not read: {problem}." for problem in self.broken)

    def _differ(self, dataset: str) -> bool:
        return len({fingerprint for _, fingerprint in self.found[dataset]}) > 1


def stores_at_home() -> Home:
    """The stores in ``CONNSTORE_HOME``, as they are now.

    Raises:
        StoreNotFoundError: The directory cannot be read.
    """
    directory = settings.home().absolute()
    try:
        paths = sorted(directory.iterdir()) if directory.is_dir() else []
    except OSError as error:
        raise StoreNotFoundError(f"{directory} cannot be read: {error.strerror}") from None
    found: dict[str, list[tuple[Path, str]]] = {}
    broken = []
    for path in paths:
        try:
            if not (path / MANIFEST).is_file():
                continue
            manifest = read_manifest(path)
        except StoreFormatError as error:
            broken.append(str(error).rstrip("."))
        except OSError as error:
            broken.append(f"{path}: {error.strerror}")
        else:
            found.setdefault(manifest.dataset, []).append((path, manifest.fingerprint))
    return Home(directory, found, tuple(broken))
