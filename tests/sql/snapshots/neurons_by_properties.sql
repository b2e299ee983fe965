SELECT
  segment.bodyId AS "bodyId"
FROM segment AS segment
WHERE
  "hemibrainBodyId__2" IS NULL
  AND NOT (
    "hemibrainBodyid" IS NULL
  )
  AND (
    "cropped" = $p1 OR "cropped" IS NULL
  )
  AND NOT (
    "somaLocation" IS NULL
  )
  AND "pre" >= $p2
ORDER BY
  segment.bodyId
-- $p1 = False
-- $p2 = 2
