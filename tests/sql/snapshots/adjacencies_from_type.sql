WITH edge AS (
  SELECT
    body_pre,
    body_post,
    weight
  FROM connection_by_pre_neuron
  WHERE
    "body_pre" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "type" = $p1 OR "instance" = $p2
    )
    AND TRUE
    AND weight >= $p3
), in_roi AS (
  SELECT
    body_pre,
    body_post,
    roi_id,
    is_primary,
    COALESCE("post", 0) AS "weight"
  FROM connection_roi_by_pre_neuron
  SEMI JOIN edge
    USING (body_pre, body_post)
  WHERE
    TRUE
), outside AS (
  SELECT
    body_pre,
    body_post,
    CAST(NULL AS INT) AS roi_id,
    SUM("weight") AS "weight"
  FROM (
    SELECT
      body_pre,
      body_post,
      "weight"
    FROM edge
    UNION ALL
    SELECT
      body_pre,
      body_post,
      -"weight"
    FROM in_roi
    WHERE
      is_primary
  )
  GROUP BY
    body_pre,
    body_post
  HAVING
    SUM("weight") > 0
), kept AS (
  SELECT
    *
  FROM (
    SELECT
      body_pre,
      body_post,
      roi_id,
      "weight"
    FROM in_roi
    WHERE
      is_primary
    UNION ALL
    SELECT
      body_pre,
      body_post,
      roi_id,
      "weight"
    FROM outside
  )
)
SELECT
  body_pre AS bodyId_pre,
  body_post AS bodyId_post,
  roi_id,
  CAST("weight" AS BIGINT) AS "weight"
FROM kept
WHERE
  weight >= $p4
ORDER BY
  body_pre,
  body_post,
  weight DESC,
  roi_id
-- $p1 = 'DA1_lPN'
-- $p2 = 'DA1_lPN'
-- $p3 = 1
-- $p4 = 1

SELECT
  (
    SELECT
      COUNT(*)
    FROM (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "type" = $p1 OR "instance" = $p2
    )
  ) AS sources,
  (
    SELECT
      COUNT(*)
    FROM (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        TRUE
    )
  ) AS targets
-- $p1 = 'DA1_lPN'
-- $p2 = 'DA1_lPN'

SELECT
  segment.bodyId AS "bodyId",
  segment."type" AS "type",
  segment."instance" AS "instance",
  NOT first.bodyId IS NULL AS is_first,
  NOT found.bodyId IS NULL AS is_found
FROM (
  SELECT
    bodyId
  FROM segment_neuron
  WHERE
    "type" = $p1 OR "instance" = $p2
) AS first
FULL JOIN found
  USING (bodyId)
JOIN segment
  USING (bodyId)
ORDER BY
  first.bodyId IS NULL,
  segment.bodyId
-- $p1 = 'DA1_lPN'
-- $p2 = 'DA1_lPN'
-- found: 59 rows
