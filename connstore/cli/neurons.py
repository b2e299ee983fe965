"""``connstore neurons``: the command line's fetch_neurons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import connstore
from connstore.cli.criteria import neuron_criteria
from connstore.cli.node_sets import Extended
from connstore.cli.node_sets import node_set as named_node_set
from connstore.cli.options import Csv, Json, Limit, Parquet, StoreArgument, body_ids, names
from connstore.cli.stores import open_client
from connstore.errors import ArgumentError, did_you_mean

if TYPE_CHECKING:
    from connstore.client import Client
    from connstore.select.neuron_criteria import NeuronCriteria

#: What the table shows unless --columns says otherwise: what fits a terminal.
_TABLE_COLUMNS = ("bodyId", "type", "instance", "pre", "post", "downstream", "upstream", "status")
_ROI_COLUMNS = ("inputRois", "outputRois")

Texts = list[str] | None


def neurons(
    store: StoreArgument,
    *,
    body_id: Annotated[
        Texts, typer.Option(metavar="ID", help="Body id; @FILE: one id a line (repeatable).")
    ] = None,
    type_: Annotated[
        Texts, typer.Option("--type", metavar="NAME", help="Type, or regex (repeatable).")
    ] = None,
    instance: Annotated[
        Texts, typer.Option(metavar="NAME", help="Instance, or regex (repeatable).")
    ] = None,
    regex: Annotated[
        bool | None,
        typer.Option(
            "--regex/--no-regex",
            help="Whether names are Java regular expressions; guessed by default.",
            show_default=False,
        ),
    ] = None,
    status: Annotated[
        Texts, typer.Option(metavar="NAME", help="Status, such as Traced (repeatable).")
    ] = None,
    rois: Annotated[
        Texts, typer.Option(metavar="ROI", help="ROI that the neuron is in (repeatable).")
    ] = None,
    input_rois: Annotated[
        Texts, typer.Option(metavar="ROI", help="ROI where it has inputs (repeatable).")
    ] = None,
    output_rois: Annotated[
        Texts, typer.Option(metavar="ROI", help="ROI where it has outputs (repeatable).")
    ] = None,
    roi_req: Annotated[
        Literal["any", "all"], typer.Option(help="Whether any or all of these ROIs are needed.")
    ] = "all",
    min_roi_inputs: Annotated[
        int, typer.Option(metavar="N", help="Fewest PSDs in each of --input-rois.")
    ] = 1,
    min_roi_outputs: Annotated[
        int, typer.Option(metavar="N", help="Fewest T-bars in each of --output-rois.")
    ] = 1,
    min_pre: Annotated[int, typer.Option(metavar="N", help="Fewest T-bars.")] = 0,
    min_post: Annotated[int, typer.Option(metavar="N", help="Fewest PSDs.")] = 0,
    cropped: Annotated[
        bool | None,
        typer.Option(
            "--cropped/--not-cropped", help="Cropped, or not cropped.", show_default=False
        ),
    ] = None,
    soma: Annotated[
        bool | None,
        typer.Option("--soma/--no-soma", help="With, or without, a soma.", show_default=False),
    ] = None,
    max_landmark_distance: Annotated[
        float | None,
        typer.Option(metavar="X", help="Greatest closestLandmarkDistanceMicrons."),
    ] = None,
    label: Annotated[
        Literal["Neuron", "Segment"] | None,
        typer.Option(
            help="Neurons, or any body. By default Segment with --body-id, else Neuron.",
            show_default=False,
        ),
    ] = None,
    where: Annotated[
        Texts, typer.Option(metavar="NAME=VALUE", help="Any other property (repeatable).")
    ] = None,
    where_null: Annotated[
        Texts, typer.Option(metavar="NAME", help="Property that is missing (repeatable).")
    ] = None,
    where_not_null: Annotated[
        Texts, typer.Option(metavar="NAME", help="Property that is there (repeatable).")
    ] = None,
    node_set: Annotated[
        str | None,
        typer.Option(metavar="FILE:NAME", help="A node set of a SONATA node sets file."),
    ] = None,
    extended: Extended = False,
    columns: Annotated[
        str | None,
        typer.Option(metavar="A,B,C", help="Columns, separated by commas; or core, or all."),
    ] = None,
    limit: Limit = None,
    csv: Csv = False,
    json: Json = False,
    parquet: Parquet = None,
) -> None:
    """Find neurons.

    Prints their properties and synapse counts, in order of body id. Values of one option are
    alternatives; different options must all hold, except that a neuron of --type or of
    --instance is enough where both are given.
    """
    from connstore.cli.output import Form, write  # slow; not for --help

    form = Form.chosen(csv, json, parquet)
    client = open_client(store)
    criteria = neuron_criteria(
        client.store,
        where or [],
        where_null or [],
        where_not_null or [],
        bodyId=body_ids(body_id or [], "--body-id"),
        type=type_,
        instance=instance,
        regex=regex,
        status=status,
        rois=rois,
        inputRois=input_rois,
        outputRois=output_rois,
        roi_req=roi_req,
        min_roi_inputs=min_roi_inputs,
        min_roi_outputs=min_roi_outputs,
        min_pre=min_pre,
        min_post=min_post,
        cropped=cropped,
        soma=soma,
        max_closestLandmarkDistanceMicrons=max_landmark_distance,
        label=label,
    )
    chosen = criteria if node_set is None else _within(node_set, criteria, extended)
    table = _table(client, chosen, columns or ("all" if form.whole else ""))
    every_column = len({*client.fetch_neuron_keys(), "bodyId", *_ROI_COLUMNS})
    write(table, form, limit, client, columns=table.num_columns if columns else every_column)


def _within(node_set: str, criteria: NeuronCriteria, extended: bool) -> Any:
    """What a node set and the other options select together."""
    if criteria.label == "Segment" and not criteria.bodyId:
        raise typer.BadParameter("a node set has neurons only", param_hint="--label")
    found = named_node_set(node_set, "--node-set", extended=extended)
    return found if criteria == connstore.NeuronCriteria() else found & criteria


def _table(client: Client, criteria: Any, columns: str) -> Any:
    """The neurons, with the columns that were asked for."""
    if columns in ("all", "core"):
        table, _ = connstore.fetch_neurons(criteria, returned_columns=columns, client=client)
        return table
    wanted = names(columns)
    keys = ["bodyId", *client.fetch_neuron_keys(), *_ROI_COLUMNS]
    if unknown := [name for name in wanted if name not in keys]:
        # The library ignores unknown columns, as neuprint-python does; a user would miss them.
        raise ArgumentError(
            f"--columns: {client.dataset} has no property {unknown[0]!r}."
            f"{did_you_mean(unknown[0], keys)}"
        )
    wanted = list(dict.fromkeys(wanted)) or [name for name in _TABLE_COLUMNS if name in keys]
    properties = [name for name in wanted if name not in _ROI_COLUMNS] or ["bodyId"]
    if {*_ROI_COLUMNS, "roiInfo"}.isdisjoint(wanted):
        table = connstore.fetch_neurons(
            criteria, returned_columns=properties, omit_rois=True, client=client
        )
    else:
        table, _ = connstore.fetch_neurons(criteria, returned_columns=properties, client=client)
    return table.select(wanted)
