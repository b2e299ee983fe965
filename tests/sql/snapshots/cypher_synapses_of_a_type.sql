SELECT t4."bodyId" AS r0, t4."type" AS r1, CASE WHEN NOT t4."x" IS NULL THEN CAST(t4."x" AS DOUBLE) END AS r2
FROM (SELECT * FROM synapse WHERE has_partner) AS t4
  CROSS JOIN segment_neuron AS t5
WHERE t5."bodyId" = t4."bodyId" AND t5."type" = $p1
-- $p1 = 'L1'
