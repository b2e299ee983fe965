WITH RECURSIVE q3 AS (
SELECT t2."type" AS c4, CAST(COALESCE(SUM(CAST(t0."weight" AS BIGINT)), 0) AS BIGINT) AS c5
FROM connection_by_pre_neuron AS t0
  CROSS JOIN segment_neuron AS t1
  CROSS JOIN segment_neuron AS t2
WHERE t1."bodyId" = t0."body_pre" AND t1."type" = $p1 AND t2."bodyId" = t0."body_post"
GROUP BY t2."type"
)
SELECT q3."c4" AS r0, q3."c5" AS r1
FROM q3
ORDER BY q3."c5" DESC NULLS FIRST
-- $p1 = 'L1'

╭─ Order By ───────────────────────────╮
│ Order By: r1 DESC                    │
│ ~7 rows                              │
╰───────────────────┬──────────────────╯
╭─ Projection ──────┴──────────────────╮
│ Projections: c4, c5                  │
│ ~7 rows                              │
╰───────────────────┬──────────────────╯
╭─ Hash Group By ───┴──────────────────╮
│ Groups: #0                           │
│ Aggregates: sum(#1)                  │
│ ~7 rows                              │
╰───────────────────┬──────────────────╯
╭─ Projection ──────┴──────────────────╮
│ Projections: type,                   │
│              CAST(weight AS BIGINT)  │
│ ~8 rows                              │
╰───────────────────┬──────────────────╯
╭─ Hash Join ───────┴──────────────────╮
│ Join Type: INNER                     │
│ Conditions: bodyId = body_post       │
│ ~8 rows                              │
╰───────────────────┬──────────────────╯
                    ├─────────────────────────────────────╮
╭─ Read Parquet ────┴──────────────────╮  ╭─ Hash Join ───┴───────────────╮
│ Function: READ_PARQUET               │  │ Join Type: INNER              │
│ Projections: bodyId, type            │  │ Conditions: body_pre = bodyId │
│ ~330 rows                            │  │ ~66 rows                      │
╰──────────────────────────────────────╯  ╰───────────────┬───────────────╯
                                                          ├───────────────────────────────╮
                                          ╭─ Read Parquet ┴───────────────╮  ╭─ Read Parquet ─────────╮
                                          │ Function: READ_PARQUET        │  │ Function: READ_PARQUET │
                                          │ Projections: body_pre,        │  │ Projections: bodyId    │
                                          │              body_post,       │  │ Filters: type = 'L1'   │
                                          │              weight           │  │ ~66 rows               │
                                          │ ~2,576 rows                   │  ╰────────────────────────╯
                                          ╰───────────────────────────────╯

