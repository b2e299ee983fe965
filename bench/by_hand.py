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

    def frame(self, sql: str, values: dict[str, Any]) -> pd.DataFrame:
        """The answer to any SQL over the tables of the store."""
        return self._con.execute(sql, values).df()

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

    def synapses(self, body: int | None, confidence: float) -> pd.DataFrame:
        """fetch_synapses of one body, or of all neurons."""
        part, where, values = _of_body(body, confidence)
        return self._con.sql(
            f"""
            SELECT bodyId, type, roi.name AS roi, x, y, z, confidence
            FROM synapse{part}
            LEFT JOIN roi_set ON roi_set_id = roi_set
            LEFT JOIN roi ON roi_id = primary_roi
            WHERE {where} AND has_partner AND confidence > CAST($confidence AS DOUBLE)
            ORDER BY bodyId, type DESC, synapse_id
            """,
            params=values,
        ).df()

    def mean_synapses(self, body: int | None, confidence: float) -> pd.DataFrame:
        """fetch_mean_synapses of one body, or of all neurons."""
        part, where, values = _of_body(body, confidence)
        return self._con.sql(
            f"""
            SELECT bodyId, roi.name AS roi, type, count(*)::INTEGER AS count, avg(x)::FLOAT AS x,
                   avg(y)::FLOAT AS y, avg(z)::FLOAT AS z, avg(confidence)::FLOAT AS confidence
            FROM synapse{part}
            JOIN (SELECT roi_set_id, unnest(roi_ids) AS roi_id FROM roi_set)
                 ON roi_set_id = roi_set
            JOIN roi USING (roi_id)
            WHERE {where} AND has_partner AND is_primary
                  AND confidence > CAST($confidence AS DOUBLE)
            GROUP BY bodyId, roi.name, type
            ORDER BY bodyId, roi, type DESC
            """,
            params=values,
        ).df()

    def synapse_connections(
        self, source: int | None, target: int | None, confidence: float
    ) -> pd.DataFrame:
        """fetch_synapse_connections from or to one body, or between all neurons."""
        by = "pre" if target is None else "post"
        part, conditions, values = "", ["true"], {"confidence": confidence}
        if source is target is None:
            part = "_neuron"
        for column, body in (("body_pre", source), ("body_post", target)):
            if body is not None:
                conditions.append(f"{column} = ${column}")
                values[column] = body
            elif part == "":
                conditions.append(f"{column} IN (SELECT bodyId FROM segment_neuron)")
        where = " AND ".join(conditions)
        return self._con.sql(
            f"""
            WITH edge AS (
                SELECT body_pre, body_post FROM connection_by_{by}{part}
                WHERE {where} AND weight >= 1
            )
            SELECT body_pre AS bodyId_pre, body_post AS bodyId_post, r.name AS roi_pre,
                   q.name AS roi_post, x_pre, y_pre, z_pre, x_post, y_post, z_post,
                   confidence_pre, confidence_post
            FROM pair_by_{by}{part}
            SEMI JOIN edge USING (body_pre, body_post)
            LEFT JOIN roi_set AS s ON s.roi_set_id = roi_set_pre
            LEFT JOIN roi_set AS t ON t.roi_set_id = roi_set_post
            LEFT JOIN roi AS r ON r.roi_id = s.primary_roi
            LEFT JOIN roi AS q ON q.roi_id = t.primary_roi
            WHERE {where} AND confidence_pre > CAST($confidence AS DOUBLE)
                  AND confidence_post > CAST($confidence AS DOUBLE)
            ORDER BY body_pre, body_post, pre_id, post_id
            """,
            params=values,
        ).df()

    def shortest_paths(self, source: int, target: int, min_weight: int) -> pd.DataFrame:
        """fetch_shortest_paths through traced bodies."""
        return self._con.sql(
            """
            WITH RECURSIVE allowed AS (
                SELECT bodyId FROM segment
                WHERE status = 'Traced' OR bodyId = $source OR bodyId = $target
            ),
            edge AS MATERIALIZED (
                SELECT body_pre, body_post, weight FROM connection_by_pre
                WHERE weight >= $min_weight AND body_pre IN (FROM allowed)
                      AND body_post IN (FROM allowed)
            ),
            reached(body, distance) USING KEY (body) AS (
                SELECT $source::BIGINT, 0
                UNION
                SELECT DISTINCT body_post, distance + 1
                FROM reached JOIN edge ON body_pre = body
                WHERE body_post NOT IN (SELECT body FROM recurring.reached)
                      AND $target NOT IN (SELECT body FROM recurring.reached)
            ),
            trail(body, distance, bodies, weights) AS (
                SELECT body, distance, [body], []::INTEGER[] FROM reached WHERE body = $target
                UNION ALL
                SELECT r.body, r.distance, list_prepend(r.body, bodies),
                       list_prepend(edge.weight, weights)
                FROM trail
                JOIN edge ON edge.body_post = trail.body
                JOIN reached AS r ON r.body = edge.body_pre AND r.distance = trail.distance - 1
            ),
            path AS (
                SELECT row_number() OVER (ORDER BY bodies) - 1 AS path, bodies,
                       list_prepend(0, weights) AS weights
                FROM trail WHERE distance = 0
            )
            SELECT path, body AS bodyId, type, weight
            FROM (
                SELECT path, unnest(bodies) AS body, unnest(weights) AS weight,
                       generate_subscripts(bodies, 1) AS place
                FROM path
            )
            JOIN segment ON bodyId = body
            ORDER BY path, place
            """,
            params={"source": source, "target": target, "min_weight": min_weight},
        ).df()

    def closest_mitochondria(self, body: int | None, confidence: float) -> pd.DataFrame:
        """fetch_synapses_and_closest_mitochondria of one body, or of all neurons."""
        part, where = ("_neuron", "true") if body is None else ("", "synapse.bodyId = $body")
        values = {"confidence": confidence} | ({} if body is None else {"body": body})
        return self._con.sql(
            f"""
            SELECT synapse.bodyId, synapse.type, roi.name AS roi, synapse.x, synapse.y, synapse.z,
                   confidence, mitoType, distance, size, element.x AS mx, element.y AS my,
                   element.z AS mz, r0, r1, r2
            FROM synapse{part} AS synapse
            JOIN closeto{part} AS closeto USING (bodyId, synapse_id)
            JOIN element USING (element_id)
            LEFT JOIN roi_set ON roi_set_id = synapse.roi_set
            LEFT JOIN roi ON roi_id = primary_roi
            WHERE {where} AND has_partner AND element.type = 'mitochondrion'
                  AND confidence > CAST($confidence AS DOUBLE)
            ORDER BY synapse.bodyId, synapse.type DESC, synapse_id, distance, element_id
            """,
            params=values,
        ).df()


def _of_body(body: int | None, confidence: float) -> tuple[str, str, dict[str, Any]]:
    """Part of a table, condition and values for one body, or for all neurons."""
    if body is None:
        return "_neuron", "true", {"confidence": confidence}
    return "", "bodyId = $body", {"confidence": confidence, "body": body}


def _point(value: Any) -> list[float] | None:
    if not isinstance(value, dict):
        return None
    return [int(v) if float(v).is_integer() else v for v in value.values()]
