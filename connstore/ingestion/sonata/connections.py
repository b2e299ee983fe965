"""What neuPrint's model makes of edges: connections, counts, ROIs and synapses."""

from __future__ import annotations

import json

from connstore.errors import IngestError
from connstore.ingestion.workspace import Workspace
from connstore.sqltext import quote_literal, quote_name
from connstore.store.manifest import POPULATION_IDS

#: The only type of edges that are synapses from one neuron to another.
_CHEMICAL = "chemical"

#: End of an edge -> where SONATA says that it lies: the first of these that an edge has.
_PLACES = {
    "pre": ("efferent_center", "efferent_surface"),
    "post": ("afferent_center", "afferent_surface"),
}

#: SQL for the name of a region as a key of roiInfo.
_JSON_NAME = "to_json(name)::VARCHAR"

#: SONATA's coordinates are micrometres; a voxel of the store is a nanometre.
_VOXELS = 1000


def make_connections(workspace: Workspace) -> None:
    """Make connections, counts of bodies, and synapses with their pairs, of the chemical edges.

    Args:
        workspace: With ``segment`` (counts and ROIs left empty) and ``edge``.

    Raises:
        IngestError: ``nsyns`` of an edge is no number of synapses.
    """
    weight = _weight(workspace)
    _mark_chemical(workspace)
    regions = _regions(workspace)
    engine = workspace.engine
    workspace.create("connection", [], [])
    info = "NULL"
    if regions:
        post = "':{\"post\":' || weight || '}}'"
        info = f"CASE WHEN name IS NULL THEN '{{}}' ELSE '{{' || {_JSON_NAME} || {post} END"
    engine.run(
        f"""
        INSERT INTO connection BY NAME
        SELECT body_pre, body_post, weight, {info} AS roi_info
        FROM (SELECT body_pre, body_post, sum({weight})::BIGINT AS weight
              FROM edge SEMI JOIN chemical USING (population) GROUP BY ALL)
        JOIN (SELECT bodyId AS body_post, name FROM body_region) USING (body_post)
        """
    )
    _count(workspace, with_rois=bool(regions))
    _make_synapses(workspace)
    _describe(workspace, regions)


def _weight(workspace: Workspace) -> str:
    """SQL for the synapses of an edge: ``nsyns`` where there is one, else 1."""
    found = {prop.name: prop for prop in workspace.properties.get("edge", ())}.get("nsyns")
    if found is None:
        return "1"
    column = quote_name(found.column)
    if found.type in ("string", "vector", "bool"):
        raise IngestError(f"it should hold numbers of synapses, not {found.type}", column="nsyns")
    for population, edge, value in workspace.engine.rows(
        f"SELECT population, edge_id, {column} FROM edge "
        f"WHERE {column} < 0 OR NOT {column} < 2147483648 OR {column} <> trunc({column}) "
        "ORDER BY population, edge_id LIMIT 1"
    ):
        raise IngestError(
            f"edge {edge} of the population {population!r}: {value} is no number of synapses",
            column="nsyns",
        )
    return f"coalesce({column}, 1)"


def _mark_chemical(workspace: Workspace) -> None:
    """Make ``chemical``: the populations whose edges are synapses, and the numbers of these."""
    populations = workspace.edge_populations
    workspace.engine.run("CREATE TABLE chemical (population VARCHAR, first BIGINT, placed BOOLEAN)")
    for index, population in enumerate(populations):
        if population.type == _CHEMICAL:
            bases = (base for places in _PLACES.values() for base in places)
            placed = any(_has_place(population.attributes, base) for base in bases)
            workspace.engine.run(
                "INSERT INTO chemical VALUES ($name, $first, $placed)",
                {"name": population.name, "first": index * POPULATION_IDS, "placed": placed},
            )
        else:
            workspace.report.note(
                "edges_not_connections",
                population.size,
                f"edges of {population.name} are {population.type}: kept as edges, but no part "
                "of connections and synapse counts",
            )


def _regions(workspace: Workspace) -> list[str]:
    """Make ``body_region``, with the name of each body's region; the names that there are."""
    found = {prop.name: prop for prop in workspace.properties["neuron"]}.get("region")
    column = "NULL" if found is None or found.type != "string" else quote_name(found.column)
    workspace.engine.run(
        "CREATE TABLE body_region AS SELECT bodyId, nullif("
        f"{column}::VARCHAR, '') AS name FROM segment"
    )
    rows = workspace.engine.rows("SELECT DISTINCT name FROM body_region WHERE name IS NOT NULL")
    return sorted(name for (name,) in rows)


