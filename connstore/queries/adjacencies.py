"""Connections with their strength in each ROI."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connstore.errors import ArgumentError, NoMatchError, OutputError
from connstore.queries.arguments import (
    Answering,
    answered,
    checked_minimum,
    checked_rois,
    property_list,
    selecting,
    selection,
    within_rois,
)
from connstore.queries.frames import to_pandas
from connstore.queries.roi_counts import NOT_PRIMARY
from connstore.queries.weights import extra_weights
from connstore.select.arguments import Neurons, known_property
from connstore.select.neuron_criteria import NeuronCriteria
from connstore.select.selection import ALL, Selection
from connstore.sql.connections import (
    Connections,
    end_table,
    present_weights,
    roi_table,
    side_counts,
    total_table,
)
from connstore.store.opening import Store
from connstore.store.schema import PARTS

_ENDS = ["bodyId_pre", "bodyId_post"]


@selecting("sources", "targets")
def fetch_adjacencies(
    sources: Any = None,
    targets: Any = None,
    rois: Any = None,
    min_roi_weight: int = 1,
    min_total_weight: int = 1,
    include_nonprimary: bool = False,
    export_dir: str | Path | None = None,
    batch_size: int = 200,
    properties: Any = ["type", "instance"],
    *,
    weight_props: Any = "all",
    omit_rois: bool = False,
    threads: int = 4,
    client: Answering | None = None,
) -> Any:
    """Connections between neurons, with their strength in each ROI.

    Args:
        sources, targets: Which neurons at the two ends, as in :func:`fetch_neurons`; None for
            all neurons.
        rois: Only connections in these ROIs.
        min_roi_weight: Least strength within an ROI; at least 1.
        min_total_weight: Least strength over all ROIs. With ``rois`` it is applied to the
            connection and again to the sum within the ROIs; with ``include_nonprimary`` that
            sum counts overlapping ROIs twice (as neuprint-python does).
        include_nonprimary: Whether to list ROIs that are not primary too. They overlap.
        export_dir: Directory to write ``neurons.csv``, ``total-connections.csv`` and (unless
            ``omit_rois``) ``roi-connections.csv`` to.
        batch_size: Accepted for neuprint-python's sake; nothing is fetched in batches here.
        properties: Properties of the neurons to return.
        weight_props: Further weights to return: ``'all'`` that the dataset has, a name, or names.
        omit_rois: Whether to return total weights without ROIs.
        threads: Accepted for neuprint-python's sake; the engine uses ``CONNSTORE_THREADS``.
        client: By default the default client.

    Returns:
        ``(neurons, connections)``.

        ``neurons``: ``bodyId`` and the properties, one row for each neuron that is an end of a
        connection; those of the smaller side first, each side by bodyId.

        ``connections``: ``bodyId_pre, bodyId_post, roi, weight`` and the further weights, int64,
        by ends, then weight (descending), then ROI name with ``NotPrimary`` last, which stands
        for what lies in no primary ROI. Without ``roi``, and by ends, with ``omit_rois``.

    Raises:
        NoMatchError: One side selects no neuron at all.
        UnknownRoiError, UnknownPropertyError, ArgumentError: An argument is not valid.
        OutputError: The files of ``export_dir`` cannot be written.

    Example:
        >>> neurons, connections = fetch_adjacencies("DA1_lPN", "KC.*", min_total_weight=3)
        >>> list(connections.columns)
        ['bodyId_pre', 'bodyId_post', 'roi', 'weight']
    """
    assert client is not None
    here = "fetch_adjacencies"
    names = property_list(here, properties)
    names = [known_property(name, client.store, here) for name in names]
    names = names if "bodyId" in names else ["bodyId", *names]
    min_roi_weight = max(checked_minimum(here, "min_roi_weight", min_roi_weight), 1)
    min_total_weight = max(
        checked_minimum(here, "min_total_weight", min_total_weight), min_roi_weight
    )
    roi_names = checked_rois(here, rois, client)
    if omit_rois and (roi_names or min_roi_weight > 1 or include_nonprimary):
        raise ArgumentError(
            f"{here}: omit_rois=True leaves nothing to apply rois, min_roi_weight or "
            "include_nonprimary to; use min_total_weight, or leave omit_rois out"
        )
    nonprimary = sorted(set(roi_names) - set(client.store.primary_rois))
    if nonprimary and not include_nonprimary:
        raise ArgumentError(
            f"{here}: {nonprimary} are not primary ROIs; give include_nonprimary=True"
        )
    weights, all_weights = extra_weights(here, weight_props, client)
    sides = (_side(sources, roi_names, client), _side(targets, roi_names, client))
    least = min_total_weight if roi_names or omit_rois else 1

    def between(weights: tuple[str, ...]) -> Connections:
        return Connections(client.store, client.compiler(), *sides, least, weights)

    columns = weights
    if omit_rois:
        connections = client.run(total_table(between(weights)))
    else:
        columns = _weights_by_roi(client, between, weights)
        by_roi = roi_table(
            between(columns),
            rois=roi_names,
            min_roi_weight=min_roi_weight,
            min_total_weight=min_total_weight,
            include_nonprimary=include_nonprimary,
        )
        connections = _with_roi_names(client.store, client.run(by_roi))
    edges = None
    if export_dir is not None or not connections.num_rows:
        edges = connections if omit_rois else client.run(total_table(between(weights)))
    if edges is not None and not edges.num_rows:
        return _nothing(client, sides, weights, omit_rois)
    if not (omit_rois or all_weights or columns == weights):
        _warn_of_missing_breakdown([name for name in weights if name not in columns])
    neurons = _neurons(client, sides, names, connections)
    if omit_rois or _any_roi(client, connections, between(())):
        frame = client.frame(connections, lambda table: table.to_pandas())
    else:
        frame = client.frame(connections, lambda table: table.to_pandas().astype(object))
    if export_dir is not None:
        assert edges is not None
        _export(Path(export_dir), _pandas_neurons(neurons), connections, edges, omit_rois)
    return client.frame(neurons, _pandas_neurons), frame


@answered
def fetch_traced_adjacencies(
    export_dir: str | Path | None = None,
    batch_size: int = 200,
    *,
    weight_props: Any = "all",
    omit_rois: bool = False,
    threads: int = 4,
    client: Answering | None = None,
) -> Any:
    """:func:`fetch_adjacencies` between all Traced neurons that are not cropped.

    Args:
        export_dir: Directory to write CSV files to.
        batch_size, threads: Accepted for neuprint-python's sake.
        weight_props, omit_rois, client: As in :func:`fetch_adjacencies`.

    Returns:
        ``(neurons, connections)``, as :func:`fetch_adjacencies`.

    Example:
        >>> neurons, connections = fetch_traced_adjacencies(omit_rois=True)
        >>> int(connections["weight"].min())
        1
    """
    criteria = NeuronCriteria(status="Traced", cropped=False, client=client)
    return fetch_adjacencies(
        criteria,
        criteria,
        export_dir=export_dir,
        batch_size=batch_size,
        weight_props=weight_props,
        omit_rois=omit_rois,
        threads=threads,
        client=client,
    )


def _side(criteria: Neurons, rois: list[str], client: Answering) -> Selection:
    """One side's selection; it must intersect one of the ROIs, if it names none itself."""
    return selection(within_rois(criteria, rois), client)


