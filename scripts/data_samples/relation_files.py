"""The relationship files: connections, synapse pairs, SynapseSets, ElementSets, CloseTo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from . import DATASET
from .encoding import write_csv, write_feather

_SYNAPSE_SET = f"SynapseSet;{DATASET}_SynapseSet;ElementSet;{DATASET}_ElementSet"
_ELEMENT_SET = f"ElementSet;{DATASET}_ElementSet"
_WEIGHTS = ("weightHR", "weight", "weightHP")


def _ids(start: str, end: str) -> list[str]:
    return [f":START_ID({start})", f":END_ID({end})"]


def write_connections(folder: Path, edges: pd.DataFrame) -> None:
    """Writes Neuprint_Neuron_Connections as CSV and feather, sorted by both bodies."""
    names = [*_ids("Body-ID", "Body-ID"), *(f"{w}:int" for w in _WEIGHTS), "roiInfo:string"]
    columns = [edges[c].tolist() for c in ("body_pre", "body_post", *_WEIGHTS, "roiInfo")]
    write_csv(folder / "Neuprint_Neuron_Connections.csv", names, zip(*columns, strict=True))
    arrays = [pa.array(column) for column in columns]
    write_feather(folder / "Neuprint_Neuron_Connections.feather", pa.table(arrays, names))


def write_synapse_sets(folder: Path, edges: pd.DataFrame, pairs: pd.DataFrame) -> None:
    """Writes the pairs and the SynapseSets, also those of connections with weight 0."""
    bodies = list(zip(edges["body_pre"].tolist(), edges["body_post"].tolist(), strict=True))
    pre_sets = [f"{pre}_{post}_pre" for pre, post in bodies]
    post_sets = [f"{pre}_{post}_post" for pre, post in bodies]
    sets = [*((s, "pre", _SYNAPSE_SET) for s in pre_sets)]
    sets += ((s, "post", _SYNAPSE_SET) for s in post_sets)
    owners = [(pre, s) for (pre, _), s in zip(bodies, pre_sets, strict=True)]
    owners += ((post, s) for (_, post), s in zip(bodies, post_sets, strict=True))

    columns = (pairs[c].tolist() for c in ("body_pre", "body_post", "pre_id", "post_id"))
    rows = list(zip(*columns, strict=True))
    # A T-bar once per partner body, whatever the number of PSDs; then the PSDs.
    members = list(dict.fromkeys((f"{a}_{b}_pre", pre) for a, b, pre, _ in rows))
    members += dict.fromkeys((f"{a}_{b}_post", post) for a, b, _, post in rows)

    def write(name: str, header: list[str], values: Sequence[Sequence[object]]) -> None:
        write_csv(folder / f"Neuprint_{name}.csv", header, values, compress=True)

    write("Synapse_Connections", _ids("Element-ID", "Element-ID"), [(p, q) for *_, p, q in rows])
    write("SynapseSet", [":ID(SynSet-ID)", "type:string", ":Label"], sets)
    write("Neuron_to_SynapseSet", _ids("Body-ID", "SynSet-ID"), owners)
    linked = list(zip(pre_sets, post_sets, strict=True))
    write("SynapseSet_to_SynapseSet", _ids("SynSet-ID", "SynSet-ID"), linked)
    write("SynapseSet_to_Synapses", _ids("SynSet-ID", "Element-ID"), members)


def write_element_sets(
    folder: Path, mitos: pd.DataFrame, close: pd.DataFrame, segments: set[int]
) -> None:
    """Writes ElementSets, their members and owners, and the distances to synapses.

    Body 0 is no Segment: its ElementSet has members but no owner.
    """
    bodies = list(dict.fromkeys(mitos["body"].tolist()))
    write_csv(
        folder / "Neuprint_ElementSets" / "Neuprint_ElementSet_mitochondrion.csv",
        [":ID(ElementSet-ID)", "type:string", ":Label"],
        [(f"{body}_mitochondrion", "mitochondrion", _ELEMENT_SET) for body in bodies],
    )
    write_csv(
        folder / "Neuprint_Neuron_to_ElementSet_mitochondrion.csv",
        _ids("Body-ID", "ElementSet-ID"),
        [(body, f"{body}_mitochondrion") for body in bodies if body in segments],
    )
    members = zip(mitos["body"].tolist(), mitos["id"].tolist(), strict=True)
    write_csv(
        folder / "Neuprint_ElementSet_to_Element_mitochondrion.csv",
        _ids("ElementSet-ID", "Element-ID"),
        [(f"{body}_mitochondrion", mito) for body, mito in members],
        compress=True,
    )
    distances = [str(d) for d in close["distance"].to_numpy()]
    rows = zip(distances, close["synapse"].tolist(), close["mito"].tolist(), strict=True)
    header = ["distance:float", *_ids("Element-ID", "Element-ID")]
    write_csv(folder / "Neuprint_Elements_CloseTo_mito.csv", header, rows, compress=True)
