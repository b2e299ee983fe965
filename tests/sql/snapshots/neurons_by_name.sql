SELECT
  segment.bodyId AS "bodyId",
  segment."type" AS "type"
FROM segment_neuron AS segment
WHERE
  "type" = $p1 OR "instance" = $p2
ORDER BY
  segment.bodyId
-- $p1 = 'KCg-m'
-- $p2 = 'KCg-m'
