"""``connstore cypher``: the command line's fetch_custom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

import connstore
from connstore.cli.options import Csv, Json, Limit, Parquet, StoreArgument, standard_input
from connstore.cli.stores import open_client


def cypher(
    store: StoreArgument,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="The query, or @FILE, or - for standard input.")
    ],
    *,
    param: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Value of $NAME in the query, as JSON (repeatable)."
        ),
    ] = None,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Do not run the query; print its SQL and the plan."),
    ] = False,
    limit: Limit = None,
    csv: Csv = False,
    json: Json = False,
    parquet: Parquet = None,
) -> None:
    """Ask a question in Cypher.

    The query is one for neuPrint, such as "MATCH (n:Neuron) RETURN n.type, count(*)". Nodes and
    maps are printed as JSON.
    """
    from connstore.cli.output import Form, write, write_objects  # slow; not for --help

    form = Form.chosen(csv, json, parquet)
    text = _text(query)
    values = dict(map(_parameter, param or []))
    client = open_client(store)
    if explain or form.name == "json":
        text = f"EXPLAIN {text}" if explain else text
        found = connstore.fetch_custom(text, format="json", parameters=values, client=client)
        if explain:
            typer.echo("\n\n".join(found["data"][0]).rstrip())
        else:
            write_objects(found["columns"], found["data"], limit)
        return
    table = connstore.fetch_custom(text, parameters=values, client=client)
    write(table, form, limit, client, columns=table.num_columns)


def _text(query: str) -> str:
    """The query itself, read from where it is."""
    if query != "-" and not query.startswith("@"):
        return query
    try:
        data = standard_input() if query == "-" else Path(query[1:]).expanduser().read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{query} cannot be read: {error}", param_hint="QUERY") from None


def _parameter(text: str) -> tuple[str, Any]:
    """Name and value of a parameter.

    Example:
        >>> _parameter("bodies=[1, 2]"), _parameter('type="EPG"')
        (('bodies', [1, 2]), ('type', 'EPG'))
    """
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--param")
    try:
        return name, json.loads(value)
    except ValueError:
        raise typer.BadParameter(
            f"{value!r} is no JSON; a text has quotes: --param '{name}=\"{value}\"'",
            param_hint="--param",
        ) from None
