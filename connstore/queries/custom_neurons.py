"""Neurons that a Cypher query finds, as fetch_neurons returns them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError
from connstore.queries.arguments import Answering, answered
from connstore.queries.custom import fetch_custom
from connstore.queries.frames import to_pandas
from connstore.queries.neurons import CORE_NEURON_COLS, ROI_COUNTS, neuron_columns
from connstore.queries.roi_counts import NOT_PRIMARY, any_count, without_zero_rows

#: Without these there is nothing to tell by ROI.
_NEEDED = ("bodyId", "roiInfo")
_COUNT = int | float | None
_POINT = pa.struct([(axis, pa.float64()) for axis in "xyz"])

Properties = Mapping[str, Any]
#: Counts by name, by ROI.
RoiInfo = Mapping[str, Mapping[str, int]]


@answered
def fetch_custom_neurons(q: str, *, client: Answering | None = None) -> Any:
    """Properties and per-ROI synapse counts of the neurons that a Cypher query finds.

    Args:
        q: The query. It must ``RETURN n``: neurons, or maps with the properties that are wanted,
            such as ``apoc.map.removeKeys(n, ['somaLocation']) AS n``; ``bodyId`` and ``roiInfo``
            must be among them. Other columns are ignored.
        client: By default the default client.

    Returns:
        ``(neurons, roi_counts)``, as :func:`connstore.fetch_neurons` returns them. ``neurons``
        has a row for each row of the query, in its order, and the properties that any of them
        has. ``roi_counts`` tells of each body once.

    Raises:
        CypherError: The query is wrong; see :func:`connstore.fetch_custom`.
        ArgumentError: It does not return neurons as ``n``.

    Example:
        >>> neurons, roi_counts = fetch_custom_neurons(
        ...     "MATCH (n:Neuron) WHERE n.type = 'DNa02' RETURN n ORDER BY n.bodyId"
        ... )
        >>> neurons["instance"].tolist()
        ['DNa02_R', 'DNa02_L']
    """
    assert client is not None
    found = fetch_custom(q, format="json", client=client)
    if "n" not in found["columns"]:
        raise ArgumentError(
            f"fetch_custom_neurons: the query must RETURN n; it returns {found['columns']}"
        )
    place = found["columns"].index("n")
    checked = [_checked(row[place], number) for number, row in enumerate(found["data"], 1)]
    if not checked:
        counts = pa.table({name: pa.array([], pa.int64()) for name in ("bodyId", "pre", "post")})
        counts = counts.add_column(1, "roi", pa.array([], pa.string()))
        names = neuron_columns(client, "all")
        empty = pa.table([pa.array([], pa.null())] * len(names), names=names)
        return client.frame(empty, to_pandas), client.frame(counts, to_pandas)
    nodes = [node for node, _ in checked]
    infos = [info for _, info in checked]
    table, objects = _table(nodes, set(client.store.all_rois))
    objects |= {
        "roiInfo": infos,
        "inputRois": [_rois_with(info, "post") for info in infos],
        "outputRois": [_rois_with(info, "pre") for info in infos],
    }
    counts = [name for name in ROI_COUNTS if name in table.column_names]
    by_roi = _by_roi(nodes, infos, counts, set(client.store.primary_rois))
    if client.frames != "pandas":
        by_roi = by_roi.filter(pa.array(any_count(by_roi, counts)))
    return (
        client.frame(table, partial(_pandas, objects=objects, nodes=nodes), objects),
        client.frame(by_roi, partial(without_zero_rows, counts=counts)),
    )


def _checked(node: Any, number: int) -> tuple[Properties, RoiInfo]:
    """A neuron's properties, and its roiInfo parsed.

    Raises:
        ArgumentError: It is something else.
    """
    if not isinstance(node, dict):
        what = f"{node!r:.60} instead of a neuron"
    elif missing := [name for name in _NEEDED if node.get(name) is None]:
        what = f"a neuron without {' and '.join(missing)}"
    elif type(node["bodyId"]) is not int:
        what = "a neuron whose bodyId is no whole number"
    elif wrong := [name for name in ROI_COUNTS if not isinstance(node.get(name), _COUNT)]:
        what = f"a neuron whose {wrong[0]} is no number"
    elif (info := _parsed(node["roiInfo"])) is None:
        what = "a neuron whose roiInfo is no text with counts by ROI, in JSON"
    else:
        return node, info
    raise ArgumentError(f"fetch_custom_neurons: as n the query returns, in row {number}, {what}")


def _parsed(text: Any) -> RoiInfo | None:
    """roiInfo, if a value is such a text."""
    try:
        info = json.loads(text)
        counts = [count for by_name in info.values() for count in by_name.values()]
    except (AttributeError, TypeError, ValueError):
        return None
    return info if all(isinstance(count, _COUNT) for count in counts) else None


def _table(nodes: Sequence[Properties], rois: set[str]) -> tuple[pa.Table, dict[str, list[Any]]]:
    """A column a property, the core ones first; and the columns that Arrow has no type for."""
    keys = set().union(*nodes) - rois
    core = [name for name in CORE_NEURON_COLS if name in keys]
    columns: dict[str, pa.Array] = {}
    objects = {}
    for name in [*core, *sorted(keys - set(core))]:
        values = [node.get(name) for node in nodes]
        try:
            columns[name] = _column(values)
        except (pa.ArrowException, KeyError, TypeError, ValueError):
            objects[name] = values
            columns[name] = pa.nulls(len(nodes))
    return pa.table(columns), objects


def _column(values: list[Any]) -> pa.Array:
    """Values of one kind; points in space as ``{x, y, z}``.

    Raises:
        ArrowException, KeyError, TypeError, ValueError: They are of several kinds, or maps.
    """
    maps = [value for value in values if isinstance(value, dict)]
    if not maps:
        return pa.array(values)
    points = [
        None if v is None else dict(zip("xyz", v["coordinates"], strict=True)) for v in values
    ]
    return pa.array(points, _POINT)


def _pandas(
    table: pa.Table, objects: Mapping[str, list[Any]], nodes: Sequence[Properties]
) -> pd.DataFrame:
    """The neurons in pandas; among objects, absent properties are NaN, as upstream's are."""
    frame = to_pandas(table, objects)
    for name in table.column_names:
        absent = [name not in node for node in nodes]
        if frame[name].dtype == object and any(absent):
            frame.loc[absent, name] = np.nan
    return frame


def _rois_with(info: RoiInfo, count: str) -> list[str]:
    return sorted(roi for roi, counts in info.items() if counts.get(count))


def _by_roi(
    nodes: Sequence[Properties],
    infos: Sequence[RoiInfo],
    counts: Sequence[str],
    primary: set[str],
) -> pa.Table:
    """``bodyId, roi`` and counts, each body once, NotPrimary included, by bodyId and ROI."""
    bodies = {node["bodyId"]: (node, info) for node, info in zip(nodes, infos, strict=True)}
    rows: list[tuple[Any, ...]] = []
    for body, (node, info) in sorted(bodies.items()):
        within = [info[roi] for roi in info.keys() & primary]
        outside = {
            name: (node.get(name) or 0) - sum(each.get(name) or 0 for each in within)
            for name in counts
        }
        for roi, of_roi in sorted([*info.items(), (NOT_PRIMARY, outside)]):
            rows.append((body, roi, *(of_roi.get(name) or 0 for name in counts)))
    frame = pd.DataFrame(rows, columns=["bodyId", "roi", *counts])
    return pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