def _weights_by_roi(
    client: Answering, between: Callable[[tuple[str, ...]], Connections], weights: tuple[str, ...]
) -> tuple[str, ...]:
    """Those weights that any of these connections is broken down by ROI in.

    neuprint-python leaves out columns that no roiInfo among the fetched ones has.
    """
    known = client.store.properties("connection_roi")
    kept = tuple(name for name in weights if name in known)
    if not kept:
        return ()
    (counts,) = client.run(present_weights(between(kept))).to_pylist()
    return tuple(name for name in kept if counts[name])


def _any_roi(client: Answering, connections: pa.Table, between: Connections) -> bool:
    """Whether any of the connections has synapses in an ROI, left out of the answer or not.

    Where none has, the columns of neuprint-python's frame have dtype object.
    """
    if client.frames != "pandas" or pc.any(pc.not_equal(connections["roi"], NOT_PRIMARY)).as_py():
        return True
    return bool(client.run(present_weights(between)).to_pylist()[0]["any ROI"])


def _warn_of_missing_breakdown(names: list[str]) -> None:
    warnings.warn(
        "This dataset has no breakdown by ROI of these weight_props, so they are left out of the "
        f"table by ROI: {names}. omit_rois=True returns their totals.",
        stacklevel=4,
    )


def _nothing(
    client: Answering,
    sides: tuple[Selection, Selection],
    weights: tuple[str, ...],
    omit_rois: bool,
) -> Any:
    """Empty frames, where there is no connection; an error, where one side selects nobody."""
    (counts,) = client.run(side_counts(client.compiler(), *sides)).to_pylist()
    for which, side in (("sources", "source"), ("targets", "target")):
        if not counts[which]:
            raise NoMatchError(f"No neurons match your {side} criteria")
    neurons = pa.schema(
        [("bodyId", pa.int64()), ("instance", pa.string()), ("type", pa.string())]
    ).empty_table()
    numbers = [(name, pa.int64()) for name in ("weight", *weights)]
    roi = [] if omit_rois else [("roi", pa.string())]
    connections = pa.schema([*((end, pa.int64()) for end in _ENDS), *roi, *numbers]).empty_table()
    return tuple(client.frame(t, lambda table: table.to_pandas()) for t in (neurons, connections))


