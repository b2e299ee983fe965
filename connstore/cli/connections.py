"""``connstore connections``: the command line's fetch_adjacencies."""

from __future__ import annotations

from typing import Annotated, Any

import typer

import connstore
from connstore.cli.node_sets import Extended, node_set
from connstore.cli.options import (
    Columns,
    Csv,
    Json,
    Limit,
    Parquet,
    StoreArgument,
    ids_or_names,
    names,
)
from connstore.cli.stores import open_client
from connstore.errors import ArgumentError, did_you_mean

_SIDE = "Neuron names or regexes (of types or instances), or body ids, or @FILE (repeatable)."


def connections(
    store: StoreArgument,
    *,
    from_: Annotated[
        list[str] | None,
        typer.Option("--from", metavar="WHO", help=f"Presynaptic side. {_SIDE}"),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option(metavar="WHO", help=f"Postsynaptic side. {_SIDE}")
    ] = None,
    from_node_set: Annotated[
        str | None,
        typer.Option(metavar="FILE:NAME", help="Presynaptic side: a node set of a file."),
    ] = None,
    to_node_set: Annotated[
        str | None,
        typer.Option(metavar="FILE:NAME", help="Postsynaptic side: a node set of a file."),
    ] = None,
    extended: Extended = False,
    roi: Annotated[
        list[str] | None,
        typer.Option(metavar="ROI", help="Only connections in this ROI (repeatable)."),
    ] = None,
    min_weight: Annotated[
        int, typer.Option(metavar="N", min=1, help="Least weight over all ROIs.")
    ] = 1,
    min_roi_weight: Annotated[
        int, typer.Option(metavar="N", min=1, help="Least weight within an ROI.")
    ] = 1,
    by_roi: Annotated[
        bool,
        typer.Option("--by-roi/--total", help="A row for each ROI, or the total weight alone."),
    ] = True,
    include_nonprimary: Annotated[
        bool,
        typer.Option("--include-nonprimary", help="Also ROIs that are not primary; they overlap."),
    ] = False,
    properties: Annotated[
        str, typer.Option(metavar="A,B,C", help="Properties to show of both ends.")
    ] = "type,instance",
    columns: Columns = None,
    limit: Limit = None,
    csv: Csv = False,
    json: Json = False,
    parquet: Parquet = None,
) -> None:
    """Find connections between neurons.

    Prints their weights, with type and instance of both ends. Without --from, or --to, that
    side is all neurons. The weight that lies in no primary ROI has the ROI NotPrimary.
    """
    from connstore.cli.output import Form, joined, write  # slow; not for --help

    form = Form.chosen(csv, json, parquet)
    sources = _side("--from", from_, from_node_set, extended)
    targets = _side("--to", to, to_node_set, extended)
    if not by_roi and (roi or min_roi_weight > 1 or include_nonprimary):
        raise typer.BadParameter(
            "it leaves nothing to apply --roi, --min-roi-weight or --include-nonprimary to",
            param_hint="--total",
        )
    client = open_client(store)
    shown = names(properties)
    neurons, edges = connstore.fetch_adjacencies(
        sources,
        targets,
        roi,
        min_roi_weight,
        min_weight,
        include_nonprimary,
        properties=shown,
        omit_rois=not by_roi,
        client=client,
    )
    table = joined(neurons, edges, shown)
    wanted = names(columns)
    if not (wanted or form.whole):  # a narrow terminal has room for the first property at least
        ends = [f"{name}_{end}" for name in shown for end in ("pre", "post")]
        wanted = [*(name for name in table.column_names if name not in ends), *ends]
    chosen = _chosen(table, wanted)
    write(chosen, form, limit, client, columns=chosen.num_columns)


def _side(option: str, who: list[str] | None, named: str | None, extended: bool) -> Any:
    """What names one side: ids, names or a node set; None for all neurons."""
    if named is None:
        return ids_or_names(who or [], option)
    if who:
        raise typer.BadParameter(f"give it or {option}-node-set, not both", param_hint=option)
    return node_set(named, f"{option}-node-set", extended=extended)


def _chosen(table: Any, wanted: list[str]) -> Any:
    """The columns that were asked for; all of them, if none was."""
    if unknown := [name for name in wanted if name not in table.column_names]:
        raise ArgumentError(
            f"--columns: there is no column {unknown[0]!r} among {table.column_names}."
            f"{did_you_mean(unknown[0], table.column_names)}"
        )
    return table.select(list(dict.fromkeys(wanted))) if wanted else table
