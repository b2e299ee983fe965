WITH edge AS (
  SELECT
    body_pre,
    body_post,
    weight,
    COALESCE("weightHP", 0) AS "weightHP"
  FROM connection_by_post_neuron
  WHERE
    TRUE
    AND "body_post" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        "type" = $p2 OR "instance" = $p3
    )
    AND weight >= $p4
), edge_info AS (
  SELECT
    body_pre,
    body_post,
    '{' || LISTAGG(
      
        CAST(TO_JSON(name) AS TEXT) || ':{' || CONCAT_WS(',', '"post":' || "post", '"pre":' || "pre") || '}',
        ','
      
      ORDER BY
        roi_id
    ) || '}' AS conn_roiInfo,
    BOOL_OR(CAST(ARRAY_CONTAINS(CAST($p1 AS INT[]), roi_id) AS BOOLEAN)) AS in_rois
  FROM connection_roi_by_post_neuron
  JOIN roi
    USING (roi_id)
  SEMI JOIN edge
    USING (body_pre, body_post)
  WHERE
    TRUE
  GROUP BY
    body_pre,
    body_post
)
SELECT
  edge.body_pre AS bodyId_pre,
  edge.body_post AS bodyId_post,
  CAST(edge.weight AS BIGINT) AS weight,
  CAST(edge."weightHP" AS BIGINT) AS "weightHP",
  pre."type" AS "type_pre",
  post."type" AS "type_post",
  pre."instance" AS "instance_pre",
  post."instance" AS "instance_post",
  COALESCE(conn_roiInfo, '{}') AS conn_roiInfo,
  COALESCE(in_rois, FALSE) AS in_rois
FROM edge
LEFT JOIN edge_info
  USING (body_pre, body_post)
JOIN segment AS pre
  ON pre.bodyId = edge.body_pre
JOIN segment AS post
  ON post.bodyId = edge.body_post
ORDER BY
  edge.weight DESC,
  edge.body_pre,
  edge.body_post
-- $p1 = []
-- $p2 = 'MBON14(a3)'
-- $p3 = 'MBON14(a3)'
-- $p4 = 1
