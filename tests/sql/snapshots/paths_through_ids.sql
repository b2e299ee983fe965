SELECT
  bodyId AS body
FROM segment_neuron
WHERE
  bodyId IN ($p1, $p2)
ORDER BY
  bodyId
-- $p1 = 1054565057
-- $p2 = 9007199254740992

SELECT
  body
FROM (
  SELECT DISTINCT
    body_post AS body
  FROM connection_by_pre
  WHERE
    body_pre IN (
      SELECT
        *
      FROM bodies
    ) AND weight >= $p3
)
WHERE
  body IN (
    SELECT
      bodyId
    FROM segment
    WHERE
      "bodyId" IN (
        SELECT
          UNNEST($p2)
      )
    UNION ALL
    SELECT
      UNNEST($p1)
  )
ORDER BY
  body
-- $p1 = [1054565057, 9007199254740992]
-- $p2 = [9007199254740992, 9007199254740993]
-- $p3 = 0
-- bodies: 1 rows

SELECT
  body
FROM (
  SELECT DISTINCT
    body_pre AS body
  FROM connection_by_post
  WHERE
    body_post IN (
      SELECT
        *
      FROM bodies
    ) AND weight >= $p1
)
WHERE
  body IN (
    SELECT
      *
    FROM among
  )
ORDER BY
  body
-- $p1 = 0
-- bodies: 1 rows
-- among: 1 rows

WITH RECURSIVE useful AS MATERIALIZED (
  SELECT
    body,
    down.distance AS gone,
    up.distance AS to_go
  FROM down
  JOIN up
    USING (body)
  WHERE
    gone + to_go <= $p2
), link AS MATERIALIZED (
  SELECT
    body_pre,
    body_post,
    weight,
    post.to_go,
    ROW_NUMBER() OVER (ORDER BY body_pre, body_post) AS id
  FROM connection_by_pre
  JOIN useful AS pre
    ON pre.body = body_pre
  JOIN useful AS post
    ON post.body = body_post
  WHERE
    weight >= $p3 AND pre.gone + 1 + post.to_go <= $p2
), trail AS (
  SELECT
    0 AS length,
    body,
    [CAST(0 AS BIGINT)] AS ids
  FROM down
  WHERE
    distance = 0
  UNION ALL
  SELECT
    length + 1,
    body_post,
    LIST_APPEND(ids, id)
  FROM trail
  JOIN link
    ON body_pre = body
  WHERE
    length + 1 + to_go <= $p2 AND NOT ARRAY_CONTAINS(ids, id)
), found AS (
  SELECT
    length,
    ids,
    ROW_NUMBER() OVER (ORDER BY length, ids) - 1 AS path
  FROM trail
  WHERE
    length >= $p1 AND body = $p4
), stop AS (
  SELECT
    0 AS id,
    body,
    0 AS weight
  FROM down
  WHERE
    distance = 0
  UNION ALL
  SELECT
    id,
    body_post,
    weight
  FROM link
)
SELECT
  path,
  body AS bodyId,
  segment."type" AS "type",
  CAST(weight AS BIGINT) AS weight,
  CAST(length AS BIGINT) AS path_length
FROM (
  SELECT
    path,
    length,
    UNNEST(ids) AS id,
    GENERATE_SUBSCRIPTS(ids, 1) AS place
  FROM found
)
JOIN stop
  USING (id)
JOIN segment
  ON segment.bodyId = body
ORDER BY
  path,
  place
-- $p1 = 1
-- $p2 = 2
-- $p3 = 0
-- $p4 = 9007199254740992
-- down: 2 rows
-- up: 2 rows
