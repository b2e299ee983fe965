"""``connstore ingest``: an export or a circuit becomes a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import connstore
from connstore.cli.options import NoProgress
from connstore.cli.stores import progress_wanted
from connstore.cli.summary import findings_text, holdings_text


def ingest(
    source: Annotated[
        Path,
        typer.Argument(help="Directory of the export; or a SONATA circuit_config.json."),
    ],
    dest: Annotated[Path, typer.Argument(help="Directory to make; nothing may lie there yet.")],
    *,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="NAME:TAG", help="Name of the dataset; by default the export's."),
    ] = None,
    skeletons: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Directory of skeletons, <bodyId>.swc."),
    ] = None,
    roi_meshes: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Directory of meshes of ROIs, <ROI>.obj."),
    ] = None,
    no_post_index: Annotated[
        bool,
        typer.Option(
            "--no-post-index",
            help="Keep synapse pairs in one order only: less disk, slow look-ups of inputs.",
        ),
    ] = False,
    memory_limit: Annotated[
        str | None, typer.Option(metavar="SIZE", help="Memory to use, such as 4GB.")
    ] = None,
    no_progress: NoProgress = False,
) -> None:
    """Turn an export, or a SONATA circuit, into a store.

    Reports what the store holds, and what was checked, repaired and left out. The store appears
    whole or not at all. Checks that do not hold are reported and kept in the store; they do not
    stop the ingest.
    """
    store = connstore.ingest(
        source,
        dest,
        dataset=dataset,
        skeletons=skeletons,
        roi_meshes=roi_meshes,
        post_index=not no_post_index,
        memory_limit=memory_limit,
        progress=progress_wanted(no_progress),
    )
    typer.echo(f"{store.dataset} is now in {store.path}")
    typer.echo(f"fingerprint {store.fingerprint}\n")
    typer.echo(holdings_text(store))
    typer.echo()
    typer.echo(findings_text(store))
