"""Directories beside an export with one file for each body or ROI, named after it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from connstore.errors import IngestError
from connstore.ingestion.export_file import OPENERS, UNREADABLE
from connstore.ingestion.source import paths_below, reading

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class NamedFile:
    """One file, plain or compressed.

    Attributes:
        path: Where it lies.
        name: Its path as messages and the store name it, such as ``skeletons/5813105172.swc``.
        stem: Its name without the ending.
    """

    path: Path
    name: str
    stem: str

    def read(self) -> bytes:
        """The content, unpacked.

        Raises:
            IngestError: The file cannot be read.
        """
        opener = cast("Callable[[Path, str], object]", OPENERS.get(self.path.suffix, open))
        try:
            with opener(self.path, "rb") as file:  # type: ignore[attr-defined]
                return cast("bytes", file.read())
        except UNREADABLE as error:
            raise IngestError(
                f"the file cannot be read to its end ({error})", file=self.name
            ) from None


def named_files(
    directory: Path, kind: str, ending: str, key: Callable[[NamedFile], Key]
) -> Mapping[Key, NamedFile]:
    """The files of a directory, and of those in it, by what they are named after.

    Args:
        directory: Where they lie.
        kind: What they hold, such as ``skeletons``.
        ending: Of their names, such as ``.swc``; behind it there may be ``.gz`` or ``.bz2``. Files
            with other endings are left alone.
        key: What a file is named after.

    Returns:
        Key -> file, in order of the keys.

    Raises:
        IngestError: The directory does not exist or holds none, a name is no key, or two files
            have the same.
    """
    with reading():
        if not directory.is_dir():
            problem = "is no directory" if directory.exists() else "does not exist"
            raise IngestError(f"the directory of {kind}, {directory}, {problem}")
    found: dict[Key, NamedFile] = {}
    for path in paths_below(directory):
        stem = path.name.removesuffix(path.suffix) if path.suffix in OPENERS else path.name
        if not stem.endswith(ending):
            continue
        name = f"{kind}/{path.relative_to(directory).as_posix()}"
        file = NamedFile(path, name, stem.removesuffix(ending))
        if (twin := found.setdefault(key(file), file)) is not file:
            raise IngestError(f"it stands for {key(file)!r}, as {twin.name} does", file=name)
    if not found:
        raise IngestError(f"the directory of {kind}, {directory}, holds no file *{ending}")
    return dict(sorted(found.items()))
