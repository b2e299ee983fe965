"""The bundle of the old loader (dvid_to_neuprint): nine CSV files -> working tables."""

from __future__ import annotations

import json

from connstore.errors import IngestError
from connstore.ingestion.bodies import load_connections, load_segments
from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.links import load_links
from connstore.ingestion.meta import read_meta
from connstore.ingestion.owners import NEURON_LEVEL_ALONE, SYNAPSE_LEVEL, assign_owners
from connstore.ingestion.points import SYNAPSES, load_points
from connstore.ingestion.source import Source
from connstore.ingestion.workspace import Workspace


def load_old_bundle(source: Source, workspace: Workspace) -> None:
    """Fill the working tables from a bundle of the old loader.

    The synapse level is optional. Synapses have no body of their own here; it is the owner
    of the SynapseSets that they are in.

    Raises:
        IngestError: A file is missing or broken, or a synapse has two bodies.
    """
    meta = source.one("Meta")
    workspace.meta = read_meta(meta)
    workspace.rows_read[meta.name] = 1
    neurons = source.one("Neurons")
    load_segments(workspace, [neurons])
    load_connections(workspace, [source.one("Neuron_Connections")])
    _name_rois(source, workspace, neurons)
    _note_body_zero(workspace)
    _note_mitochondria(source, workspace)
    if files := _synapse_files(source):
        load_points(workspace, SYNAPSES, [files["Synapses"]])
        load_links(workspace, "pair", [files["Synapse_Connections"]], "pre_id", "post_id")
        assign_owners(workspace, files["Neuron_to_SynapseSet"], files["SynapseSet_to_Synapses"])


def _name_rois(source: Source, workspace: Workspace, neurons: ExportFile) -> None:
    """Take ROI names from the flags of bodies (the booleans behind the label) and the list."""
    roles = [cell.role for cell in neurons.header]
    behind = neurons.header[roles.index("LABEL") :]
    known = {cell.name for cell in behind if cell.is_roi_flag}
    workspace.roi_names |= known
    if not (listed := source.root / "all_ROIs.txt").is_file():
        return
    known |= set(json.loads(str(workspace.meta.get("roiInfo", ("", None))[1] or "{}")))
    for line in listed.read_text("utf-8-sig", "replace").splitlines():
        # The loader's own files have | where a name has a comma.
        name, with_commas = line.strip(), line.strip().replace("|", ",")
        if name:
            workspace.roi_names.add(with_commas if with_commas in known else name)


def _note_body_zero(workspace: Workspace) -> None:
    """Body 0 is what belongs to no body; some generations of the loader leave it in."""
    if workspace.engine.value("SELECT count(*) FROM segment WHERE bodyId = 0"):
        workspace.report.note(
            "body_zero", 1, "there is a body 0, which stands for what lies in no body; it is kept"
        )


def _note_mitochondria(source: Source, workspace: Workspace) -> None:
    """No bundle with such files was ever published, so nobody knows their columns."""
    if files := [file.name for file in source.matching("*Mito*")]:
        workspace.report.note(
            "mitochondria_not_read", len(files), f"files that were not read: {', '.join(files)}"
        )


def _synapse_files(source: Source) -> dict[str, ExportFile]:
    """The files of the synapse level, by table; empty if the export has none of them.

    Raises:
        IngestError: Some are there and some are not.
    """
    there = [table for table in SYNAPSE_LEVEL if source.matching(table)]
    for table in SYNAPSE_LEVEL if there else ():
        if table not in there:
            raise IngestError(
                f"the export in {source.root} lacks it, but has Neuprint_{there[0]}, which is of "
                f"no use without it. {NEURON_LEVEL_ALONE}",
                file=f"Neuprint_{table}{source.suffix}.csv",
            )
    return {table: source.one(table) for table in there}
