"""ROIs as a whole: how much of each is traced, and how they connect.

neuPrintHTTP computes both once a day (``api/cached/cached.go``); these are its rules.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from connstore.errors import MissingTableError
from connstore.queries.arguments import Answering, checked_choice
from connstore.queries.frames import json_like, to_pandas
from connstore.sql.statement import Statement
from connstore.sqltext import quote_name
from connstore.store.opening import Store

#: Statuses of neurons that count as complete.
COMPLETE = (
    "Traced", "Roughly traced", "Prelim Roughly traced",
    "final", "final (irrelevant)", "Finalized", "Leaves",
)  # fmt: skip

_FORMATS = ("json", "pandas")


def roi_completeness(client: Answering, format: str) -> Any:
    """Synapses of complete neurons by ROI (``Client.fetch_roi_completeness``).

    Raises:
        ArgumentError: The format is none.
    """
    checked_choice("fetch_roi_completeness", "format", format, _FORMATS)
    counted = client.run(_completeness(client.store))
    totals = roi_info(client.store)
    for count in ("pre", "post"):
        of_rois = [totals.get(roi, {}).get(count) for roi in counted["roi"].to_pylist()]
        counted = counted.append_column(f"total{count}", pa.array(of_rois, pa.int64()))
    if format == "json":
        rows = [list(row.values()) for row in counted.to_pylist()]
        return {"columns": counted.column_names, "data": rows}
    return client.frame(counted, to_pandas)


def roi_connectivity(client: Answering, format: str) -> Any:
    """How strongly neurons connect ROIs (``Client.fetch_roi_connectivity``).

    Raises:
        ArgumentError: The format is none.
        MissingTableError: Meta does not say which ROIs are of the top level.
    """
    checked_choice("fetch_roi_connectivity", "format", format, _FORMATS)
    rois = overview_rois(client.store)
    edges = client.run(_connectivity(client.store, rois))
    if format == "pandas":
        return client.frame(edges, to_pandas)
    weights = {
        f"{edge['from_roi']}=>{edge['to_roi']}": {
            "count": edge["count"],
            "weight": json_like(edge["weight"]),
        }
        for edge in edges.to_pylist()
    }
    return {"roi_names": rois, "weights": weights}


def overview_rois(store: Store) -> list[str]:
    """ROIs of the top level that an overview shows, sorted.

    Raises:
        MissingTableError: Meta has no ``superLevelRois``.
    """
    top = store.meta.get("superLevelRois")
    if top is None:
        raise MissingTableError(
            f"{store.dataset} does not say which ROIs are of the top level (Meta.superLevelRois)"
        )
    infos = roi_info(store)
    return sorted(roi for roi in top if roi in infos and not infos[roi].get("excludeFromOverview"))


def roi_info(store: Store) -> dict[str, dict[str, Any]]:
    """``Meta.roiInfo``, parsed."""
    infos: dict[str, dict[str, Any]] = json.loads(store.meta.get("roiInfo") or "{}")
    return infos


def _completeness(store: Store) -> Statement:
    """Sums over complete neurons for every ROI that occurs in their roiInfo, by name."""
    sums = ", ".join(
        f"coalesce(sum({_count(store, count)}), 0)::BIGINT AS roi{count}"
        for count in ("pre", "post")
    )
    return Statement(
        f"""
        SELECT roi.name AS roi, {sums}
        FROM segment_roi_neuron AS counts
        JOIN segment_neuron AS segment USING (bodyId)
        JOIN roi USING (roi_id)
        WHERE list_contains($complete, {_property(store, "neuron", "status", "segment")})
        GROUP BY roi_id, roi.name
        ORDER BY roi_id
        """,
        {"complete": list(COMPLETE)},
    )


def _connectivity(store: Store, rois: list[str]) -> Statement:
    """Each neuron's T-bars in an ROI, shared among ROIs as its PSDs are; summed over neurons.

    Sorted as the server's JSON is: by the bytes of ``from=>to``. The sums run by bodyId, so that
    they are the same every time.
    """
    return Statement(
        f"""
        WITH counts AS (
            SELECT bodyId, roi.name AS roi,
                   {_count(store, "pre")}::BIGINT AS pre, {_count(store, "post")}::BIGINT AS post
            FROM segment_roi_neuron AS counts JOIN roi USING (roi_id)
            WHERE list_contains($rois, roi.name)
        ), inputs AS (
            SELECT bodyId, roi, post, sum(post) OVER (PARTITION BY bodyId) AS total
            FROM counts WHERE post > 0
        )
        SELECT inputs.roi AS from_roi, outputs.roi AS to_roi, count(*) AS "count",
               sum((outputs.pre * inputs.post)::DOUBLE / inputs.total::DOUBLE ORDER BY bodyId)
                   AS weight
        FROM inputs JOIN counts AS outputs USING (bodyId)
        WHERE outputs.pre > 0
        GROUP BY inputs.roi, outputs.roi
        ORDER BY inputs.roi || '=>' || outputs.roi
        """,
        {"rois": rois},
    )


def _count(store: Store, name: str) -> str:
    return _property(store, "neuron_roi", name, "counts")


def _property(store: Store, entity: str, name: str, row: str) -> str:
    """A property of a row; NULL where the store has none of that name."""
    prop = store.properties(entity).get(name)
    return "NULL" if prop is None else f"{row}.{quote_name(prop.column)}"