def _with_roi_names(store: Store, table: pa.Table) -> pa.Table:
    """The table with ``roi`` in the place of ``roi_id``."""
    names = pa.array([*store.roi_names, NOT_PRIMARY], pa.string())
    index = pc.subtract(pc.fill_null(table["roi_id"], len(names)), 1)
    position = table.column_names.index("roi_id")
    return table.set_column(position, "roi", pc.take(names, index))


def _neurons(
    client: Answering,
    sides: tuple[Selection, Selection],
    names: list[str],
    connections: pa.Table,
) -> pa.Table:
    """The neurons at the ends of the connections, and the rest of the side that is listed first."""
    ends = pa.chunked_array([c for end in _ENDS for c in connections[end].chunks], pa.int64())
    found = pa.table({"bodyId": pc.unique(ends)})
    first = _first_side(client, sides)
    table = client.run(end_table(client.store, client.compiler(), first, names, found))
    return table if client.frames == "pandas" else table.filter(table["is_found"]).select(names)


def _first_side(client: Answering, sides: tuple[Selection, Selection]) -> Selection:
    """The side with fewer bodies; the sources, where both have as many (as upstream)."""
    sources, targets = sides
    if sources == targets or sources.at_most() <= _everyone(client.store, targets):
        return sources
    if targets.at_most() < _everyone(client.store, sources):
        return targets
    (counts,) = client.run(side_counts(client.compiler(), *sides)).to_pylist()
    return sources if counts["sources"] <= counts["targets"] else targets


def _everyone(store: Store, side: Selection) -> int:
    """The number of bodies of a side that selects all with its label; of others, none."""
    if side.predicate != ALL:
        return 0
    parts = ("neuron",) if side.label == "Neuron" else PARTS
    return sum(store.manifest.tables["segment"][part].rows for part in parts)


def _pandas_neurons(table: pa.Table) -> pd.DataFrame:
    """The neurons as upstream puts them together: its dtypes are inferred side by side."""
    if "is_first" not in table.column_names:
        return to_pandas(table, points=True)
    first, rest = (table.filter(mask) for mask in (table["is_first"], pc.invert(table["is_first"])))
    found = first["is_found"].to_numpy()
    names = table.column_names[:-2]
    frames = [to_pandas(first.select(names), points=True)[found]]
    if rest.num_rows:
        frames.append(to_pandas(rest.select(names), points=True))
    frame: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return frame


def _export(
    directory: Path,
    neurons: pd.DataFrame,
    connections: pa.Table,
    edges: pa.Table,
    omit_rois: bool,
) -> None:
    """Write the CSV files of neuprint-python's ``export_dir``.

    Raises:
        OutputError: They cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        neurons.to_csv(directory / "neurons.csv", index=False)
        if not omit_rois:
            connections.to_pandas().to_csv(directory / "roi-connections.csv", index=False)
        edges.to_pandas().to_csv(directory / "total-connections.csv", index=False)
    except OSError as error:
        raise OutputError(
            f"fetch_adjacencies: cannot write to export_dir {directory}: {error.strerror}"
        ) from None
