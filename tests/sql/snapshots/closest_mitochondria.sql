SELECT
  synapse.bodyId AS bodyId,
  synapse.type AS type,
  place.roi_id AS roi_id,
  CAST(TRUNC(synapse.x) AS INT) AS "x",
  CAST(TRUNC(synapse.y) AS INT) AS "y",
  CAST(TRUNC(synapse.z) AS INT) AS "z",
  synapse.confidence AS confidence,
  mito.mitoType AS "mitoType",
  mito.distance AS "distance",
  mito.size AS "size",
  mito.mx AS "mx",
  mito.my AS "my",
  mito.mz AS "mz",
  mito.r0 AS "r0",
  mito.r1 AS "r1",
  mito.r2 AS "r2"
FROM (
  SELECT
    *
  FROM synapse
  WHERE
    has_partner
    AND "bodyId" = $p2
    AND CAST(confidence AS DOUBLE) > CAST($p3 AS DOUBLE)
) AS synapse
JOIN (
  SELECT
    link.bodyId,
    link.synapse_id,
    link.element_id,
    link.distance,
    CAST(TRUNC(element.x) AS INT) AS "mx",
    CAST(TRUNC(element.y) AS INT) AS "my",
    CAST(TRUNC(element.z) AS INT) AS "mz",
    CAST(element."mitoType" AS TEXT) AS "mitoType",
    CAST(element."size" AS BIGINT) AS "size",
    CAST(element."r0" AS REAL) AS "r0",
    CAST(element."r1" AS REAL) AS "r1",
    CAST(element."r2" AS REAL) AS "r2"
  FROM (
    SELECT
      *
    FROM closeto
    WHERE
      "bodyId" = $p4
  ) AS link
  JOIN (
    SELECT
      *
    FROM element
    WHERE
      type = $p5
  ) AS element
    USING (element_id)
) AS mito
  ON mito.bodyId = synapse.bodyId AND mito.synapse_id = synapse.synapse_id
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
  ON place.roi_set_id = synapse.roi_set
ORDER BY
  synapse.bodyId,
  synapse.type DESC,
  synapse.synapse_id,
  mito.distance,
  mito.element_id,
  place.roi_id
-- $p1 = [1, 2, 7, 8, 9, 10, 11, 12, 14, 15, 20, 22, 23, 24, 25, 26, 27, 28, 31, 32, 36, 37, 45, 48, 51, 5...
-- $p2 = 10005
-- $p3 = 0.5
-- $p4 = 10005
-- $p5 = 'mitochondrion'
