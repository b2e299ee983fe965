SELECT t0."bodyId" AS r0, t0."type" AS r1
FROM segment_neuron AS t0
WHERE t0."bodyId" = CAST('10005' AS BIGINT)
