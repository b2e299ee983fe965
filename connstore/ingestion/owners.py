"""Bodies of synapses, where the synapses' files do not tell: from SynapseSets."""

from __future__ import annotations

from connstore.errors import IngestError
from connstore.ingestion.export_file import ExportFile
from connstore.ingestion.links import load_links
from connstore.ingestion.workspace import Workspace

#: The tables that synapses need, all of them or none. SynapseSet and
#: SynapseSet_to_SynapseSet follow from the others and are not read.
SYNAPSE_LEVEL = (
    "Synapses",
    "Synapse_Connections",
    "Neuron_to_SynapseSet",
    "SynapseSet_to_Synapses",
)
NEURON_LEVEL_ALONE = (
    "To ingest bodies and connections alone, take away the synapse files: "
    + ", ".join(f"Neuprint_{table}*" for table in SYNAPSE_LEVEL)
)


def assign_owners(workspace: Workspace, owners: ExportFile, members: ExportFile) -> None:
    """Give each synapse the body that owns the sets it is in.

    The ids of the sets name two bodies, but in which order differs between generations;
    they are nothing but text here.

    Raises:
        IngestError: The sets do not list synapses, or a synapse is in sets of two bodies.
    """
    _check_lists_synapses(members)
    load_links(workspace, "set_owner", [owners], "bodyId", "set_id")
    load_links(workspace, "set_member", [members], "set_id", "synapse_id")
    engine = workspace.engine
    engine.run(
        """
        CREATE TABLE owner AS
        SELECT synapse_id, min(bodyId) AS bodyId, max(bodyId) AS other
        FROM set_member JOIN set_owner USING (set_id)
        GROUP BY synapse_id
        """
    )
    for synapse, one, other in engine.rows(
        "SELECT synapse_id, bodyId, other FROM owner WHERE bodyId <> other "
        "ORDER BY synapse_id LIMIT 1"
    ):
        raise IngestError(
            f"synapse {synapse} is in SynapseSets of two bodies, {one} and {other}, but has one "
            f"body at most. {NEURON_LEVEL_ALONE}",
            file=members.name,
        )
    # Not UPDATE, which would hold every changed row in memory.
    engine.run(
        """
        CREATE OR REPLACE TABLE synapse AS
        SELECT synapse.* REPLACE (owner.bodyId AS bodyId)
        FROM synapse LEFT JOIN owner USING (synapse_id)
        """
    )
    _report_owners(workspace)


def _check_lists_synapses(members: ExportFile) -> None:
    """Refuse a file that lists sets of sets: one version of the loader wrote it that way."""
    end = members.role_column("END_ID")
    index = [cell.text for cell in members.header].index(end)
    row = next((row for line, row in members.rows() if line > 1 and row), [])
    cell = row[index] if index < len(row) else ""
    if members.header[index].name == "SynSet-ID" or cell.endswith(("_pre", "_post")):
        raise IngestError(
            "it lists SynapseSets where it should list synapses (a version of the loader writes "
            "SynapseSet_to_SynapseSet under this name), so that nothing tells the bodies of "
            f"synapses. {NEURON_LEVEL_ALONE}",
            file=members.name,
            column=end,
        )


def _report_owners(workspace: Workspace) -> None:
    owned, orphaned = workspace.engine.rows(
        "SELECT count(bodyId), count(*) - count(bodyId) FROM synapse"
    )[0]
    if orphaned:
        workspace.report.note(
            "synapse_without_body",
            orphaned,
            "synapses in no SynapseSet of a body, such as those whose partner was not exported: "
            "nothing tells their bodies, which stay null",
        )
    workspace.report.drop(
        "dangling_set_member",
        max(0, workspace.count("owner") - owned),
        "members of SynapseSets that have no row among the synapses",
    )
