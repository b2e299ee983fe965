"""The Meta node: read without loss, JSON-in-strings included."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from connstore.errors import IngestError
from connstore.ingestion.export_file import ExportFile, cell_problem

_SWITCH = {"true": True, "false": False}


def _finite(text: str) -> float:
    if not math.isfinite(value := float(text)):
        raise ValueError(text)
    return value


_READ: dict[str, Callable[[str], object]] = {
    "string": str,
    "int": int,
    "long": int,
    "float": _finite,
    "double": _finite,
    "boolean": lambda text: _SWITCH[text.lower()],
}


def read_meta(file: ExportFile) -> dict[str, tuple[str, object]]:
    """Read the one row of a Meta file.

    Args:
        file: ``Neuprint_Meta*.csv``.

    Returns:
        Property -> (neo4j type, value). Arrays are lists; an empty cell is None; JSON text
        stays text.

    Raises:
        IngestError: The file has no row, a cell is no value of its column's type, or what
            should be JSON is not.
    """
    header = file.header
    rows = [(line, row) for line, row in file.rows() if row]
    if len(rows) != 2 or len(rows[1][1]) != len(header):
        raise IngestError("it should have a header and one row of as many cells", file=file.name)
    line, row = rows[1]
    meta = {}
    for cell, text in zip(header, row, strict=True):
        if cell.role:
            continue
        problem = cell_problem(text, "string")
        if problem is None:
            try:
                meta[cell.name] = (cell.type, _value(text, cell.type))
            except (ValueError, KeyError):
                problem = f"{text[:40]!r} is not of type {cell.type!r}"
            else:
                problem = _odd_rois(cell.name, meta[cell.name][1])
        if problem is not None:
            raise IngestError(problem, file=file.name, line=line, column=cell.text)
    return meta


def dataset_key(meta: dict[str, tuple[str, object]]) -> str | None:
    """The dataset's key in neuPrint, such as ``hemibrain:v1.2.1``; None if Meta has no name."""
    name, tag = (meta.get(key, ("", None))[1] for key in ("dataset", "tag"))
    if not name:
        return None
    return f"{name}:{tag}" if tag else str(name)


def _value(text: str, type_: str) -> object:
    if text == "":
        return None
    if type_.endswith("[]"):
        return [_READ[type_[:-2]](item) for item in text.split(";")]
    return _READ.get(type_, str)(text) if type_ != "IGNORE" else text


def _odd_rois(name: str, value: object) -> str | None:
    """What keeps a property that names ROIs from doing so, if anything."""
    if value is None:
        return None
    if name == "primaryRois":
        return None if isinstance(value, list) else "it should hold a list of ROI names"
    if name in ("roiInfo", "roiHierarchy"):
        try:
            content = json.loads(str(value))
            # Lone surrogates are JSON, but no text.
            json.dumps(content, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            return f"it should hold JSON: {error}"
        return None if isinstance(content, dict) else "it should hold a JSON object"
    return None
