"""The commands, put together."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from connstore.cli.connections import connections
from connstore.cli.cypher import cypher
from connstore.cli.endings import orderly
from connstore.cli.ingest import ingest
from connstore.cli.neurons import neurons
from connstore.cli.rois import rois
from connstore.cli.store import info, verify
from connstore.version import __version__


class _Group(TyperGroup):
    """The command line as a whole; every command ends in an orderly way."""

    def invoke(self, ctx: Any) -> object:
        with orderly():
            return super().invoke(ctx)


#: Plain help and plain errors: they can be copied, and need nothing imported.
app = typer.Typer(
    cls=_Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (ingest, info, verify, neurons, connections, rois, cypher):
    app.command()(command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"connstore {__version__}")
        raise typer.Exit


@app.callback()
def connstore(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Connectomes offline: turn exported tables into a store, and ask it.

    STORE is the directory of a store, or a dataset such as hemibrain:v1.2.1, which is then
    looked for among the stores in CONNSTORE_HOME.
    """
