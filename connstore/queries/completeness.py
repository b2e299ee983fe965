"""How complete the outputs of neurons are, and which orphans to trace next."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError
from connstore.queries.arguments import Answering, name_list, selecting, selection
from connstore.queries.synapse_connections import check_sides
from connstore.select.arguments import Neurons
from connstore.select.selection import Selection
from connstore.sql.completeness import (
    STATUSES,
    completeness_table,
    orphan_table,
    status_counts,
)
from connstore.sql.connections import Connections


@selecting("criteria")
def fetch_output_completeness(
    criteria: Any,
    complete_statuses: Any = ["Traced"],
    batch_size: int | None = 1000,
    *,
    client: Answering | None = None,
) -> Any:
    """The fraction of the outputs of neurons that goes to complete segments.

    Args:
        criteria: Which neurons, as in :func:`fetch_neurons`.
        complete_statuses: Which segments are complete: those whose ``status`` or ``statusLabel``
            is one of these.
        batch_size: Accepted for neuprint-python's sake; nothing is fetched in batches here.
        client: By default the default client.

    Returns:
        ``bodyId, total_weight, traced_weight, untraced_weight`` (int64) and ``completeness``
        (float64), the traced weight divided by the total, by bodyId. A neuron has no row if
        none of the segments that it outputs to is complete (as in neuprint-python).

    Raises:
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> found = fetch_output_completeness("DA1_lPN", ["Traced", "Anchor"])
        >>> bool((found["traced_weight"] + found["untraced_weight"] == found["total_weight"]).all())
        True
    """
    assert client is not None
    statuses = _checked_statuses("fetch_output_completeness", complete_statuses)
    table = client.run(completeness_table(_outputs(criteria, client), statuses))
    return client.frame(table, lambda table: table.to_pandas())


@selecting("criteria")
def fetch_downstream_orphan_tasks(
    criteria: Any, complete_statuses: Any = ["Traced"], *, client: Answering | None = None
) -> Any:
    """Segments that are not complete and that neurons output to, strongest connections first.

    Args:
        criteria: Which neurons, as in :func:`fetch_neurons`.
        complete_statuses: Which segments are complete, as in :func:`fetch_output_completeness`.
        client: By default the default client.

    Returns:
        ``bodyId_pre, bodyId_post, orphan_weight, status_post, statusLabel, total_weight,
        orig_traced_weight, orig_untraced_weight, orig_completeness, cum_orphan_weight,
        cum_completeness``; one row an orphan, by bodyId_pre, weight (descending) and
        bodyId_post. The ``orig_`` columns are the neuron's, from
        :func:`fetch_output_completeness`; ``cum_completeness`` tells how complete its output
        would be with this orphan and those above it. Both are missing for a neuron none of whose
        outputs is complete (as in neuprint-python).

    Raises:
        NoMatchError: The criteria select no neuron at all.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.

    Example:
        >>> tasks = fetch_downstream_orphan_tasks("DA1_lPN")
        >>> tasks["orphan_weight"].is_monotonic_decreasing or tasks["bodyId_pre"].nunique() > 1
        True
    """
    assert client is not None
    statuses = _checked_statuses("fetch_downstream_orphan_tasks", complete_statuses)
    table = client.run(orphan_table(_outputs(criteria, client), statuses))
    if not table.num_rows:
        check_sides(client, _outputs(criteria, client))
    return client.frame(table, lambda table: _orphans(table, criteria, client))


def _outputs(criteria: Neurons, client: Answering) -> Connections:
    """The connections of neurons to all segments."""
    everyone = Selection("Segment")
    return Connections(client.store, client.compiler(), selection(criteria, client), everyone)


def _checked_statuses(function: str, statuses: Any) -> list[str]:
    """Statuses as a list.

    Raises:
        ArgumentError: They are no names.
    """
    if statuses is None:
        raise ArgumentError(f"{function}: complete_statuses=None should be a list of statuses")
    return name_list(function, "complete_statuses", statuses)


def _orphans(table: pa.Table, criteria: Neurons, client: Answering) -> pd.DataFrame:
    """The pandas frame; a status that none of the bodies involved has is of dtype object.

    Upstream looks at all partners, complete or not, before it leaves any out.
    """
    frame: pd.DataFrame = table.to_pandas()
    columns = dict(zip(STATUSES, ("status_post", "statusLabel"), strict=True))
    if table.num_rows and any(table[c].null_count == len(table) for c in columns.values()):
        (counts,) = client.run(status_counts(_outputs(criteria, client))).to_pylist()
        for name, column in columns.items():
            if not counts[name]:
                frame[column] = np.full(len(frame), None, dtype=object)
    return frame
