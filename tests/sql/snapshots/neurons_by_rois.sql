SELECT
  segment.bodyId AS "bodyId"
FROM segment_neuron AS segment
WHERE
  roi_set IN (
    SELECT
      roi_set_id
    FROM roi_set
    WHERE
      roi_ids && $p1
  )
  AND bodyId IN (
    SELECT
      bodyId
    FROM segment_roi
    WHERE
      roi_id IN (
        SELECT
          UNNEST($p2)
      ) AND "post" >= $p3
  )
  AND bodyId IN (
    SELECT
      bodyId
    FROM segment_roi
    WHERE
      roi_id IN (
        SELECT
          UNNEST($p4)
      ) AND "pre" >= $p5
  )
ORDER BY
  segment.bodyId
-- $p1 = [2, 10, 65]
-- $p2 = [2, 65]
-- $p3 = 3
-- $p4 = [10]
-- $p5 = 1
