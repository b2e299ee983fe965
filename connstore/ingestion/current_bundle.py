"""The current neuPrint bundle (flyem-snapshot): files -> working tables."""

from __future__ import annotations

from connstore.ingestion.bodies import load_connections, load_segments
from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.feather_file import FeatherFile
from connstore.ingestion.header import HeaderedFile
from connstore.ingestion.links import load_links
from connstore.ingestion.meta import read_meta
from connstore.ingestion.owners import assign_owners
from connstore.ingestion.points import ELEMENTS, SYNAPSES, load_points
from connstore.ingestion.source import Source
from connstore.ingestion.workspace import Workspace


def load_current_bundle(source: Source, workspace: Workspace) -> None:
    """Fill the working tables from a current bundle.

    The side feathers are read instead of their CSV twins when they are there. Synapses and
    elements are optional; SynapseSets and ElementSets follow from them and are not read.

    Raises:
        IngestError: A file is missing or broken.
    """
    meta = source.one("Meta")
    workspace.meta = read_meta(meta)
    workspace.rows_read[meta.name] = 1
    load_segments(workspace, _twin(source, "Neuprint_Neurons") or source.shards("Neurons"))
    connections = _twin(source, "Neuprint_Neuron_Connections")
    load_connections(workspace, connections or [source.one("Neuron_Connections")])
    if synapses := source.shards("Synapses"):
        load_points(workspace, SYNAPSES, synapses)
        pairs = source.one("Synapse_Connections")
        load_links(workspace, "pair", [pairs], "pre_id", "post_id")
        if not any(file.has_property("bodyId") for file in synapses):
            # Before June 2024 the exporter left bodies to the SynapseSets.
            assign_owners(
                workspace, source.one("Neuron_to_SynapseSet"), source.one("SynapseSet_to_Synapses")
            )
    if elements := source.shards("Elements"):
        _load_elements(source, workspace, elements)


def _twin(source: Source, name: str) -> list[HeaderedFile] | None:
    path = source.feather(name)
    return None if path is None else [FeatherFile(path, source.relative(path))]


def _load_elements(source: Source, workspace: Workspace, files: list[ExportFile]) -> None:
    """Elements of every configuration, which of them lie in sets, and what is close to them."""
    names = {file.name: file.path.parent.name for file in files}
    load_points(workspace, ELEMENTS, files, constants=names)
    for name in ("r0", "r1", "r2"):
        whole = [f.name for f in files if any(c.name == name and c.type == "int" for c in f.header)]
        if whole:
            workspace.report.note(
                "element_radius_truncated",
                len(whole),
                f"{name} is of type int in {len(whole)} files such as {whole[0]}: the exporter "
                "has cut off the fractions, which nothing can bring back",
            )
    members = source.matching("ElementSet_to_Element_*")
    load_links(workspace, "element_member", members, None, "element_id")
    links = source.matching("Elements_CloseTo_*")
    load_links(workspace, "closeto", links, "synapse_id", "element_id")
