"""Working tables -> the store's tables, sorted and cut into parts."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from connstore.ingestion.roi_tables import (
    count_columns,
    count_properties,
    make_roi_sets,
    make_roi_table,
    parse_roi_info,
)
from connstore.ingestion.workspace import WORKING_TABLES, Workspace
from connstore.sqltext import quote_name
from connstore.store.manifest import Property
from connstore.store.schema import ROW_GROUP_ROWS, SQL_TYPES, TABLES
from connstore.store.writer import StoreWriter

#: What belongs to the part ``neuron`` of a table, where its rows have no flag for it.
_AMONG_NEURONS = "SEMI JOIN neuron_id USING (bodyId)"
_AMONG_FRAGMENTS = "ANTI JOIN neuron_id USING (bodyId)"

#: Entity -> working table whose columns its properties are: joined tables may have others so named.
_OWNERS = {
    "neuron": "segment",
    "connection": "kept_connection",
    "synapse": "synapse",
    "element": "element",
    "closeto": "closeto",
    "edge": "edge",
}


def assemble(workspace: Workspace, writer: StoreWriter, *, post_index: bool) -> None:
    """Write every table that the working tables can fill.

    Args:
        workspace: Filled and checked.
        writer: Where to.
        post_index: Whether to write the synapse pairs sorted by postsynaptic body too.
    """
    _prepare_bodies(workspace)
    _prepare_points(workspace)
    for table, select in _statements(workspace, post_index).items():
        _write(workspace, writer, table, select)
    pq.write_table(_meta_table(workspace), writer.path("meta"))


def _prepare_bodies(workspace: Workspace) -> None:
    """Neuron ids, connections without dangling ones, roiInfo cut up, ROI ids."""
    engine = workspace.engine
    engine.run(
        # What stands for no body is no neuron, whatever its label.
        "CREATE TABLE neuron_id AS SELECT bodyId FROM segment "
        "WHERE list_contains(string_split(labels, ';'), 'Neuron') "
        "AND bodyId IS DISTINCT FROM $no_body",
        {"no_body": workspace.no_body},
    )
    parse_roi_info(workspace, "segment", ("bodyId",))
    parse_roi_info(workspace, "connection", ("body_pre", "body_post"))
    before = workspace.count("connection")
    engine.run(
        """
        CREATE TABLE kept_connection AS
        SELECT c.*, pre.bodyId IS NOT NULL AND post.bodyId IS NOT NULL AS among_neurons
        FROM connection c
        SEMI JOIN segment a ON c.body_pre = a.bodyId
        SEMI JOIN segment b ON c.body_post = b.bodyId
        LEFT JOIN neuron_id pre ON c.body_pre = pre.bodyId
        LEFT JOIN neuron_id post ON c.body_post = post.bodyId
        """
    )
    workspace.report.drop(
        "dangling_connection",
        before - workspace.count("kept_connection"),
        "connections of a body that has no row of its own: neo4j's import drops them too",
    )
    make_roi_table(workspace)
    make_roi_sets(workspace)
    workspace.properties["neuron_roi"] = count_properties(workspace, "segment", ())
    workspace.properties["connection_roi"] = count_properties(
        workspace, "connection", ("post", "pre")
    )


def _prepare_points(workspace: Workspace) -> None:
    """Pairs with both ends beside them, and which synapses have a partner."""
    if not workspace.has("synapse"):
        return
    engine = workspace.engine
    voxel = _voxel_type(workspace)
    engine.run(
        f"""
        CREATE TABLE kept_pair AS
        SELECT pre_id, post_id, {_end("pre", voxel)}, {_end("post", voxel)},
               n.bodyId IS NOT NULL AND m.bodyId IS NOT NULL AS among_neurons
        FROM pair
        JOIN synapse pre ON pre.synapse_id = pre_id
        JOIN synapse post ON post.synapse_id = post_id
        LEFT JOIN neuron_id n ON n.bodyId = pre.bodyId
        LEFT JOIN neuron_id m ON m.bodyId = post.bodyId
        LEFT JOIN point_set pre_set ON pre_set.number = pre.roi_set
        LEFT JOIN point_set post_set ON post_set.number = post.roi_set
        """
    )
    workspace.report.drop(
        "dangling_pair",
        max(0, workspace.count("pair") - workspace.count("kept_pair")),
        "pairs of a synapse that has no row of its own",
    )
    engine.run(
        "CREATE TABLE unpartnered AS SELECT synapse_id AS id FROM synapse ANTI JOIN "
        "(SELECT pre_id AS id FROM pair UNION ALL SELECT post_id FROM pair) p ON p.id = synapse_id"
    )


def _end(end: str, voxel: str) -> str:
    """One end of a pair, denormalised."""
    axes = ", ".join(f"{end}.location.{axis}::{voxel} AS {axis}_{end}" for axis in "xyz")
    return (
        f"{end}.bodyId AS body_{end}, {axes}, {end}.confidence AS confidence_{end}, "
        f"{end}_set.roi_set_id AS roi_set_{end}"
    )


def _statements(workspace: Workspace, post_index: bool) -> dict[str, str]:
    """A SELECT for each table; ``{part}`` in it stands for the choice of a part."""
    props = {
        entity: _listed(workspace.properties.get(entity, ()), owner)
        for entity, owner in _OWNERS.items()
    }
    weights = ", ".join(f"{w}::INTEGER AS {w}" for w in ("weight", "weightHP", "weightHR"))
    connection = (
        f"SELECT body_pre, body_post, {weights}{props['connection']} "
        "FROM kept_connection WHERE among_neurons = {among}"
    )
    connection_roi = (
        "SELECT body_pre, body_post, roi_id, is_primary"
        f"{_counts(workspace, 'connection_roi', ('post', 'pre'))} "
        "FROM (SELECT body_pre, body_post, roi_info, among_neurons FROM kept_connection) "
        "JOIN connection_entry e ON number = roi_info JOIN roi ON roi.name = e.roi "
        "WHERE among_neurons = {among}"
    )
    statements = {
        "roi": "SELECT * FROM roi",
        "roi_set": "SELECT * FROM roi_set",
        "segment": (
            "SELECT bodyId, labels, CASE WHEN roi_info IS NOT NULL "
            f"THEN coalesce(segment_set.roi_set_id, 0) END AS roi_set{props['neuron']} "
            "FROM segment LEFT JOIN segment_set USING (roi_info) {part}"
        ),
        "segment_roi": (
            f"SELECT bodyId, roi_id{_counts(workspace, 'neuron_roi', ())} "
            "FROM (SELECT bodyId, roi_info FROM segment) "
            "JOIN segment_entry e ON number = roi_info JOIN roi ON roi.name = e.roi {part}"
        ),
        "connection_by_pre": connection,
        "connection_by_post": connection,
        "connection_roi_by_pre": connection_roi,
        "connection_roi_by_post": connection_roi,
    }
    if workspace.has("synapse"):
        voxel = _voxel_type(workspace)
        place = _place(voxel)
        statements["synapse"] = (
            f"SELECT synapse_id, bodyId, type, {place}, confidence, "
            "point_set.roi_set_id AS roi_set, "
            f"unpartnered.id IS NULL AS has_partner{props['synapse']} FROM synapse "
            "LEFT JOIN point_set ON point_set.number = synapse.roi_set "
            "LEFT JOIN unpartnered ON unpartnered.id = synapse.synapse_id {part}"
        )
        ends = ", ".join(
            f"{axis}_{end}::{voxel} AS {axis}_{end}" for end in ("pre", "post") for axis in "xyz"
        )
        pair = (
            f"SELECT pre_id, post_id, body_pre, body_post, {ends}, confidence_pre, "
            "confidence_post, roi_set_pre, roi_set_post FROM kept_pair "
            "WHERE among_neurons = {among}"
        )
        statements["pair_by_pre"] = pair
        if post_index:
            statements["pair_by_post"] = pair
    if workspace.has("element"):
        statements["element"] = (
            f"SELECT element_id, bodyId, type, {_place(_voxel_type(workspace))}, "
            "point_set.roi_set_id AS roi_set, "
            "m.element_id IS NOT NULL AND s.bodyId IS NOT NULL AS in_set, "
            f"labels, config_name{props['element']} FROM element "
            "LEFT JOIN point_set ON point_set.number = element.roi_set "
            "LEFT JOIN (SELECT DISTINCT element_id FROM element_member) m USING (element_id) "
            "LEFT JOIN (SELECT bodyId FROM segment) s USING (bodyId) {part}"
        )
        owners = "(SELECT synapse_id, bodyId FROM synapse)"
        if not workspace.has("synapse"):
            owners = "(SELECT NULL::BIGINT AS synapse_id, NULL::BIGINT AS bodyId)"
        statements["closeto"] = (
            f"SELECT synapse_id, element_id, bodyId, distance{props['closeto']} "
            f"FROM closeto LEFT JOIN {owners} USING (synapse_id) {{part}}"
        )
    for table in filter(workspace.has, ("edge", "enumeration", "node_sets")):
        columns = ", ".join(map(quote_name, WORKING_TABLES[table]))
        statements[table] = f"SELECT {columns}{props.get(table, '')} FROM {table}"
    return statements


def _write(workspace: Workspace, writer: StoreWriter, table: str, select: str) -> None:
    order = ", ".join(map(quote_name, TABLES[table].order))
    if not TABLES[table].parts:
        workspace.engine.write_parquet(
            f"{select} ORDER BY {order}", writer.path(table), ROW_GROUP_ROWS
        )
        return
    for part, choice in (("neuron", _AMONG_NEURONS), ("fragment", _AMONG_FRAGMENTS)):
        chosen = select.replace("{part}", choice).replace("{among}", str(part == "neuron"))
        workspace.engine.write_parquet(
            f"{chosen} ORDER BY {order}", writer.path(table, part), ROW_GROUP_ROWS
        )


def _listed(properties: Iterable[Property], table: str) -> str:
    return "".join(f", {table}.{quote_name(prop.column)}" for prop in properties)


def _counts(workspace: Workspace, entity: str, fixed: tuple[str, ...]) -> str:
    return count_columns(
        [*zip(fixed, fixed, strict=True)]
        + [(prop.name, prop.column) for prop in workspace.properties[entity]]
    )


def _place(voxel: str) -> str:
    return ", ".join(f"location.{axis}::{voxel} AS {axis}" for axis in "xyz")


def _voxel_type(workspace: Workspace) -> str:
    """INTEGER where every coordinate of the source is a whole number that fits, else DOUBLE."""
    for table in filter(workspace.has, ("synapse", "element")):
        odd = " OR ".join(
            f"location.{axis} <> trunc(location.{axis}) OR abs(location.{axis}) >= 2147483648"
            for axis in "xyz"
        )
        if workspace.engine.value(f"SELECT coalesce(bool_or({odd}), false) FROM {table}"):
            return SQL_TYPES["float64"]
    return SQL_TYPES["voxel"]


def _meta_table(workspace: Workspace) -> pa.Table:
    meta = sorted(workspace.meta.items())
    values = [None if v is None else json.dumps(v, ensure_ascii=False) for _, (_, v) in meta]
    return pa.table(
        {
            "property": pa.array([name for name, _ in meta], pa.string()),
            "neo4j_type": pa.array([type_ for _, (type_, _) in meta], pa.string()),
            "value": pa.array(values, pa.string()),
        }
    )
