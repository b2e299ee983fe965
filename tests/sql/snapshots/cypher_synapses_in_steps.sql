WITH RECURSIVE q1 AS (
SELECT t0."type" AS c2, t0."bodyId" AS c3
FROM segment_neuron AS t0
WHERE t0."type" = $p1
)
SELECT q1."c3" AS r0, CASE WHEN NOT t10."x" IS NULL THEN CAST(t10."x" AS DOUBLE) END AS r1
FROM q1
  CROSS JOIN (SELECT 4 AS k, 0 AS id, TRUE AS fwd, 1 AS lk, t7."own" AS la, t7."partner" AS lb, 3 AS rk, t7."point" AS ra, 0 AS rb, t7."own" AS r_bodyId FROM (SELECT DISTINCT body_pre AS own, body_post AS partner, pre_id AS point FROM pair_by_pre WHERE body_pre IS NOT NULL AND body_post IS NOT NULL AND pre_id IS NOT NULL AND body_pre IN (SELECT q1."c3" FROM q1)) AS t7
UNION ALL
SELECT 5 AS k, 0 AS id, TRUE AS fwd, 2 AS lk, t8."own" AS la, t8."partner" AS lb, 3 AS rk, t8."point" AS ra, 0 AS rb, t8."own" AS r_bodyId FROM (SELECT DISTINCT body_post AS own, body_pre AS partner, post_id AS point FROM pair_by_post WHERE body_post IS NOT NULL AND body_pre IS NOT NULL AND post_id IS NOT NULL AND body_post IN (SELECT q1."c3" FROM q1)) AS t8) AS t9
  CROSS JOIN synapse AS t10
WHERE q1."c3" = t9."la" AND t10."synapse_id" = t9."ra" AND t10."bodyId" = t9."r_bodyId" AND (CAST(t10."confidence" AS DOUBLE) > CAST('0.5' AS DOUBLE) AND NOT (ISNAN(CAST(t10."confidence" AS DOUBLE)) AND NOT CAST('0.5' AS DOUBLE) IS NULL))
-- $p1 = 'L1'
