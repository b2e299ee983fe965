WITH edge AS (
  SELECT
    body_pre,
    body_post,
    weight,
    COALESCE("weightHP", 0) AS "weightHP"
  FROM connection_by_post
  WHERE
    "body_pre" IN (
      SELECT
        bodyId
      FROM segment_neuron
      WHERE
        TRUE
    )
    AND "body_post" = $p2
    AND weight >= $p3
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
  FROM connection_roi_by_post
  JOIN roi
    USING (roi_id)
  SEMI JOIN edge
    USING (body_pre, body_post)
  WHERE
    "body_post" = $p4
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
  CASE
    WHEN NOT pre.roi_set IS NULL
    THEN COALESCE(
      (
        SELECT
          '{' || LISTAGG(
            
              CAST(TO_JSON(name) AS TEXT) || ':{' || CONCAT_WS(
                ',',
                '"pre":' || "pre",
                '"post":' || "post",
                '"downstream":' || "downstream",
                '"upstream":' || "upstream",
                '"synweight":' || "synweight",
                '"mito":' || "mito",
                '"dark":' || "dark",
                '"light":' || "light",
                '"medium":' || "medium"
              ) || '}',
              ','
            
            ORDER BY
              roi_id
          ) || '}'
        FROM segment_roi
        JOIN roi
          USING (roi_id)
        WHERE
          segment_roi.bodyId = pre.bodyId
      ),
      '{}'
    )
  END AS "roiInfo_pre",
  CASE
    WHEN NOT post.roi_set IS NULL
    THEN COALESCE(
      (
        SELECT
          '{' || LISTAGG(
            
              CAST(TO_JSON(name) AS TEXT) || ':{' || CONCAT_WS(
                ',',
                '"pre":' || "pre",
                '"post":' || "post",
                '"downstream":' || "downstream",
                '"upstream":' || "upstream",
                '"synweight":' || "synweight",
                '"mito":' || "mito",
                '"dark":' || "dark",
                '"light":' || "light",
                '"medium":' || "medium"
              ) || '}',
              ','
            
            ORDER BY
              roi_id
          ) || '}'
        FROM segment_roi
        JOIN roi
          USING (roi_id)
        WHERE
          segment_roi.bodyId = post.bodyId
      ),
      '{}'
    )
  END AS "roiInfo_post",
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
-- $p1 = [14]
-- $p2 = 9007199254740992
-- $p3 = 2
-- $p4 = 9007199254740992
