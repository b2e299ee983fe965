"""Surfaces of ROIs: a directory of OBJ files -> the store's table ``roi_mesh``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from connstore.errors import IngestError
from connstore.ingestion.named_files import NamedFile, named_files
from connstore.ingestion.workspace import Workspace
from connstore.store.writer import StoreWriter

_SCHEMA = pa.schema([("roi", pa.string()), ("obj", pa.binary())])

_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_CORNER = rb"-?\d+(?:/-?\d*){0,2}"
#: Lines of an OBJ file: three or more numbers of a vertex, three or more corners of a face, and
#: what is nothing to the surface: other statements, comments, blank lines.
_VERTEX = rb"v(?:[ \t]+" + _NUMBER + rb"){3,}"
_FACE = rb"f(?:[ \t]+" + _CORNER + rb"){3,}"
_OTHER = rb"(?![vf]\b)[a-z]\w*(?:[ \t][^\n]*?)?|#[^\n]*?|"
_STRANGE = re.compile(
    rb"^(?![ \t]*(?:" + _VERTEX + rb"|" + _FACE + rb"|" + _OTHER + rb")[ \t]*\r?$)[^\n]*", re.M
)
_ANY_FACE = re.compile(rb"^[ \t]*f[ \t]", re.M)


def find_roi_meshes(directory: Path) -> Mapping[str, NamedFile]:
    """The OBJ files of a directory, by ROI, in order of the names.

    A file is named after its ROI, with ``%XX`` for what a file's name cannot hold or a file system
    cannot tell apart: ``a%2Fb.obj`` is of ``a/b``, ``%61L(R).obj`` of ``aL(R)``.

    Raises:
        IngestError: There are none, a name is no UTF-8, or two are of one ROI.
    """
    return named_files(directory, "roi-meshes", ".obj", _roi)


def write_roi_meshes(
    files: Mapping[str, NamedFile], workspace: Workspace, writer: StoreWriter
) -> None:
    """Write the table, a mesh to a row group: they are large, and asked for one at a time.

    Raises:
        IngestError: A file is no mesh; with its line.
    """
    with pq.ParquetWriter(writer.path("roi_mesh"), _SCHEMA, compression="zstd") as table:
        for roi, file in workspace.bar(list(files.items()), "ROI meshes"):
            data = file.read()
            _check(data, file.name)
            workspace.rows_read[file.name] = data.count(b"\n") + (not data.endswith(b"\n"))
            table.write_table(pa.table([[roi], [data]], schema=_SCHEMA))
    workspace.report.count("rows_read", len(files), "ROI meshes")


def note_strange_roi_meshes(files: Mapping[str, NamedFile], workspace: Workspace) -> None:
    """Report meshes of ROIs that the export does not have; they are kept."""
    known = {name for (name,) in workspace.engine.rows("SELECT name FROM roi")}
    if strange := [roi for roi in files if roi not in known]:
        workspace.report.note(
            "mesh_without_roi",
            len(strange),
            f"ROI meshes of names that are no ROIs here: {', '.join(strange[:8])}",
        )


def _roi(file: NamedFile) -> str:
    try:
        name = unquote(file.stem, errors="strict")
        name.encode()
    except UnicodeError:
        raise IngestError(
            "the name of the file, %XX decoded, is not UTF-8", file=file.name
        ) from None
    return name


def _check(data: bytes, name: str) -> None:
    """Check that a file is text of a triangulated or polygonal surface."""
    if strange := _STRANGE.search(data):
        line = data.count(b"\n", 0, strange.start()) + 1
        text = strange.group()[:60].decode(errors="replace").strip()
        raise IngestError(f"{text!r} is no line of an OBJ file", file=name, line=line)
    if not _ANY_FACE.search(data):
        raise IngestError("the mesh has no faces", file=name)
