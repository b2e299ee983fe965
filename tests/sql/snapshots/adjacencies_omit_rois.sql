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
        REGEXP_FULL_MATCH("type", $p1) OR REGEXP_FULL_MATCH("instance", $p2)
    )
    AND "body_post" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        REGEXP_FULL_MATCH("type", $p3) OR REGEXP_FULL_MATCH("instance", $p4)
    )
    AND weight >= $p5
)
ORDER BY
  body_pre,
  body_post
-- $p1 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p2 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p3 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p4 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p5 = 3

SELECT
  (
    SELECT
      COUNT(*)
    FROM (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        REGEXP_FULL_MATCH("type", $p1) OR REGEXP_FULL_MATCH("instance", $p2)
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
        REGEXP_FULL_MATCH("type", $p3) OR REGEXP_FULL_MATCH("instance", $p4)
    )
  ) AS targets
-- $p1 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p2 = '(?:KC[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p3 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'
-- $p4 = '(?:MBON[^\\x{a}\\x{d}\\x{85}\\x{2028}-\\x{2029}]*)'

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
    REGEXP_FULL_MATCH("type", $p1) OR REGEXP_FULL_MATCH("instance", $p2)
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
-- found: 58 rows
