"""The directory of an export: which format it holds, and where its files lie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from connstore.errors import IngestError
from connstore.ingestion.export_file import SUFFIXES, ExportFile

#: What other exports are recognised by, to say what they are.
_OTHERS = {
    "connectome-weights-*.feather*": "flat feather tables",
    "syn-p*-*.feather*": "flat feather tables",
    "*-synapse-partners*.feather*": "flat feather tables of an older release",
    "*-neuron-properties*.feather*": "flat feather tables of an older release",
    "Neuprint_Neurons_*.ftr": "the feather twin of a MANC bundle",
    "roi-connections.csv*": "an adjacency directory of neuprint-python",
    "traced-*.csv*": "a traced-adjacencies release",
    "proofread_connections_*.feather": "FlyWire tables",
    "flywire_synapses_*.feather": "FlyWire tables",
    "*.zip": "an archive to unpack first",
    "*.t*gz": "an archive to unpack first",
    "*.tar*": "an archive to unpack first",
}

#: First header cells of FlyWire's tables from Codex, whose names are those of the contents.
_CODEX = ("root_id", "pre_root_id")


@dataclass(frozen=True)
class Source:
    """A recognised neuPrint bundle.

    Attributes:
        root: Directory that holds the ``Neuprint_*`` files.
        format: ``neuprint`` (current exporter) or ``dvid`` (old loader).
        suffix: What follows the table's name in the old loader's files.
    """

    root: Path
    format: str
    suffix: str = ""

    def one(self, table: str) -> ExportFile:
        """The CSV file of a table, plain or compressed.

        Raises:
            IngestError: It is missing.
        """
        stem = f"Neuprint_{table}{self.suffix}"
        for suffix in SUFFIXES:
            if (path := self.root / (stem + suffix)).is_file():
                return self._file(path)
        raise IngestError(
            f"the export in {self.root} lacks it; it may also be .csv.gz or .csv.bz2",
            file=f"{stem}.csv",
        )

    def shards(self, table: str) -> list[ExportFile]:
        """The CSV files under a table's directory, in order of path; empty if it is not there.

        Raises:
            IngestError: It is no directory, or holds no CSV file.
        """
        with reading():
            directory = _directory(self.root, table)
        if directory is None:
            return []
        found = [path for path in paths_below(directory) if path.name.endswith(SUFFIXES)]
        if not found:
            raise IngestError("the directory lacks its CSV files", file=directory.name)
        return [self._file(path) for path in found]

    def matching(self, pattern: str) -> list[ExportFile]:
        """The CSV files beside the others whose table name matches a pattern."""
        found = sorted(self.root.glob(f"Neuprint_{pattern}{escape(self.suffix)}.csv*"))
        return [self._file(path) for path in found if path.name.endswith(SUFFIXES)]

    def feather(self, name: str) -> Path | None:
        """The path of a side feather, if it is there."""
        path = self.root / f"{name}.feather"
        return path if path.is_file() else None

    def relative(self, path: Path) -> str:
        """A path as messages and the store name it."""
        return path.relative_to(self.root).as_posix()

    def all_files(self) -> Iterator[Path]:
        """Every file of the export, in order of path."""
        return (path for path in _walk(self.root) if path.is_file())

    def _file(self, path: Path) -> ExportFile:
        return ExportFile(path, self.relative(path), quoted_null=self.format == "dvid")


def find_source(path: Path) -> Source:
    """Recognise the export in a directory, or one level below it.

    Raises:
        IngestError: There is none that connstore reads; the message says what is there.
    """
    with reading():
        return _find_source(path)


@contextmanager
def reading() -> Iterator[None]:
    """Tell what of an export cannot be read."""
    try:
        yield
    except OSError as error:
        raise IngestError(f"cannot read {error.filename}: {error.strerror}") from None


def _find_source(path: Path) -> Source:
    if not path.is_dir():
        what = "is a file; unpack it and name the directory" if path.exists() else "does not exist"
        raise IngestError(f"{path} {what}")
    below = sorted(entry for entry in path.iterdir() if entry.is_dir())
    found = [source for root in (path, *below) if (source := _recognise(root)) is not None]
    if not found:
        for root in (path, *below):
            if other := _other_export(root):
                raise IngestError(
                    f"{root} holds {other}, which connstore does not read; "
                    "ingest the dataset's neuPrint bundle (Neuprint_Neurons…) instead"
                )
        names = ", ".join(sorted(p.name for p in path.iterdir())[:8]) or "nothing"
        raise IngestError(
            f"{path} is no neuPrint bundle: neither it nor a directory in it has "
            "Neuprint_Neurons/ or Neuprint_Neurons_*.csv; and no SONATA circuit: it has no "
            f"circuit_config.json. It holds: {names}"
        )
    if len(found) > 1:
        roots = " and ".join(str(source.root) for source in found)
        raise IngestError(f"{path} holds several exports: {roots}. Name one of them.")
    return found[0]


def _other_export(root: Path) -> str | None:
    """What a directory holds that is no neuPrint bundle, as far as connstore knows it."""
    for pattern, what in _OTHERS.items():
        if hits := sorted(root.glob(pattern)):
            return f"{what} ({hits[0].name})"
    for path in sorted(root.glob("*.csv*")):
        if path.name.endswith(SUFFIXES):
            _, header = next(ExportFile(path, path.name).rows(), (1, []))
            if header and header[0] in _CODEX:
                return f"FlyWire tables ({path.name})"
    return None


def paths_below(directory: Path) -> list[Path]:
    """Every file below a directory but hidden ones, in order of path; links are followed.

    Hidden files are what systems leave behind (``.DS_Store``, ``._000000.csv``), and the
    staging directory of a store that is made inside its source.

    Raises:
        IngestError: A directory cannot be read, or a link leads nowhere: what it stands for
            would be left out.
    """
    found = _walk(directory)
    with reading():
        for path in found:
            if not path.is_file():
                raise IngestError(
                    f"it is neither a file nor a directory{_link(path)}",
                    file=path.relative_to(directory.parent).as_posix(),
                )
    return found


def _walk(directory: Path) -> list[Path]:
    """What lies below a directory, also by links, but hidden files and directories themselves."""

    def inner(directory: Path, above: frozenset[tuple[int, int]]) -> Iterator[Path]:
        status = directory.stat()
        here = (status.st_dev, status.st_ino)
        if here in above:  # a link back; its content is read already
            return
        for path in directory.iterdir():
            if path.name.startswith("."):
                continue
            if path.is_dir():
                yield from inner(path, above | {here})
            else:
                yield path

    with reading():
        return sorted(inner(directory, frozenset()), key=Path.as_posix)


def _directory(root: Path, table: str) -> Path | None:
    """The directory of a table's files; None if nothing of its name is there.

    Raises:
        IngestError: Something else is there.
    """
    path = root / f"Neuprint_{table}"
    if path.is_dir():
        return path
    if path.is_symlink() or path.exists():
        raise IngestError(f"it should be a directory of CSV files{_link(path)}", file=path.name)
    return None


def _link(path: Path) -> str:
    """What to say of a path that is a link."""
    return f": it is a link to {path.readlink()}, which leads nowhere" if path.is_symlink() else ""


def _recognise(root: Path) -> Source | None:
    if _directory(root, "Neurons") is not None:
        return Source(root, "neuprint")
    files = [p for p in sorted(root.glob("Neuprint_Neurons_*.csv*")) if p.name.endswith(SUFFIXES)]
    if len(files) > 1:
        raise IngestError(f"{root} holds several bundles: {', '.join(p.name for p in files)}")
    for path in files:
        stem = path.name.removesuffix(next(s for s in reversed(SUFFIXES) if path.name.endswith(s)))
        return Source(root, "dvid", stem.removeprefix("Neuprint_Neurons"))
    return None
