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

    Makes ``<table>_roi_raw`` with the keys, ``roi`` (text) and ``counts`` (a map). A text that
    is no JSON object of objects of whole numbers is an error.

    Args:
        workspace: Holds the table.
        table: ``segment`` or ``connection``.
        keys: Key columns to carry along.

    Raises:
        IngestError: A text is broken; with file and line.
    """
    engine = workspace.engine
    names = ", ".join(map(quote_name, keys))
    raw = quote_name(f"{table}_roi_raw")
    engine.run(
        f"""
        CREATE TABLE {raw} AS
        SELECT {names}, entry.key AS roi, entry.value AS counts
        FROM (
            SELECT {names}, unnest(map_entries(parsed)) AS entry
            FROM (SELECT {names}, {_parsed('roi_info')} AS parsed FROM {quote_name(table)})
        )
        """
    )
    broken = engine.rows(
        f"""
        SELECT roi_info FROM {quote_name(table)}
        WHERE roi_info IS NOT NULL
          AND ({_parsed('roi_info')} IS NULL OR regexp_matches(roi_info, $not_a_number))
        UNION ALL
        SELECT t.roi_info FROM {quote_name(table)} t JOIN {raw} USING ({names})
        WHERE counts IS NULL
           OR len(list_filter(map_values(counts),
                  lambda n: n IS NULL OR n <> trunc(n) OR abs(n) >= 2147483648)) > 0
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


def count_properties(workspace: Workspace, table: str, taken: Iterable[str]) -> list[Property]:
    """The kinds of counts that the parsed roiInfo of a table has.

    Args:
        workspace: Holds ``<table>_roi_raw``.
        table: ``segment`` or ``connection``.
        taken: Kinds that have a column of their own already.
    """
    rows = workspace.engine.rows(
        f"SELECT DISTINCT unnest(map_keys(counts)) FROM {quote_name(table + '_roi_raw')}"
    )
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
        rows = workspace.engine.rows(f"SELECT DISTINCT roi FROM {quote_name(table + '_roi_raw')}")
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

    Makes ``roi_set`` (final numbers), ``segment_set`` (bodyId, roi_set_id) and ``point_set``
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
        SELECT bodyId, list(roi_id ORDER BY roi_id) AS ids
        FROM segment_roi_raw JOIN roi ON roi.name = segment_roi_raw.roi
        WHERE NOT is_pseudo
        GROUP BY bodyId
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
        "CREATE TABLE segment_set AS SELECT bodyId, roi_set_id "
        "FROM body_ids JOIN roi_set ON roi_ids = ids"
    )


def _parsed(column: str) -> str:
    return f"""try(from_json({column}, '"MAP(VARCHAR, MAP(VARCHAR, DOUBLE))"'))"""


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
