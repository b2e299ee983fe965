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
FROM segment_neuron AS segment
WHERE
  TRUE
ORDER BY
  segment.bodyId

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
FROM segment_roi_neuron
WHERE
  TRUE
ORDER BY
  bodyId,
  roi_id
