"""The same questions as plain DuckDB SQL over a store's Parquet files, as one would write them."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pandas as pd

from connstore.store.opening import Store

COUNTS = ("pre", "post", "downstream", "upstream", "mito")


class ByHand:
    """A DuckDB connection over the files of a store, and hand-written queries."""

    def __init__(self, store: Store) -> None:
        self._con = duckdb.connect()
        self._con.execute("SET parquet_metadata_cache = true")
        for table, parts in store.manifest.tables.items():
            for part, file in parts.items():
                name = table if part == "all" else f"{table}_{part}"
                path = str(store.path / file.path)
                self._con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{path}')")
            if len(parts) > 1:
                self._con.execute(
                    f"CREATE VIEW {table} AS FROM {table}_neuron UNION ALL FROM {table}_fragment"
                )
        self._properties = store.properties("neuron")
        self._kinds = list(store.properties("neuron_roi"))
        self._counts = [c for c in COUNTS if c in self._properties]

    def neurons(self, bodies: list[int] | None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """fetch_neurons for some bodies, or for all neurons."""
        if bodies is None:
            return self._neurons("_neuron", "true", "true", {})
        where = "bodyId IN (SELECT unnest($bodies))" if len(bodies) > 1 else "bodyId = $bodies"
        values = {"bodies": bodies if len(bodies) > 1 else bodies[0]}
        return self._neurons("", where, where, values)

    def neurons_by_regex(self, regex: str, roi: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """fetch_neurons for a type and an ROI."""
        where = (
            "regexp_full_match(type, $regex) AND roi_set IN (SELECT roi_set_id FROM roi_set "
            "WHERE list_contains(roi_ids, (SELECT roi_id FROM roi WHERE name = $roi)))"
        )
        inside = f"bodyId IN (SELECT bodyId FROM segment_neuron WHERE {where})"
        return self._neurons("_neuron", where, inside, {"regex": regex, "roi": roi})

    def _neurons(
        self, part: str, where: str, inside: str, values: dict[str, Any]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        members = ", ".join(f"'{kind}', \"{kind}\"" for kind in self._kinds)
        columns = ", ".join(f'"{p.column}"' for p in self._properties.values())
        neurons = self._con.sql(
            f"""
            WITH info AS (
                SELECT bodyId,
                       json_group_object(name, json_merge_patch('{{}}', json_object({members})))
                           AS roiInfo,
                       list(name ORDER BY name) FILTER (post > 0) AS inputRois,
                       list(name ORDER BY name) FILTER (pre > 0) AS outputRois
                FROM segment_roi{part} JOIN roi USING (roi_id) WHERE {inside} GROUP BY bodyId
            )
            SELECT bodyId, {columns}, coalesce(roiInfo, '{{}}') AS roiInfo,
                   coalesce(inputRois, []) AS inputRois, coalesce(outputRois, []) AS outputRois
            FROM segment{part} LEFT JOIN info USING (bodyId) WHERE {where} ORDER BY bodyId
            """,
            params=values or None,
        ).df()
        neurons["roiInfo"] = [json.loads(text) for text in neurons["roiInfo"]]
        for name in ("inputRois", "outputRois"):
            neurons[name] = [list(rois) for rois in neurons[name]]
        for prop in self._properties.values():
            if prop.type == "point":
                neurons[prop.column] = [_point(value) for value in neurons[prop.column]]
        names = {p.column: p.name for p in self._properties.values()}
        counts = "".join(f', coalesce("{c}", 0)::BIGINT AS "{c}"' for c in self._counts)
        sums = "".join(f', sum("{c}")::BIGINT AS "{c}"' for c in self._counts)
        rest = "".join(
            f', coalesce(s."{c}", 0) - coalesce(p."{c}", 0) AS "{c}"' for c in self._counts
        )
        any_count = " OR ".join(f'"{c}" <> 0' for c in self._counts)
        roi_counts = self._con.sql(
            f"""
            WITH inside AS (
                SELECT bodyId, name AS roi, is_primary{counts}
                FROM segment_roi{part} JOIN roi USING (roi_id) WHERE {inside}
            ), primaries AS (SELECT bodyId{sums} FROM inside WHERE is_primary GROUP BY bodyId)
            FROM (
                SELECT * EXCLUDE is_primary FROM inside
                UNION ALL
                SELECT s.bodyId, 'NotPrimary'{rest}
                FROM (FROM segment{part} WHERE {where}) s LEFT JOIN primaries p USING (bodyId)
            ) WHERE {any_count} ORDER BY bodyId, roi
            """,
            params=values or None,
        ).df()
        return neurons.rename(columns=names), roi_counts

    def adjacencies(self, sources: Any, targets: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
        """fetch_adjacencies between ids, or None for all neurons."""
        by = "post" if targets is not None else "pre"
        part = "_neuron" if sources is None and targets is None else ""
        conditions, values = ["weight >= 1"], {}
        for column, side in (("body_pre", sources), ("body_post", targets)):
            if side is None:
                if part == "":
                    conditions.append(f"{column} IN (SELECT bodyId FROM segment_neuron)")
            elif isinstance(side, list):
                conditions.append(f"{column} IN (SELECT unnest(${column}))")
                values[column] = side
            else:
                conditions.append(f"{column} = ${column}")
                values[column] = side
        connections = self._con.sql(
            f"""
            WITH edge AS (
                SELECT body_pre, body_post, weight FROM connection_by_{by}{part}
                WHERE {" AND ".join(conditions)}
            ), inside AS (
                SELECT body_pre, body_post, name AS roi, post AS weight
                FROM connection_roi_by_{by}{part} JOIN roi USING (roi_id)
                SEMI JOIN edge USING (body_pre, body_post)
                WHERE roi.is_primary AND post > 0
            ), outside AS (
                SELECT body_pre, body_post, edge.weight - coalesce(p.weight, 0) AS weight
                FROM edge LEFT JOIN (
                    SELECT body_pre, body_post, sum(weight) AS weight FROM inside
                    GROUP BY body_pre, body_post
                ) p USING (body_pre, body_post)
            )
            SELECT body_pre AS bodyId_pre, body_post AS bodyId_post, roi, weight::BIGINT AS weight
            FROM (
                FROM inside
                UNION ALL
                SELECT body_pre, body_post, 'NotPrimary', weight FROM outside WHERE weight > 0
            )
            ORDER BY body_pre, body_post, weight DESC, roi = 'NotPrimary', roi
            """,
            params=values or None,
        ).df()
        ends = pd.DataFrame(
            {"bodyId": pd.unique(connections[["bodyId_pre", "bodyId_post"]].to_numpy().ravel())}
        )
        self._con.register("ends", ends)
        neurons = self._con.sql(
            "SELECT bodyId, type, instance FROM segment SEMI JOIN ends USING (bodyId) "
            "ORDER BY bodyId"
        ).df()
        return neurons, connections


def _point(value: Any) -> list[float] | None:
    if not isinstance(value, dict):
        return None
    return [int(v) if float(v).is_integer() else v for v in value.values()]
