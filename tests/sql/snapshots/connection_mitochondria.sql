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
        "type" = $p5 OR "instance" = $p6
    )
    AND "body_post" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "type" = $p7 OR "instance" = $p8
    )
    AND weight >= $p9
), pair AS (
  SELECT
    *
  FROM pair_by_pre_neuron
    SEMI JOIN edge
      USING (body_pre, body_post)
  WHERE
    TRUE
    AND CAST(confidence_pre AS DOUBLE) > CAST($p3 AS DOUBLE)
    AND CAST(confidence_post AS DOUBLE) > CAST($p4 AS DOUBLE)
)
SELECT
  pair.body_pre AS bodyId_pre,
  pair.body_post AS bodyId_post,
  pair.roi_set_pre,
  pair.roi_set_post,
  CAST(TRUNC(x_pre) AS INT) AS x_pre,
  CAST(TRUNC(y_pre) AS INT) AS y_pre,
  CAST(TRUNC(z_pre) AS INT) AS z_pre,
  CAST(TRUNC(x_post) AS INT) AS x_post,
  CAST(TRUNC(y_post) AS INT) AS y_post,
  CAST(TRUNC(z_post) AS INT) AS z_post,
  pair.confidence_pre,
  pair.confidence_post,
  pre."hex1" AS "hex1_pre",
  pre."hex2" AS "hex2_pre",
  post."hex1" AS "hex1_post",
  post."hex2" AS "hex2_post",
  mito_pre.mitoType AS "mitoType_pre",
  mito_pre.distance AS "distance_pre",
  mito_pre.size AS "mitoSize_pre",
  mito_pre.mx AS "mx_pre",
  mito_pre.my AS "my_pre",
  mito_pre.mz AS "mz_pre",
  mito_post.mitoType AS "mitoType_post",
  mito_post.distance AS "distance_post",
  mito_post.size AS "mitoSize_post",
  mito_post.mx AS "mx_post",
  mito_post.my AS "my_post",
  mito_post.mz AS "mz_post"
FROM pair
JOIN synapse_neuron AS pre
  ON pre.bodyId = pair.body_pre AND pre.synapse_id = pair.pre_id
JOIN synapse_neuron AS post
  ON post.bodyId = pair.body_post AND post.synapse_id = pair.post_id
LEFT JOIN (
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
    FROM closeto_neuron
    WHERE
      TRUE
  ) AS link
  JOIN (
    SELECT
      *
    FROM element
    WHERE
      type = $p1
  ) AS element
    USING (element_id)
) AS mito_pre
  ON mito_pre.bodyId = pair.body_pre AND mito_pre.synapse_id = pair.pre_id
LEFT JOIN (
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
    FROM closeto_neuron
    WHERE
      TRUE
  ) AS link
  JOIN (
    SELECT
      *
    FROM element
    WHERE
      type = $p2
  ) AS element
    USING (element_id)
) AS mito_post
  ON mito_post.bodyId = pair.body_post AND mito_post.synapse_id = pair.post_id
ORDER BY
  pair.body_pre,
  pair.body_post,
  pair.pre_id,
  pair.post_id,
  mito_pre.distance,
  mito_pre.element_id,
  mito_post.distance,
  mito_post.element_id
-- $p1 = 'mitochondrion'
-- $p2 = 'mitochondrion'
-- $p3 = 0.5
-- $p4 = 0.5
-- $p5 = 'L1'
-- $p6 = 'L1'
-- $p7 = 'Mi1'
-- $p8 = 'Mi1'
-- $p9 = 1
