"""An exported dataset as plain Python: the Meta node, the bodies, the edges between bodies."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from .cells import Cell, Column, parse_value, read_rows


@dataclass
class Body:
    """One Segment or Neuron node: its labels, and its properties without the null ones."""

    id: int
    labels: frozenset[str]
    properties: dict[str, Any] = field(repr=False)

    def get(self, name: str) -> Any:
        """The property, or None where neo4j would answer null."""
        return self.properties.get(name)

    @cached_property
    def roi_info(self) -> dict[str, dict[str, int]]:
        """The body's roiInfo, parsed."""
        return json.loads(self.properties.get("roiInfo") or "{}")


@dataclass
class RawExport:
    """A bundle of neo4j import files at the level of neurons, edges and metadata.

    ``meta`` keeps JSON-in-strings as strings. ``edges`` has the columns ``pre``, ``post``, every
    weight property of the file, and ``roiInfo`` (JSON text); ``dangling`` holds the edges of which
    a body has no node: the server's importer drops them.
    """

    meta: dict[str, Any]
    neurons: list[Body]
    edges: pd.DataFrame
    dangling: pd.DataFrame

    @classmethod
    def from_neuprint(cls, directory: Path) -> "RawExport":
        """Read a bundle of the current generation (flyem-snapshot ``neuprint/``)."""
        shards = sorted((directory / "Neuprint_Neurons").glob("*.csv*"))
        return cls._build(
            _find(directory, "Neuprint_Meta.csv*"),
            shards,
            _find(directory, "Neuprint_Neuron_Connections.csv*"),
            empty_is_null=False,
        )

    @classmethod
    def from_old_loader(cls, directory: Path) -> "RawExport":
        """Read a bundle of the old generation (dvid_to_neuprint, one CSV a table)."""
        return cls._build(
            _find(directory, "Neuprint_Meta_*.csv*"),
            [_find(directory, "Neuprint_Neurons_*.csv*")],
            _find(directory, "Neuprint_Neuron_Connections_*.csv*"),
            empty_is_null=True,
        )

    @classmethod
    def _build(
        cls, meta_file: Path, neuron_files: list[Path], edge_file: Path, *, empty_is_null: bool
    ) -> "RawExport":
        header, rows = read_rows(meta_file)
        if len(rows) != 1:
            raise ValueError(f"{meta_file.name}: {len(rows)} Meta rows")
        meta, _ = _properties(header, rows[0], empty_is_null)
        neurons = [body for path in neuron_files for body in _bodies(path, empty_is_null)]
        edges = _edges(edge_file)
        known = edges["pre"].isin([b.id for b in neurons])
        known &= edges["post"].isin([b.id for b in neurons])
        return cls(
            meta,
            neurons,
            edges[known].reset_index(drop=True),
            edges[~known].reset_index(drop=True),
        )

    @cached_property
    def by_id(self) -> dict[int, Body]:
        """The bodies by body id."""
        found = {body.id: body for body in self.neurons}
        if len(found) != len(self.neurons):
            raise ValueError("a body id occurs twice")
        return found

    @cached_property
    def primary_rois(self) -> list[str]:
        """Sorted names of the ROIs that do not overlap."""
        return sorted(self.meta["primaryRois"])

    @cached_property
    def all_rois(self) -> list[str]:
        """Sorted ROI names: the keys of the Meta node's roiInfo."""
        return sorted(json.loads(self.meta["roiInfo"]))

    @cached_property
    def edge_roi_info(self) -> list[dict[str, dict[str, int]]]:
        """The roiInfo of each edge, parsed, in the order of ``edges``."""
        return [json.loads(text) for text in self.edges["roiInfo"]]


def _find(directory: Path, pattern: str) -> Path:
    """The one file that the pattern names."""
    found = sorted(directory.glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files match {pattern} in {directory.name}")
    return found[0]


def _properties(
    header: list[Column], row: list[Cell], empty_is_null: bool
) -> tuple[dict[str, Any], dict[str, str]]:
    """Properties without nulls, and the role cells, of one row."""
    properties: dict[str, Any] = {}
    roles: dict[str, str] = {}
    for column, cell in zip(header, row, strict=True):
        if cell is None or (cell == "" and empty_is_null):
            continue
        if column.role:
            roles[column.role] = cell
        elif column.type != "IGNORE":
            value = parse_value(cell, column.type)
            if value is not None:
                properties[column.name] = value
    return properties, roles


def _bodies(path: Path, empty_is_null: bool) -> list[Body]:
    """The bodies of one Neurons file."""
    header, rows = read_rows(path)
    bodies = []
    for row in rows:
        properties, roles = _properties(header, row, empty_is_null)
        if int(roles["ID"]) != properties["bodyId"]:
            raise ValueError(f"{path.name}: node {roles['ID']} is body {properties['bodyId']}")
        labels = frozenset(roles["LABEL"].split(";"))
        bodies.append(Body(properties["bodyId"], labels, properties))
    return bodies


def _edges(path: Path) -> pd.DataFrame:
    """The edges of one Neuron_Connections file: every number an exact int64."""
    header, rows = read_rows(path)
    columns: dict[str, Any] = {}
    for column, cells in zip(header, zip(*rows, strict=True), strict=True):
        if column.role in ("START_ID", "END_ID"):
            name = "pre" if column.role == "START_ID" else "post"
            columns[name] = pd.array([int(cell or "") for cell in cells], dtype="int64")
        elif column.type == "int":
            columns[column.name] = pd.array([int(cell or "") for cell in cells], dtype="int64")
        else:
            columns[column.name] = pd.array(list(cells), dtype=object)
    return pd.DataFrame({"pre": columns.pop("pre"), "post": columns.pop("post"), **columns})
