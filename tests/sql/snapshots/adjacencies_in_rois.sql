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
        (
          REGEXP_FULL_MATCH("type", $p3) OR REGEXP_FULL_MATCH("instance", $p4)
        )
        AND roi_set IN (
          SELECT
            roi_set_id
          FROM roi_set
          WHERE
            roi_ids && $p5
        )
    )
    AND "body_post" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        (
          REGEXP_FULL_MATCH("type", $p6) OR REGEXP_FULL_MATCH("instance", $p7)
        )
        AND roi_set IN (
          SELECT
            roi_set_id
          FROM roi_set
          WHERE
            roi_ids && $p8
        )
    )
    AND weight >= $p9
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
      TRUE AND roi_id IN (
        SELECT
          UNNEST($p1)
      ) AND weight > 0
  )
  QUALIFY
    SUM(weight) OVER (PARTITION BY body_pre, body_post) >= $p2
)
SELECT
  body_pre AS bodyId_pre,
  body_post AS bodyId_post,
  roi_id,
  CAST("weight" AS BIGINT) AS "weight"
FROM kept
WHERE
  weight >= $p10
ORDER BY
  body_pre,
  body_post,
  weight DESC,
  roi_id
-- $p1 = [2, 35]
-- $p2 = 5
-- $p3 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p4 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p5 = [2, 35]
-- $p6 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p7 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p8 = [2, 35]
-- $p9 = 5
-- $p10 = 2

SELECT
  (
    SELECT
      COUNT(*)
    FROM (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        (
          REGEXP_FULL_MATCH("type", $p1) OR REGEXP_FULL_MATCH("instance", $p2)
        )
        AND roi_set IN (
          SELECT
            roi_set_id
          FROM roi_set
          WHERE
            roi_ids && $p3
        )
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
        (
          REGEXP_FULL_MATCH("type", $p4) OR REGEXP_FULL_MATCH("instance", $p5)
        )
        AND roi_set IN (
          SELECT
            roi_set_id
          FROM roi_set
          WHERE
            roi_ids && $p6
        )
    )
  ) AS targets
-- $p1 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p2 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p3 = [2, 35]
-- $p4 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p5 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p6 = [2, 35]

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
    (
      REGEXP_FULL_MATCH("type", $p1) OR REGEXP_FULL_MATCH("instance", $p2)
    )
    AND roi_set IN (
      SELECT
        roi_set_id
      FROM roi_set
      WHERE
        roi_ids && $p3
    )
) AS first
FULL JOIN found
  USING (bodyId)
JOIN segment
  USING (bodyId)
ORDER BY
  first.bodyId IS NULL,
  segment.bodyId
-- $p1 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p2 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p3 = [2, 35]
-- found: 31 rows
