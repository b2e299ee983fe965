SELECT
  *
FROM (
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
            "status" IN (
              SELECT
                UNNEST($p1)
            )
            OR "statusLabel" IN (
              SELECT
                UNNEST($p2)
            )
        ) AS is_complete
      FROM (
        SELECT
          body_pre,
          body_post,
          weight
        FROM connection_by_pre
        WHERE
          "body_pre" IN (
            SELECT
              bodyId
            FROM segment_neuron
            WHERE
              "type" = $p3 OR "instance" = $p4
          )
          AND TRUE
          AND weight >= $p5
      )
    )
    GROUP BY
      body_pre
    HAVING
      BOOL_OR(CAST(is_complete AS BOOLEAN))
  )
)
ORDER BY
  bodyId
-- $p1 = ['Traced', 'Anchor']
-- $p2 = ['Traced', 'Anchor']
-- $p3 = 'L1'
-- $p4 = 'L1'
-- $p5 = 0
