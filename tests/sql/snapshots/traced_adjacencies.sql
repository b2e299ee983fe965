SELECT
  body_pre AS bodyId_pre,
  body_post AS bodyId_post,
  CAST(weight AS BIGINT) AS weight,
  CAST("weightHP" AS BIGINT) AS "weightHP"
FROM (
  SELECT
    body_pre,
    body_post,
    weight,
    COALESCE("weightHP", 0) AS "weightHP"
  FROM connection_by_pre_neuron
  WHERE
    "body_pre" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "status" = $p1 AND (
          "cropped" = $p2 OR "cropped" IS NULL
        )
    )
    AND "body_post" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "status" = $p3 AND (
          "cropped" = $p4 OR "cropped" IS NULL
        )
    )
    AND weight >= $p5
)
ORDER BY
  body_pre,
  body_post
-- $p1 = 'Traced'
-- $p2 = False
-- $p3 = 'Traced'
-- $p4 = False
-- $p5 = 1

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
    "status" = $p1 AND (
      "cropped" = $p2 OR "cropped" IS NULL
    )
) AS first
FULL JOIN found
  USING (bodyId)
JOIN segment
  USING (bodyId)
ORDER BY
  first.bodyId IS NULL,
  segment.bodyId
-- $p1 = 'Traced'
-- $p2 = False
-- found: 260 rows
