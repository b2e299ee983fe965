SELECT
  segment.bodyId AS "bodyId"
FROM segment_neuron AS segment
WHERE
  "type" IN (
    SELECT
      UNNEST($p1)
  )
ORDER BY
  segment.bodyId
-- $p1 = ['KCab-p', "KCa'b'-m"]