def _count(workspace: Workspace, *, with_rois: bool) -> None:
    """Fill in pre, post, downstream and upstream of every body, and its roiInfo."""
    counts = '{"pre":\' || n_pre || \',"post":\' || n_post || \',"downstream":\' || n_pre || '
    counts += "',\"upstream\":' || n_post || '}"
    info = "NULL"
    if with_rois:
        info = "'{' || coalesce(counted.rois, '') || '}'"
    workspace.engine.run(
        """
        CREATE TABLE count_in_region AS
        SELECT bodyId, name, sum(n_pre)::BIGINT AS n_pre, sum(n_post)::BIGINT AS n_post
        FROM (SELECT body_pre AS bodyId, body_post, weight AS n_pre, 0 AS n_post FROM connection
              UNION ALL
              SELECT body_post, body_post, 0, weight FROM connection)
        JOIN (SELECT bodyId AS body_post, name FROM body_region) USING (body_post)
        GROUP BY ALL
        """
    )
    workspace.engine.run(
        f"""
        CREATE OR REPLACE TABLE segment AS
        SELECT segment.* REPLACE (
            coalesce(counted.n_pre, 0) AS pre, coalesce(counted.n_post, 0) AS post,
            coalesce(counted.n_pre, 0) AS downstream, coalesce(counted.n_post, 0) AS upstream,
            {info} AS roi_info
        )
        FROM segment LEFT JOIN (
            SELECT bodyId, sum(n_pre)::BIGINT AS n_pre, sum(n_post)::BIGINT AS n_post,
                   string_agg({_JSON_NAME} || ':{counts}', ',' ORDER BY name)
                       FILTER (name IS NOT NULL) AS rois
            FROM count_in_region GROUP BY bodyId
        ) AS counted USING (bodyId)
        """
    )


def _make_synapses(workspace: Workspace) -> None:
    """A T-bar and a PSD for every chemical edge of a population that tells where its edges lie."""
    engine = workspace.engine
    if not engine.value("SELECT coalesce(bool_or(placed), false) FROM chemical"):
        return
    columns = {prop.name: quote_name(prop.column) for prop in workspace.properties["edge"]}
    names = [name for (name,) in engine.rows("SELECT DISTINCT name FROM body_region ORDER BY ALL")]
    engine.run("CREATE TABLE region_set (name VARCHAR, number INTEGER)")
    for name in filter(None, names):
        number = workspace.roi_sets.number([name])
        engine.run("INSERT INTO region_set VALUES ($name, $n)", {"name": name, "n": number})
    engine.run(
        """
        CREATE TABLE body_set AS SELECT bodyId AS body_post, coalesce(number, 0) AS roi_set
        FROM body_region LEFT JOIN region_set USING (name)
        """
    )
    workspace.create("synapse", [], [])
    for end, number in (("pre", 0), ("post", 1)):
        engine.run(
            f"""
            INSERT INTO synapse BY NAME
            SELECT 2 * (chemical.first + edge_id) + {number} AS synapse_id, body_{end} AS bodyId,
                   {quote_literal(end)} AS type, {_location(end, columns)} AS location,
                   body_set.roi_set AS roi_set
            FROM edge JOIN chemical USING (population) JOIN body_set USING (body_post)
            WHERE chemical.placed
            """
        )
    workspace.create("pair", [], [])
    engine.run(
        """
        INSERT INTO pair
        SELECT 2 * (chemical.first + edge_id) AS pre_id,
               2 * (chemical.first + edge_id) + 1 AS post_id
        FROM edge JOIN chemical USING (population) WHERE chemical.placed
        """
    )


def _location(end: str, columns: dict[str, str]) -> str:
    """SQL for the place of one end of an edge, in voxels; null where it is not told."""
    bases = [base for base in _PLACES[end] if _has_place(columns, base)]
    if not bases:
        return "NULL"
    axes = []
    for axis in "xyz":
        place = f"coalesce({', '.join(columns[f'{base}_{axis}'] for base in bases)})::DOUBLE"
        axes.append(f"'{axis}': CASE WHEN isfinite({place}) THEN round({place} * {_VOXELS}) END")
    return f"{{{', '.join(axes)}}}"


def _has_place(attributes: dict[str, str], base: str) -> bool:
    return all(f"{base}_{axis}" in attributes for axis in "xyz")


def _describe(workspace: Workspace, regions: list[str]) -> None:
    """The Meta properties that neuPrint's functions ask for."""
    meta, engine = workspace.meta, workspace.engine
    total = int(engine.value("SELECT coalesce(sum(weight), 0) FROM connection"))
    meta["totalPreCount"] = meta["totalPostCount"] = ("long", total)
    rows = engine.rows(
        "SELECT name, sum(n_pre)::BIGINT, sum(n_post)::BIGINT FROM count_in_region GROUP BY ALL"
    )
    counts = {region: {"pre": pre, "post": post} for region, pre, post in rows}
    info = {region: counts.get(region, {"pre": 0, "post": 0}) for region in regions}
    meta["roiInfo"] = ("string", json.dumps(info, ensure_ascii=False))
    meta["primaryRois"] = ("string[]", regions)
    tree = {"name": meta["dataset"][1], "children": [{"name": region} for region in regions]}
    meta["roiHierarchy"] = ("string", json.dumps(tree, ensure_ascii=False))
    if workspace.has("synapse"):
        meta["voxelSize"] = ("float[]", [1.0, 1.0, 1.0])
        meta["voxelUnits"] = ("string", "nanometers")
