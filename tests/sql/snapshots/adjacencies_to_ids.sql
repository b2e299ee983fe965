WITH edge AS (
  SELECT
    body_pre,
    body_post,
    weight
  FROM connection_by_post
  WHERE
    "body_pre" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        TRUE
    )
    AND "body_post" = $p1
    AND weight >= $p2
), in_roi AS (
  SELECT
    body_pre,
    body_post,
    roi_id,
    is_primary,
    COALESCE("post", 0) AS "weight"
  FROM connection_roi_by_post
  SEMI JOIN edge
    USING (body_pre, body_post)
  WHERE
    "body_post" = $p3
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
-- $p1 = 9223372036854775807
-- $p2 = 1
-- $p3 = 9223372036854775807
-- $p4 = 1

SELECT
  segment.bodyId AS "bodyId",
  segment."type" AS "type",
  segment."instance" AS "instance",
  NOT first.bodyId IS NULL AS is_first,
  NOT found.bodyId IS NULL AS is_found
FROM (
  SELECT
    bodyId
  FROM segment
  WHERE
    "bodyId" = $p1
) AS first
FULL JOIN found
  USING (bodyId)
JOIN segment
  USING (bodyId)
ORDER BY
  first.bodyId IS NULL,
  segment.bodyId
-- $p1 = 9223372036854775807
-- found: 3 rows
