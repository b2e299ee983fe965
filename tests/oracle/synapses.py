"""The synapses of an exported dataset: points, SynapseSets and links, from the raw files.

Nothing is taken from the ``bodyId`` that current bundles write beside a synapse: a synapse belongs
to the body whose SynapseSet contains it, as in the queries that neuprint-python sends. Rows of
relations to a node that has no row are dropped, as neo4j's import does.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from .bundle import RawExport
from .cells import Column, json_number, parse_column, parse_value, read_rows, read_text

Rows = list[tuple[int, int]]


@dataclass
class RawSynapses:
    """Points by id, and the relations between bodies, SynapseSets and points.

    ``points`` has the columns ``type``, ``confidence`` (the float64 of a float32), ``x``, ``y``,
    ``z``, ``properties`` (without nulls; location, type and confidence left out) and ``rois``
    (names of the flags that are set), sorted by the index: the synapse's id.
    """

    points: pd.DataFrame
    body_sets: pd.DataFrame  # body, set
    set_points: pd.DataFrame  # set, point
    set_links: pd.DataFrame  # pre, post
    point_links: pd.DataFrame  # pre, post

    @classmethod
    def read(cls, directory: Path, export: RawExport) -> "RawSynapses":
        """Read the synapse files of a bundle of either generation."""
        shards = sorted((directory / "Neuprint_Synapses").glob("*.csv*"))
        old = sorted(directory.glob("Neuprint_Synapses_*.csv*"))
        points = pd.concat([_points(path, bool(old)) for path in shards or old]).sort_index()
        body_sets = _relation(directory, "Neuron_to_SynapseSet", "body", "set")
        body_sets = body_sets[body_sets["body"].astype("int64").isin(list(export.by_id))]
        set_points = _relation(directory, "SynapseSet_to_Synapses", "set", "point")
        point_links = _relation(directory, "Synapse_Connections", "pre", "post")
        known = points.index
        set_points = set_points.astype({"point": "int64"})
        point_links = point_links.astype("int64")
        return cls(
            points,
            body_sets.astype({"body": "int64"}),
            set_points[set_points["point"].isin(known)],
            _relation(directory, "SynapseSet_to_SynapseSet", "pre", "post"),
            point_links[point_links["pre"].isin(known) & point_links["post"].isin(known)],
        )

    @cached_property
    def contained(self) -> pd.DataFrame:
        """(n)-[:Contains]->(:SynapseSet)-[:Contains]->(s), distinct: columns body, point."""
        both = self.body_sets.merge(self.set_points, on="set")[["body", "point"]]
        return both.drop_duplicates().sort_values(["body", "point"], ignore_index=True)

    @cached_property
    def connected(self) -> pd.DataFrame:
        """The pattern of fetch_synapse_connections: columns body_pre, body_post, pre, post."""
        links = self.point_links
        for end in ("pre", "post"):
            members = self.set_points.rename(columns={"set": f"set_{end}", "point": end})
            links = links.merge(members, on=end)
        sets = self.set_links.rename(columns={"pre": "set_pre", "post": "set_post"})
        links = links.merge(sets, on=["set_pre", "set_post"])
        for end in ("pre", "post"):
            owners = self.body_sets.rename(columns={"set": f"set_{end}", "body": f"body_{end}"})
            links = links.merge(owners, on=f"set_{end}")
        columns = ["body_pre", "body_post", "pre", "post"]
        return links[columns].drop_duplicates().sort_values(columns, ignore_index=True)

    @cached_property
    def transmitters(self) -> list[str]:
        """Properties of T-bars that begin with nt."""
        pre = self.points.loc[self.points["type"] == "pre", "properties"]
        return sorted({name for found in pre for name in found if name.startswith("nt")})


def _relation(directory: Path, what: str, start: str, end: str) -> pd.DataFrame:
    """The two ids of each row of one relationship file, as texts."""
    paths = [p for p in directory.glob(f"Neuprint_{what}*.csv*") if "SynapseSets" not in p.name]
    (path,) = [p for p in paths if p.name[len(f"Neuprint_{what}")] in "._"]
    frame = pd.read_csv(path, dtype=object, keep_default_na=False)
    assert [parse_column(name).role for name in frame] == ["START_ID", "END_ID"], path.name
    frame.columns = pd.Index([start, end])
    return frame


def _points(path: Path, wide: bool) -> pd.DataFrame:
    """The points of one Synapses file; a wide file has a flag for every ROI of the dataset."""
    header, cells = _wide_cells(path) if wide else _cells(path)
    flags = [i for i, column in enumerate(header) if column.type == "boolean"]
    others = [
        (column, cells[i])
        for i, column in enumerate(header)
        if i not in flags and (column.name or column.role == "ID")
    ]
    columns = {column.name or "id": values for column, values in others}
    kinds = {column.name: column.type for column, _ in others}
    places = _places(columns.pop("location"))
    confidences = [float(np.float32(text)) for text in columns.pop("confidence")]
    points = pd.DataFrame(
        {
            "type": pd.array(columns.pop("type"), dtype=object),
            "confidence": confidences,
            **places,
        },
        index=pd.Index([int(i) for i in columns.pop("id")], name="point"),
    )
    names = list(columns)
    values = [[_value(text, kinds[name]) for text in columns[name]] for name in names]
    rows = zip(*values, strict=True) if names else ((),) * len(points)
    found = [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in rows]
    points["properties"] = pd.array(found, dtype=object)
    points["rois"] = _flag_names([header[i].name for i in flags], [cells[i] for i in flags], points)
    return points


def _cells(path: Path) -> tuple[list[Column], list[Any]]:
    header, rows = read_rows(path)
    return header, [list(column) for column in zip(*rows, strict=True)]


def _wide_cells(path: Path) -> tuple[list[Column], list[Any]]:
    """The same for a file too large to be split by a regular expression."""
    data = read_text(path).encode()
    reader = pyarrow.csv.open_csv(pa.BufferReader(data))
    names = reader.schema.names
    header = [parse_column(name) for name in names]
    convert = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
    )
    assert len(set(names)) == len(names)
    table = pyarrow.csv.read_csv(pa.BufferReader(data), convert_options=convert)
    cells: list[Any] = []
    for column, values in zip(header, table.columns, strict=True):
        is_flag = column.type == "boolean"
        cells.append(pa.compute.equal(values, "true").to_numpy() if is_flag else values.to_pylist())
    return header, cells


def _flag_names(names: list[str], flags: list[Any], points: pd.DataFrame) -> Any:
    """For each point the names of the flags that are set; equal lists are one object."""
    if not flags:
        return pd.array([[] for _ in range(len(points))], dtype=object)
    is_set = np.stack([np.asarray(f) if not isinstance(f, list) else _true(f) for f in flags], 1)
    packed = np.packbits(is_set, axis=1)
    kinds, which = np.unique(packed, axis=0, return_inverse=True)
    lists = np.empty(len(kinds), dtype=object)
    for number, bits in enumerate(np.unpackbits(kinds, axis=1, count=len(names))):
        lists[number] = [name for name, bit in zip(names, bits, strict=True) if bit]
    return lists[which.ravel()]


def _true(cells: list[Any]) -> np.ndarray:
    return np.array([cell == "true" for cell in cells])


def _places(texts: list[str]) -> dict[str, Any]:
    parsed = [parse_value(text, "point")["coordinates"] for text in texts]
    return {axis: pd.array([p[i] for p in parsed], dtype=object) for i, axis in enumerate("xyz")}


def _value(text: str | None, kind: str) -> Any:
    """A property; floats are 32-bit in neo4j."""
    if text is None or text == "":
        return None
    if kind == "float":
        return json_number(float(np.float32(text)))
    return parse_value(text, kind)
