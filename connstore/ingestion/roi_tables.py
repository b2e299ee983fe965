"""ROIs: their ids, the counts in roiInfo texts, and interned ROI sets.

Everything here treats ROI names as text values; ids are given in code-point order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyarrow as pa

from connstore.ingestion.checks import located
from connstore.ingestion.header import HeaderCell
from connstore.ingestion.properties import unite_properties
from connstore.ingestion.workspace import Workspace
from connstore.sqltext import quote_literal, quote_name
from connstore.store.manifest import Property

#: Keys that stand where ROI names stand, but name no region (formats differ in which they use).
PSEUDO_ROIS = frozenset({"None", "<unspecified>", "NotPrimary"})

#: A text or boolean as a value: the engine would make numbers of them. (``[^\\]`` is there for
#: names with a quote in them.)
_NOT_A_NUMBER = r'[^\\]":\s*("|true|false)'

#: The order in which neuPrint writes the counts of one ROI.
_COUNT_ORDER = ("pre", "post", "downstream", "upstream", "synweight", "mito")


def parse_roi_info(workspace: Workspace, table: str, keys: tuple[str, ...]) -> None:
    """Cut the roiInfo texts of a working table into one row an ROI.

    Each text is parsed once, however many rows have it: most rows share theirs with many others.
    The column ``roi_info`` becomes the number of the text; ``<table>_entry`` has number, ``roi``
    (text) and ``counts`` (a map), and the view ``<table>_roi_raw`` has the keys in place of the
    number. A text that is no JSON object of objects of whole numbers is an error.

    Args:
        workspace: Holds the table.
        table: ``segment`` or ``connection``.
        keys: Key columns to carry along.

    Raises:
        IngestError: A text is broken; with file and line.
    """
    engine = workspace.engine
    names = ", ".join(map(quote_name, keys))
    engine.run(
        f"""
        CREATE TABLE {table}_text AS
        SELECT row_number() OVER () AS number, roi_info, {_parsed("roi_info")} AS parsed
        FROM (SELECT DISTINCT roi_info FROM {table} WHERE roi_info IS NOT NULL)
        """
    )
    broken = engine.rows(
        f"""
        SELECT roi_info FROM {table}_text
        WHERE parsed IS NULL OR regexp_matches(roi_info, $not_a_number)
           OR len(list_filter(map_values(parsed), lambda counts: counts IS NULL OR len(list_filter(
                  map_values(counts), lambda n: n IS NULL OR n <> trunc(n) OR abs(n) >= 2147483648
              )) > 0)) > 0
        LIMIT 1
        """,
        {"not_a_number": _NOT_A_NUMBER},
    )
    if broken:
        text = broken[0][0]
        raise located(
            workspace,
            table,
            {"roiInfo": text.__eq__},
            f"{text[:60]!r} is not a JSON object of ROIs with whole counts",
        )
    engine.run(
        f"""
        CREATE TABLE {table}_entry AS
        SELECT number, entry.key AS roi, entry.value AS counts
        FROM (SELECT number, unnest(map_entries(parsed)) AS entry FROM {table}_text)
        """
    )
    # Joins with the few texts are cheap; with as many rows as there are bodies they are not.
    engine.run(
        f"CREATE OR REPLACE TABLE {table} AS SELECT {table}.* EXCLUDE (roi_info), "
        f"{table}_text.number AS roi_info FROM {table} LEFT JOIN {table}_text USING (roi_info)"
    )
    engine.run(
        f"CREATE VIEW {table}_roi_raw AS SELECT {names}, roi, counts "
        f"FROM (SELECT {names}, roi_info FROM {table}) JOIN {table}_entry ON number = roi_info"
    )


def count_properties(workspace: Workspace, table: str, taken: Iterable[str]) -> list[Property]:
    """The kinds of counts that the parsed roiInfo of a table has.

    Args:
        workspace: Holds ``<table>_roi_raw``.
        table: ``segment`` or ``connection``.
        taken: Kinds that have a column of their own already.
    """
    rows = workspace.engine.rows(f"SELECT DISTINCT unnest(map_keys(counts)) FROM {table}_entry")
    known = {name: index for index, name in enumerate(_COUNT_ORDER)}
    kinds = sorted((kind for (kind,) in rows), key=lambda kind: (known.get(kind, 99), kind))
    cells = [HeaderCell(kind, "", kind, "int") for kind in kinds if kind not in taken]
    entity = {"segment": "neuron_roi", "connection": "connection_roi"}[table]
    return [
        prop.model_copy(update={"type": "int32"})
        for prop in unite_properties(entity, [cells], {"roi_id", *taken})
    ]


def count_columns(names_and_columns: Iterable[tuple[str, str]]) -> str:
    """SQL that takes some kinds of counts out of the map ``counts``."""
    return "".join(
        f", counts[{quote_literal(name)}]::INTEGER AS {quote_name(column)}"
        for name, column in names_and_columns
    )


def make_roi_table(workspace: Workspace) -> None:
    """Make the working table ``roi`` of every ROI name met anywhere."""
    in_meta = set(json.loads(str(workspace.meta.get("roiInfo", ("", None))[1] or "{}")))
    primary = set(_texts(workspace.meta.get("primaryRois", ("", None))[1]))
    names = in_meta | primary | workspace.roi_names
    for table in ("segment", "connection"):
        rows = workspace.engine.rows(f"SELECT DISTINCT roi FROM {table}_entry")
        names |= {name for (name,) in rows}
    ordered = sorted(names)
    table = pa.table(
        {
            "roi_id": pa.array(range(1, len(ordered) + 1), pa.int32()),
            "name": pa.array(ordered, pa.string()),
            "in_meta": pa.array([name in in_meta for name in ordered], pa.bool_()),
            "is_primary": pa.array([name in primary for name in ordered], pa.bool_()),
            "is_pseudo": pa.array(
                [name in PSEUDO_ROIS and name not in in_meta for name in ordered], pa.bool_()
            ),
        }
    )
    workspace.engine.run(
        "CREATE TABLE roi (roi_id INTEGER, name VARCHAR, in_meta BOOLEAN, is_primary BOOLEAN, "
        "is_pseudo BOOLEAN)"
    )
    workspace.engine.load("roi", "SELECT * FROM batches", table)


def make_roi_sets(workspace: Workspace) -> None:
    """Intern the ROI combinations of bodies and points.

    Makes ``roi_set`` (final numbers), ``segment_set`` (roi_info, roi_set_id) and ``point_set``
    (the number given while reading -> the final number).
    """
    engine = workspace.engine
    sets = workspace.roi_sets.numbers
    met = pa.table(
        {
            "number": pa.array(sets.values(), pa.int32()),
            "names": pa.array([sorted(names) for names in sets], pa.list_(pa.string())),
        }
    )
    engine.run("CREATE TABLE met_set (number INTEGER, names VARCHAR[])")
    engine.load("met_set", "SELECT * FROM batches", met)
    engine.run(
        """
        CREATE TABLE met_ids AS
        SELECT number, coalesce(list(roi_id ORDER BY roi_id) FILTER (roi_id IS NOT NULL), []) AS ids
        FROM (SELECT number, unnest(CASE WHEN names = [] THEN [NULL] ELSE names END) AS name
              FROM met_set) LEFT JOIN roi USING (name)
        GROUP BY number
        """
    )
    engine.run(
        """
        CREATE TABLE body_ids AS
        SELECT number AS roi_info, list(roi_id ORDER BY roi_id) AS ids
        FROM segment_entry JOIN roi ON roi.name = segment_entry.roi
        WHERE NOT is_pseudo
        GROUP BY number
        """
    )
    engine.run(
        """
        CREATE TABLE roi_set AS
        SELECT (row_number() OVER (ORDER BY ids) - 1)::INTEGER AS roi_set_id,
               ids AS roi_ids,
               (SELECT min(roi_id) FROM roi WHERE is_primary AND list_contains(ids, roi_id))
                   AS primary_roi
        FROM (SELECT ids FROM met_ids UNION SELECT ids FROM body_ids
              UNION SELECT []::INTEGER[])
        """
    )
    engine.run(
        "CREATE TABLE point_set AS SELECT number, roi_set_id "
        "FROM met_ids JOIN roi_set ON roi_ids = ids"
    )
    engine.run(
        "CREATE TABLE segment_set AS SELECT roi_info, roi_set_id "
        "FROM body_ids JOIN roi_set ON roi_ids = ids"
    )


def _parsed(column: str) -> str:
    return f"""try(from_json({column}, '"MAP(VARCHAR, MAP(VARCHAR, DOUBLE))"'))"""


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
