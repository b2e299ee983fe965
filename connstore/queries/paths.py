"""Paths along connections, from one neuron to another."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pyarrow as pa

from connstore.errors import ArgumentError, QueryTimeoutError
from connstore.queries.arguments import Answering, checked_minimum, selecting, selection
from connstore.queries.frames import to_pandas
from connstore.queries.path_search import PathSearch
from connstore.select.arguments import Neurons
from connstore.select.neuron_criteria import NeuronCriteria, as_list, shown
from connstore.select.selection import Selection
from connstore.sql.paths import Links

_NOTHING = pa.schema(
    [
        ("path", pa.int64()),
        ("bodyId", pa.int64()),
        ("type", pa.string()),
        ("weight", pa.int64()),
        ("path_length", pa.int64()),
    ]
).empty_table()


@selecting("intermediate_criteria", unless_given={"status": "Traced"})
def fetch_paths(
    upstream_bodyId: int,  # noqa: N803 (neuprint-python's name)
    downstream_bodyId: int,  # noqa: N803
    min_weight: int = 1,
    intermediate_criteria: Any = None,
    timeout: float = 5.0,
    *,
    path_length: int | None = None,
    max_path_length: int | None = None,
    client: Answering | None = None,
) -> Any:
    """Paths along connections from one neuron to another.

    A path never takes a connection twice. It may come to a neuron again, also to the two at its
    ends, except that shortest paths do not.

    Args:
        upstream_bodyId, downstream_bodyId: The neurons at the ends; the answer is empty where one
            is not in the dataset, or is no neuron.
        min_weight: Least weight of each connection of a path.
        intermediate_criteria: Which bodies paths may pass through, as in :func:`fetch_neurons`,
            except that fragments that match count too, whatever ``label`` says. The two ends need
            not match. By default ``NeuronCriteria(status='Traced')``.
        timeout: Seconds after which the search is given up; the answer is empty then, without an
            error.
        path_length: Number of connections of a path.
        max_path_length: Largest number of connections of a path; all paths from 1 on are
            returned. Without this and ``path_length``, all shortest paths.
        client: By default the default client.

    Returns:
        ``path, bodyId, type, weight`` and, with ``path_length`` or ``max_path_length``,
        ``path_length``; one row a path and neuron on it, from the first to the last. ``path`` is
        the number of the path, ``weight`` the weight of the connection from the neuron before, 0
        for the first. Paths are numbered from 0, short ones first, then by the bodyIds along them.

    Raises:
        ArgumentError: An argument is not valid; both lengths are given; or neither, and the two
            neurons are one.
        UnknownRoiError, UnknownPropertyError: The criteria name what the dataset does not have.

    Example:
        >>> paths = fetch_paths(0, 0, path_length=1)
        >>> list(paths.columns)
        ['path', 'bodyId', 'type', 'weight', 'path_length']
    """
    assert client is not None
    here = "fetch_paths"
    if path_length is not None and max_path_length is not None:
        raise ArgumentError(f"{here}: give path_length or max_path_length, not both")
    links = Links(
        _checked_body(here, "upstream_bodyId", upstream_bodyId),
        _checked_body(here, "downstream_bodyId", downstream_bodyId),
        checked_minimum(here, "min_weight", min_weight),
        _inner(here, intermediate_criteria, client),
    )
    lengths = _checked_lengths(here, path_length, max_path_length)
    seconds = _checked_seconds(here, timeout)
    if lengths is None and links.source == links.target:
        raise ArgumentError(
            f"{here}: a shortest path has different ends, but both are {links.source}; give "
            "path_length or max_path_length to find ways back"
        )
    try:
        search = PathSearch(client, links, seconds)
        table = search.shortest() if lengths is None else search.paths(lengths)
    except QueryTimeoutError:
        table = _NOTHING
    return client.frame(table.drop_columns("path_length") if lengths is None else table, _pandas)


def fetch_shortest_paths(
    upstream_bodyId: int,  # noqa: N803 (neuprint-python's name)
    downstream_bodyId: int,  # noqa: N803
    min_weight: int = 1,
    intermediate_criteria: Any = None,
    timeout: float = 5.0,
    *,
    client: Answering | None = None,
) -> Any:
    """All shortest paths along connections from one neuron to another.

    Args:
        upstream_bodyId, downstream_bodyId, min_weight, intermediate_criteria, timeout, client: As
            in :func:`fetch_paths`.

    Returns:
        ``path, bodyId, type, weight``, as :func:`fetch_paths`.

    Example:
        >>> paths = fetch_shortest_paths(1, 2)
        >>> len(paths)
        0
    """
    return fetch_paths(
        upstream_bodyId,
        downstream_bodyId,
        min_weight,
        intermediate_criteria,
        timeout,
        client=client,
    )


def _inner(function: str, criteria: Neurons, client: Answering) -> Selection:
    """Which bodies paths may pass through; criteria do so without their label, as upstream's do.

    Raises:
        ArgumentError: The criteria have directed ROIs.
    """
    if isinstance(criteria, NeuronCriteria):
        if criteria.inputRois or criteria.outputRois:
            raise ArgumentError(
                f"{function}: intermediate_criteria cannot have inputRois or outputRois; use rois"
            )
        criteria.label = "Segment"
    return selection(criteria, client)


def _pandas(table: pa.Table) -> pd.DataFrame:
    """The pandas frame; an empty one has the dtypes that pandas gives to empty lists."""
    if table.num_rows:
        return to_pandas(table)
    return pd.DataFrame({name: [] for name in table.column_names})


def _checked_body(function: str, argument: str, value: Any) -> int:
    """A body id.

    Raises:
        ArgumentError: It is no whole number of 64 bits.
    """
    ids = as_list(value)
    if not (len(ids) == 1 and type(ids[0]) is int and -(2**63) <= ids[0] < 2**63):
        raise ArgumentError(f"{function}: {argument}={shown(value)} should be one body id")
    return ids[0]


def _checked_lengths(function: str, exact: Any, longest: Any) -> range | None:
    """The lengths that paths may have; None for the shortest.

    Raises:
        ArgumentError: One is no whole number, or negative.
    """
    if exact is not None:
        length = checked_minimum(function, "path_length", exact)
        return range(length, length + 1)
    if longest is not None:
        return range(1, checked_minimum(function, "max_path_length", longest) + 1)
    return None


def _checked_seconds(function: str, timeout: Any) -> float:
    """A time-out.

    Raises:
        ArgumentError: It is no number of seconds.
    """
    seconds = as_list(timeout)
    is_number = len(seconds) == 1 and type(seconds[0]) in (int, float)
    if not (is_number and 0 <= seconds[0] < math.inf):
        raise ArgumentError(f"{function}: timeout={shown(timeout)} should be a number of seconds")
    return float(seconds[0])
