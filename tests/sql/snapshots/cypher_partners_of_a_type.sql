WITH RECURSIVE q3 AS (
SELECT t2."type" AS c4, CAST(COALESCE(SUM(CAST(t0."weight" AS BIGINT)), 0) AS BIGINT) AS c5
FROM connection_by_pre_neuron AS t0
  CROSS JOIN segment_neuron AS t1
  CROSS JOIN segment_neuron AS t2
WHERE t1."bodyId" = t0."body_pre" AND t1."type" = $p1 AND t2."bodyId" = t0."body_post"
GROUP BY t2."type"
)
SELECT q3."c4" AS r0, q3."c5" AS r1
FROM q3
ORDER BY q3."c5" DESC NULLS FIRST
-- $p1 = 'L1'
