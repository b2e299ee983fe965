SELECT
  segment.bodyId AS "bodyId",
  segment."type" AS "type"
FROM segment_neuron AS segment
WHERE
  (
    REGEXP_FULL_MATCH("type", $p1) OR (
      "type" = $p2 OR "type" IS NULL
    )
  )
  AND "status" = $p3
ORDER BY
  segment.bodyId
-- $p1 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p2 = 'EPG'
-- $p3 = 'Traced'
