"""What the identities compare: counts of an export under one set of names, added up once.

Everything is named ``check_*``. A column is there only if the export has what it would hold, so
an identity runs exactly where its columns exist.
"""

from __future__ import annotations

import pyarrow as pa

from connstore.errors import IngestError
from connstore.ingestion.source import Source
from connstore.ingestion.workspace import Workspace
from connstore.sqltext import quote_name

_BODY_COUNTS = ("pre", "post", "upstream", "downstream", "synweight")
_WEIGHTS = ("weight", "weightHP", "weightHR")

#: Meta property -> column of ``check_meta`` and its type. Confidences are float32 in every
#: source, and are compared as such: 0.7f >= 0.7 is true in float32 only.
_META = {
    "postHighAccuracyThreshold": ("high_accuracy", pa.float32()),
    "postHPThreshold": ("high_precision", pa.float32()),
    "totalPreCount": ("total_pre", pa.int64()),
    "totalPostCount": ("total_post", pa.int64()),
}

_SET_MEMBER = """
    CREATE VIEW check_set AS
    SELECT roi_set_id, roi_id, is_primary
    FROM (SELECT roi_set_id, unnest(roi_ids) AS roi_id FROM roi_set) JOIN roi USING (roi_id)
"""
_POINTS = """
    CREATE TABLE check_point AS
    SELECT bodyId, roi_set_id, count(*) FILTER (type = 'pre') AS pre,
           count(*) FILTER (type = 'post') AS post
    FROM synapse LEFT JOIN point_set ON number = roi_set
    WHERE bodyId IS NOT NULL
    GROUP BY ALL
"""
_PAIRS = """
    CREATE TABLE check_pair AS
    SELECT body_pre, body_post, count(*) AS pairs{counts}
    FROM kept_pair{meta}
    WHERE body_pre IS NOT NULL AND body_post IS NOT NULL
    GROUP BY ALL
"""


def make_check_tables(workspace: Workspace, source_format: str) -> set[str]:
    """Make the tables and views that identities are checked on.

    Args:
        workspace: As ``assemble`` leaves it.
        source_format: ``neuprint`` or ``dvid``.

    Returns:
        ``table.column`` for everything that an identity may use.
    """
    _make_counts(workspace)
    known = _make_meta(workspace, source_format)
    workspace.engine.run(_SET_MEMBER)
    if workspace.has("synapse") and workspace.engine.value("SELECT count(bodyId) FROM synapse"):
        workspace.engine.run(_POINTS)
        columns = {
            "accurate": ("high_accuracy", "confidence_post >= high_accuracy"),
            "precise": ("high_precision", "confidence_post >= high_precision"),
            "both_precise": (
                "high_precision",
                "confidence_pre > high_precision AND confidence_post > high_precision",
            ),
        }
        counts = "".join(
            f", count(*) FILTER ({test}) AS {column}"
            for column, (threshold, test) in columns.items()
            if threshold in known
        )
        meta = " CROSS JOIN check_meta" if known else ""
        workspace.engine.run(_PAIRS.format(counts=counts, meta=meta))
    rows = workspace.engine.rows("SELECT table_name || '.' || column_name FROM duckdb_columns()")
    return {name for (name,) in rows}


def _make_counts(workspace: Workspace) -> None:
    """The counts of bodies and connections that the source has, under their exact names."""
    properties = {prop.name: prop.column for prop in workspace.properties.get("neuron", ())}
    counts = [
        f"{quote_name(properties[name])} AS {name}" for name in _BODY_COUNTS if name in properties
    ]
    listed = ", ".join(["bodyId", *counts])
    workspace.engine.run(f"CREATE VIEW check_body AS SELECT {listed} FROM segment")
    files = workspace.files["connection"]
    weights = [name for name in _WEIGHTS if any(file.has_property(name) for file in files)]
    listed = ", ".join(["body_pre", "body_post", *weights])
    # Not the connections that were kept: dangling ones count in their bodies' totals.
    workspace.engine.run(f"CREATE VIEW check_edge AS SELECT {listed} FROM connection")


def _make_meta(workspace: Workspace, source_format: str) -> set[str]:
    """One row of thresholds and totals, as far as Meta and the SynapseSet files tell."""
    columns = {
        column: pa.array([value], type_)
        for name, (column, type_) in _META.items()
        if isinstance(value := workspace.meta.get(name, ("", None))[1], (int, float))
    }
    if (links := _synapse_set_links(workspace, source_format)) is not None:
        columns["set_links"] = pa.array([links], pa.int64())
    if columns:
        spec = ", ".join(
            f"{c} {'FLOAT' if a.type == pa.float32() else 'BIGINT'}" for c, a in columns.items()
        )
        workspace.engine.run(f"CREATE TABLE check_meta ({spec})")
        workspace.engine.load("check_meta", "SELECT * FROM batches", pa.table(columns))
    return set(columns)


def _synapse_set_links(workspace: Workspace, source_format: str) -> int | None:
    """How many pairs of SynapseSets a current bundle links; None where no file says so.

    The file lies beside that of the pairs. It has one short row for each connection, unlike
    the one that says which synapses a set contains.
    """
    if source_format != "neuprint" or not workspace.has("pair"):
        return None
    root = workspace.files["pair"][0].path.parent
    files = Source(root, source_format).matching("SynapseSet_to_SynapseSet")
    try:
        for file in files:
            end = file.role_column("END_ID")
            for _ in workspace.stream(file, {"end": end}, {"end": "string"}):
                pass
    except IngestError as error:
        workspace.report.note("synapse_sets_unreadable", 0, f"not needed, not checked: {error}")
        return None
    return sum(workspace.rows_read[file.name] for file in files) if files else None
