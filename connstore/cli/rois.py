"""``connstore rois``: the names of the ROIs, and their nesting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

import connstore
from connstore.cli.options import StoreArgument
from connstore.cli.stores import open_client


def rois(
    store: StoreArgument,
    tree: Annotated[
        bool, typer.Option("--tree", help="Print the hierarchy; this is the default.")
    ] = False,
    primary: Annotated[
        bool, typer.Option("--primary", help="List the primary ROIs, one a line.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="List all ROIs, one a line.")] = False,
) -> None:
    """List the ROIs.

    Primary ROIs do not overlap one another; the tree marks them with a star.
    """
    if tree + primary + every > 1:
        raise typer.BadParameter("choose one of them", param_hint="--tree, --primary, --all")
    client = open_client(store)
    if primary or every:
        for name in client.primary_rois if primary else client.all_rois:
            typer.echo(name)
        return
    typer.echo(connstore.fetch_roi_hierarchy(format="text", client=client))
    nested = connstore.fetch_roi_hierarchy(mark_primary=False, client=client)
    outside = sorted(set(client.all_rois) - set(_names(nested)))
    typer.echo(f"\n* primary: {len(client.primary_rois)} of {len(client.all_rois)} ROIs")
    if outside:
        typer.echo(f"not in the tree: {' '.join(outside)}")


def _names(nested: dict[str, Any]) -> Iterator[str]:
    for name, inner in nested.items():
        yield name
        yield from _names(inner)
