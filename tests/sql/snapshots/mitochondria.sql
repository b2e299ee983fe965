SELECT
  element.bodyId AS bodyId,
  CAST(element."mitoType" AS TEXT) AS mitoType,
  place.roi_id AS roi_id,
  CAST(TRUNC(element.x) AS INT) AS "x",
  CAST(TRUNC(element.y) AS INT) AS "y",
  CAST(TRUNC(element.z) AS INT) AS "z",
  CAST(element."size" AS BIGINT) AS "size",
  CAST(element."r0" AS REAL) AS "r0",
  CAST(element."r1" AS REAL) AS "r1",
  CAST(element."r2" AS REAL) AS "r2"
FROM (
  SELECT
    *
  FROM element_neuron AS element
  WHERE
    type = $p2
    AND in_set
    AND "bodyId" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "type" = $p3
        AND roi_set IN (
          SELECT
            roi_set_id
          FROM roi_set
          WHERE
            LIST_HAS_ALL(roi_ids, $p4)
        )
    )
) AS element
LEFT JOIN (
  SELECT
    roi_set_id,
    roi_id
  FROM (
    SELECT
      roi_set_id,
      UNNEST(roi_ids) AS roi_id
    FROM roi_set
  )
  WHERE
    roi_id IN (
      SELECT
        UNNEST(CAST($p1 AS INT[]))
    )
) AS place
  ON place.roi_set_id = element.roi_set
ORDER BY
  element.bodyId,
  element.element_id,
  place.roi_id
-- $p1 = [1, 2, 7, 8, 9, 10, 11, 12, 14, 15, 20, 22, 23, 24, 25, 26, 27, 28, 31, 32, 36, 37, 45, 48, 51, 5...
-- $p2 = 'mitochondrion'
-- $p3 = 'L1'
-- $p4 = [37]
