"""Frames as universes: their columns as properties, their rows as the tables of a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import ArgumentError, did_you_mean
from connstore.node_sets.columns import named_columns, plain_column, with_labels
from connstore.node_sets.roi_frames import roi_tables
from connstore.select.neuron_criteria import as_list, shown
from connstore.store.manifest import Property


@dataclass(frozen=True)
class FrameUniverse:
    """A frame in the place of a store.

    Attributes:
        dataset: Name of its population.
        relations: The tables that statements read, as in a store.
        entities: Entity -> its properties.
        all_rois: Names of its ROIs, sorted; ROI n is the n-th, counted from 1.
    """

    dataset: str
    relations: Mapping[str, pa.Table]
    entities: Mapping[str, dict[str, Property]]
    all_rois: list[str]

    def properties(self, entity: str) -> dict[str, Property]:
        """The properties of an entity by exact name."""
        return self.entities.get(entity, {})

    @cached_property
    def roi_ids(self) -> dict[str, int]:
        """Number of every ROI."""
        return {name: roi_id for roi_id, name in enumerate(self.all_rois, 1)}

    def unknown_rois(self, names: set[str]) -> str | None:
        """A phrase naming those of some names that are no ROIs; None if all are."""
        unknown = sorted(names - set(self.all_rois))
        if not unknown:
            return None
        hints = "".join(did_you_mean(name, self.all_rois) for name in unknown[:3])
        return f"{unknown} (population {self.dataset}).{hints}"

    def distinct(self, column: str) -> list[str]:
        """The distinct texts in a column, be they in lists."""
        values = self.relations["segment"][column]
        if pa.types.is_list(values.type):
            values = pc.list_flatten(values)
        return [text for text in pc.unique(values).to_pylist() if text is not None]


def frame_universe(
    frame: Any, name: str, node_ids: Any, enumerations: Mapping[str, Any], roi_counts: Any
) -> FrameUniverse:
    """A frame, with what belongs to it, in the place of a store.

    Args:
        frame: A pandas, polars or Arrow frame.
        name: Name of the population.
        node_ids: Ids of the rows; or the column that has them; None for 0, 1, 2, ...
        enumerations: Column -> the texts that its numbers stand for.
        roi_counts: A frame with counts by ROI, or None.

    Raises:
        ArgumentError: They do not fit together.
    """
    given, size = named_columns(frame)
    for column in enumerations:
        if column not in given:
            hint = did_you_mean(str(column), given)
            raise ArgumentError(f"Population: enumerations: there is no column {column!r}.{hint}")
    ids = _node_ids(node_ids, given, size)
    columns: dict[str, pa.Array] = {"bodyId": ids}
    types: dict[str, str] = {}
    for number, (attribute, values) in enumerate(given.items()):
        array, kind = plain_column(values)
        if attribute in enumerations:
            array, kind = with_labels(array, kind, as_list(enumerations[attribute]), attribute)
        columns[f"a{number}"], types[attribute] = array, kind
    by_roi = roi_tables(roi_counts, ids)
    segments = pa.table(columns | {"roi_set": by_roi.roi_set})
    return FrameUniverse(
        name,
        {"segment": segments, "segment_neuron": segments, **by_roi.tables},
        {
            "neuron": _properties("neuron", types, "a"),
            "neuron_roi": _properties("neuron_roi", by_roi.types, "c"),
        },
        by_roi.rois,
    )


def _node_ids(given: Any, columns: Mapping[str, Any], size: int) -> pa.Array:
    if given is None:
        return pa.array(np.arange(size))
    if isinstance(given, str):
        if given not in columns:
            hint = did_you_mean(given, columns)
            raise ArgumentError(f"Population: node_ids: there is no column {given!r}.{hint}")
        given = plain_column(columns[given])[0]
    ids = as_list(given)
    if len(ids) != size:
        raise ArgumentError(f"Population: node_ids: {len(ids)} ids for {size} rows")
    for node_id in ids:
        if type(node_id) is not int or not 0 <= node_id < 2**63:
            raise ArgumentError(f"Population: node_ids: {shown(node_id)} is no id")
    if len(set(ids)) < size:
        raise ArgumentError("Population: node_ids: an id is there twice")
    return pa.array(ids, pa.int64())


def _properties(entity: str, types: Mapping[str, str], prefix: str) -> dict[str, Property]:
    """Properties whose columns have numbers, as the engine's names ignore case."""
    return {
        name: Property(
            entity=entity,
            name=name,
            column=f"{prefix}{number}",
            type=kind,
            neo4j_type="",
            ordinal=number,
        )
        for number, (name, kind) in enumerate(types.items())
    }
