SELECT
  segment.bodyId AS "bodyId",
  segment."instance" AS "instance",
  segment."type" AS "type",
  segment."pre" AS "pre",
  segment."post" AS "post",
  segment."downstream" AS "downstream",
  segment."upstream" AS "upstream",
  segment."mito" AS "mito",
  segment."size" AS "size",
  segment."status" AS "status",
  segment."cropped" AS "cropped",
  segment."statusLabel" AS "statusLabel",
  segment."cellBodyFiber" AS "cellBodyFiber",
  segment."somaRadius" AS "somaRadius",
  segment."somaLocation" AS "somaLocation",
  NOT segment.roi_set IS NULL AS "roiInfo"
FROM segment AS segment
WHERE
  "bodyId" IN (
    SELECT
      UNNEST($p1)
  )
ORDER BY
  segment.bodyId
-- $p1 = [9007199254740992, 9007199254740993]

SELECT
  bodyId,
  roi_id,
  "pre" AS "pre",
  "post" AS "post",
  "downstream" AS "downstream",
  "upstream" AS "upstream",
  "synweight" AS "synweight",
  "mito" AS "mito",
  "dark" AS "dark",
  "light" AS "light",
  "medium" AS "medium"
FROM segment_roi
WHERE
  "bodyId" IN (
    SELECT
      UNNEST($p1)
  )
ORDER BY
  bodyId,
  roi_id
-- $p1 = [9007199254740992, 9007199254740993]
