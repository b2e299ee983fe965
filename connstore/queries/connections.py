"""Connections as one flat table, and connections that neurons share."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connstore.queries.arguments import (
    Answering,
    checked_choice,
    checked_minimum,
    checked_rois,
    property_list,
    selecting,
    selection,
)
from connstore.queries.frames import parse_json, to_pandas
from connstore.queries.weights import extra_weights
from connstore.select.arguments import Neurons, known_property
from connstore.select.neuron_criteria import NeuronCriteria, as_list
from connstore.sql.connections import Connections, simple_table


@selecting("upstream_criteria", "downstream_criteria")
def fetch_simple_connections(
    upstream_criteria: Any = None,
    downstream_criteria: Any = None,
    rois: Any = None,
    min_weight: int = 1,
    properties: Any = ["type", "instance"],
    *,
    weight_props: Any = "all",
    client: Answering | None = None,
) -> Any:
    """Connections as one table, with properties of both ends.

    Args:
        upstream_criteria, downstream_criteria: Which neurons at the two ends, as in
            :func:`fetch_neurons`; None for all neurons.
        rois: Only connections that have synapses in one of these ROIs; their weight counts
            all ROIs nevertheless.
        min_weight: Least total weight.
        properties: Properties to return for both ends.
        weight_props: Further weights: ``'all'`` that the dataset has, a name, or names.
        client: By default the default client.

    Returns:
        ``bodyId_pre, bodyId_post, weight``, the further weights (int64), each property as
        ``_pre`` and ``_post``, and ``conn_roiInfo`` (a dict by ROI; JSON text in polars and
        Arrow frames), by weight (descending) and ends.

    Raises:
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> fetch_simple_connections("L1", "Mi1").columns.tolist()[:4]
        ['bodyId_pre', 'bodyId_post', 'weight', 'weightHP']
    """
    here = "fetch_simple_connections"
    ends = (upstream_criteria, downstream_criteria)
    table = _connection_table(here, ends, rois, min_weight, properties, weight_props, client)
    if not as_list(rois):
        return _frame(client, table)
    return _frame(client, table, table["in_rois"], reset_index=True)


@selecting("criteria")
def fetch_common_connectivity(
    criteria: Any,
    search_direction: str = "upstream",
    min_weight: int = 1,
    properties: Any = ["type", "instance"],
    *,
    weight_props: Any = "all",
    client: Answering | None = None,
) -> Any:
    """Connections that a set of neurons has in common.

    Args:
        criteria: The set, as in :func:`fetch_neurons`.
        search_direction: Whether to look for shared ``'upstream'`` or ``'downstream'`` partners.
        min_weight, properties, weight_props: As in :func:`fetch_simple_connections`.
        client: By default the default client.

    Returns:
        As :func:`fetch_simple_connections`, with ``bodyId`` once for each end; the rows whose
        partner connects with every neuron of the set that has a connection at all; the index
        keeps the gaps of what was left out.

    Raises:
        ArgumentError: The direction, or another argument, is not valid.

    Example:
        >>> shared = fetch_common_connectivity("DNa02")
        >>> shared.groupby("bodyId_pre").size().unique().tolist()
        [2]
    """
    here = "fetch_common_connectivity"
    checked_choice(here, "search_direction", search_direction, ("upstream", "downstream"))
    everyone = NeuronCriteria(label="Neuron", client=client)
    upstream = search_direction == "upstream"
    ends = (everyone, criteria) if upstream else (criteria, everyone)
    # What tells the ends apart is there once.
    properties = [name for name in property_list(here, properties) if name != "bodyId"]
    table = _connection_table(here, ends, None, min_weight, properties, weight_props, client)
    own, partner = ("bodyId_post", "bodyId_pre") if upstream else ("bodyId_pre", "bodyId_post")
    counts = table.group_by(partner).aggregate([(own, "count")])
    everybody = len(pc.unique(table[own]))
    shared = counts.filter(pc.equal(counts[f"{own}_count"], everybody))[partner]
    kept = pc.is_in(table[partner], value_set=pc.unique(shared))
    return _frame(client, table, kept)


def _connection_table(
    here: str,
    ends: tuple[Neurons, Neurons],
    rois: Any,
    min_weight: int,
    properties: Any,
    weight_props: Any,
    client: Answering | None,
) -> pa.Table:
    """The flat table, with JSON as text."""
    assert client is not None
    names = [known_property(n, client.store, here) for n in property_list(here, properties)]
    weights, _ = extra_weights(here, weight_props, client)
    upstream, downstream = (selection(criteria, client) for criteria in ends)
    connections = Connections(
        client.store,
        client.compiler(),
        upstream,
        downstream,
        checked_minimum(here, "min_weight", min_weight),
        weights,
    )
    roi_names = checked_rois(here, rois, client)
    return client.run(simple_table(connections, rois=roi_names, names=names))


def _frame(
    client: Answering | None,
    table: pa.Table,
    kept: pa.ChunkedArray | None = None,
    *,
    reset_index: bool = False,
) -> Any:
    """The caller's frame of those rows that are kept.

    pandas infers the dtypes of the whole table before rows are left out, as upstream does.
    """
    assert client is not None
    columns = table.drop_columns("in_rois")
    if client.frames != "pandas":
        return client.frame(columns if kept is None else columns.filter(kept), _pandas)
    frame = client.frame(columns, _pandas)
    if kept is not None:
        frame = frame.loc[kept.to_numpy()]
    return frame.reset_index(drop=True) if reset_index else frame


def _pandas(table: pa.Table) -> pd.DataFrame:
    texts = ("conn_roiInfo", "roiInfo_pre", "roiInfo_post")
    objects = {name: parse_json(table[name]) for name in texts if name in table.column_names}
    return to_pandas(table, objects, points=True)
