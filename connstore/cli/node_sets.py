"""``--node-set FILE:NAME``: a node set of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import connstore

if TYPE_CHECKING:
    from connstore.select.neuron_set import NeuronSet

Extended = Annotated[
    bool, typer.Option("--extended", help="Let node sets use the extensions to SONATA.")
]


def node_set(text: str, option: str, *, extended: bool) -> NeuronSet:
    """The node set that ``FILE:NAME`` names; both may have colons.

    Args:
        text: What was given.
        option: For what, for messages.
        extended: Whether the file may use the extensions.

    Raises:
        typer.BadParameter: No part of the text before a colon is a file.
        NodeSetError: The file has no such set, or is no file of node sets.
    """
    colons = [at for at, character in enumerate(text) if character == ":"]
    for at in reversed(colons):
        path = Path(text[:at]).expanduser()
        if path.is_file():
            found: NeuronSet = connstore.NodeSets.from_file(path, extended=extended)[text[at + 1 :]]
            return found
    problem = f"there is no file {text[: colons[-1]]!r}" if colons else "it is not FILE:NAME"
    raise typer.BadParameter(f"{text!r}: {problem}", param_hint=option)
