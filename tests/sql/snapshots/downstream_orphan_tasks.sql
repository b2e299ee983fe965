WITH edge AS (
  SELECT
    body_pre,
    body_post,
    weight
  FROM connection_by_pre
  WHERE
    "body_pre" = $p1 AND TRUE AND weight >= $p2
), body AS (
  SELECT
    bodyId,
    total_weight,
    traced_weight,
    total_weight - traced_weight AS untraced_weight,
    traced_weight / total_weight AS completeness
  FROM (
    SELECT
      body_pre AS bodyId,
      CAST(SUM(weight) AS BIGINT) AS total_weight,
      CAST((
        SUM(weight) FILTER(WHERE
          is_complete)
      ) AS BIGINT) AS traced_weight
    FROM (
      SELECT
        body_pre,
        weight,
        body_post IN (
          SELECT
            bodyId
          FROM segment
          WHERE
            "status" = $p3 OR "statusLabel" = $p4
        ) AS is_complete
      FROM (
        SELECT
          body_pre,
          body_post,
          weight
        FROM connection_by_pre
        WHERE
          "body_pre" = $p5 AND TRUE AND weight >= $p6
      )
    )
    GROUP BY
      body_pre
    HAVING
      BOOL_OR(CAST(is_complete AS BOOLEAN))
  )
), orphan AS (
  SELECT
    *,
    CAST(SUM(weight) OVER (
      PARTITION BY body_pre
      ORDER BY weight DESC, body_post
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS BIGINT) AS cum_weight
  FROM edge
  WHERE
    NOT (
      body_post IN (
        SELECT
          bodyId
        FROM segment
        WHERE
          "status" = $p7 OR "statusLabel" = $p8
      )
    )
)
SELECT
  orphan.body_pre AS bodyId_pre,
  orphan.body_post AS bodyId_post,
  CAST(orphan.weight AS BIGINT) AS orphan_weight,
  CAST(post."status" AS TEXT) AS status_post,
  CAST(post."statusLabel" AS TEXT) AS statusLabel,
  body.total_weight,
  body.traced_weight AS orig_traced_weight,
  body.untraced_weight AS orig_untraced_weight,
  body.completeness AS orig_completeness,
  orphan.cum_weight AS cum_orphan_weight,
  (
    body.traced_weight + orphan.cum_weight
  ) / body.total_weight AS cum_completeness
FROM orphan
JOIN segment AS post
  ON post.bodyId = orphan.body_post
LEFT JOIN body
  ON body.bodyId = orphan.body_pre
ORDER BY
  orphan.body_pre,
  orphan.weight DESC,
  orphan.body_post
-- $p1 = 10005
-- $p2 = 1
-- $p3 = 'Traced'
-- $p4 = 'Traced'
-- $p5 = 10005
-- $p6 = 0
-- $p7 = 'Traced'
-- $p8 = 'Traced'
