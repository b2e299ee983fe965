"""The mitochondria of an exported dataset: elements, ElementSets and CloseTo, from the raw files.

An element belongs to the body whose ElementSet contains it, as in the queries that
neuprint-python sends; rows of relations to a node that has no row are dropped.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .bundle import RawExport
from .cells import json_number, parse_value, read_rows


@dataclass
class RawMitochondria:
    """Elements by id, and the relations between bodies, ElementSets, elements and synapses.

    ``elements`` has the columns ``x``, ``y``, ``z``, ``properties`` (without nulls) and ``rois``
    (names of the flags that are set), sorted by the index: the element's id.
    """

    elements: pd.DataFrame
    body_sets: pd.DataFrame  # body, set
    set_elements: pd.DataFrame  # set, element
    links: pd.DataFrame  # synapse, element, distance

    @classmethod
    def read(cls, directory: Path, export: RawExport) -> "RawMitochondria":
        """Read the element files of a bundle; an old one has none."""
        rows = [row for path in directory.glob("Neuprint_Elements/*/*") for row in _elements(path)]
        elements = pd.DataFrame(rows, columns=["element", *"xyz", "properties", "rois"])
        elements = elements.set_index("element").sort_index()
        body_sets = _relation(directory, "Neuron_to_ElementSet_*", "body", "set")
        body_sets = body_sets.astype({"body": "int64"})
        set_elements = _relation(directory, "ElementSet_to_Element_*", "set", "element")
        links = _relation(directory, "Elements_CloseTo_*", "synapse", "element")
        texts = links["distance"]
        distances = [None if t is None else json_number(float(np.float32(t))) for t in texts]
        links["distance"] = pd.array(distances, dtype=object)
        return cls(
            elements,
            body_sets[body_sets["body"].isin(list(export.by_id))],
            set_elements.astype({"element": "int64"}),
            links.astype({"synapse": "int64", "element": "int64"}),
        )

    @cached_property
    def contained(self) -> pd.DataFrame:
        """(n)-[:Contains]->(:ElementSet)-[:Contains]->(m:Element): columns body, element."""
        both = self.body_sets.merge(self.set_elements, on="set")[["body", "element"]]
        both = both[both["element"].isin(self.elements.index)]
        return both.sort_values(["body", "element"], ignore_index=True)


def _elements(path: Path) -> list[list[Any]]:
    header, rows = read_rows(path)
    found = []
    for cells in rows:
        properties: dict[str, Any] = {}
        rois, number = [], 0
        for column, cell in zip(header, cells, strict=True):
            if column.role == "ID":
                number = int(cell or "")
            elif not column.role and column.type == "boolean":
                rois += [column.name] if cell == "true" else []
            elif not column.role and cell:
                is_float = column.type == "float"  # 32-bit in neo4j
                value = json_number(float(np.float32(cell))) if is_float else None
                properties[column.name] = value or parse_value(cell, column.type)
        place = properties.pop("location")["coordinates"]
        found.append([number, *place, properties, rois])
    return found


def _relation(directory: Path, pattern: str, start: str, end: str) -> pd.DataFrame:
    """The two ids of each row, as texts, and the distances, if there are any."""
    names = {"START_ID": start, "END_ID": end}
    frames = []
    for path in sorted(directory.glob(f"Neuprint_{pattern}")):
        header, rows = read_rows(path)
        columns = [names.get(column.role, column.name) for column in header]
        frames.append(pd.DataFrame(rows, columns=columns, dtype=object))
    nothing = pd.DataFrame({start: [], end: [], "distance": []}, dtype=object)
    return pd.concat(frames, ignore_index=True) if frames else nothing
