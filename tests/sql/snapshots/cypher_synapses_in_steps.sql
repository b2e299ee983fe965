WITH RECURSIVE q1 AS (
SELECT t0."type" AS c2, t0."bodyId" AS c3
FROM segment_neuron AS t0
WHERE t0."type" = $p1
)
SELECT q1."c3" AS r0, CASE WHEN NOT t10."x" IS NULL THEN CAST(t10."x" AS DOUBLE) END AS r1
FROM q1
  CROSS JOIN (SELECT 4 AS k, 0 AS id, TRUE AS fwd, 1 AS lk, t7."own" AS la, t7."partner" AS lb, 3 AS rk, t7."point" AS ra, 0 AS rb, t7."own" AS r_bodyId FROM (SELECT DISTINCT body_pre AS own, body_post AS partner, pre_id AS point FROM pair_by_pre WHERE body_pre IS NOT NULL AND body_post IS NOT NULL AND pre_id IS NOT NULL AND body_pre IN (SELECT q1."c3" FROM q1)) AS t7
UNION ALL
SELECT 5 AS k, 0 AS id, TRUE AS fwd, 2 AS lk, t8."own" AS la, t8."partner" AS lb, 3 AS rk, t8."point" AS ra, 0 AS rb, t8."own" AS r_bodyId FROM (SELECT DISTINCT body_post AS own, body_pre AS partner, post_id AS point FROM pair_by_post WHERE body_post IS NOT NULL AND body_pre IS NOT NULL AND post_id IS NOT NULL AND body_post IN (SELECT q1."c3" FROM q1)) AS t8) AS t9
  CROSS JOIN synapse AS t10
WHERE q1."c3" = t9."la" AND t10."synapse_id" = t9."ra" AND t10."bodyId" = t9."r_bodyId" AND (CAST(t10."confidence" AS DOUBLE) > CAST('0.5' AS DOUBLE) AND NOT (ISNAN(CAST(t10."confidence" AS DOUBLE)) AND NOT CAST('0.5' AS DOUBLE) IS NULL))
-- $p1 = 'L1'

╭─ CTE ──────────────────────────────╮
│ CTE Name: q1                       │
│ Table Index: 0                     │
│ Execution Mode: PIPELINE_DEPENDENT │
│ ~2,262 rows                        │
╰──────────────────┬─────────────────╯
                   ├─────────────────────────────────────────────────────────────╮
╭─ Read Parquet ───┴─────────────────╮  ╭─ Projection ───────────────────────────┴───────────────────────────────────────╮
│ Function: READ_PARQUET             │  │ Projections: r0, r1                                                            │
│ Projections: bodyId                │  │ ~2,262 rows                                                                    │
│ Filters: type = 'L1'               │  ╰────────────────────────────────────────┬───────────────────────────────────────╯
│ ~66 rows                           │  ╭─ Hash Join ────────────────────────────┴───────────────────────────────────────╮
╰────────────────────────────────────╯  │ Join Type: INNER                                                               │
                                        │ Conditions: synapse_id = ra, bodyId = r_bodyId                                 │
                                        │ ~2,262 rows                                                                    │
                                        ╰────────────────────────────────────────┬───────────────────────────────────────╯
                                                                                 ├───────────────────────────────────────────────────────────╮
                                        ╭─ Read Parquet ─────────────────────────┴───────────────────────────────────────╮  ╭─ Hash Join ────┴────────────────╮
                                        │ Function: READ_PARQUET                                                         │  │ Join Type: INNER                │
                                        │ Projections: synapse_id, bodyId, x                                             │  │ Conditions: la = c3             │
                                        │ Filters:                                                                       │  │ ~636 rows                       │
                                        │ (NOT isnan(CAST(confidence AS DOUBLE))) AND (CAST(confidence AS DOUBLE) > 0.5) │  ╰────────────────┬────────────────╯
                                        │ ~11,310 rows                                                                   │                   ├──────────────────────────────────────────────────────────────────────────────────╮
                                        ╰────────────────────────────────────────────────────────────────────────────────╯  ╭─ Union ────────┴────────────────╮                                                         ╭─ CTE Scan ───╮
                                                                                                                            ╰────────────────┬────────────────╯                                                         │ CTE Index: 0 │
                                                                                                                                             ├──────────────────────────────────────────────────────╮                   │ ~66 rows     │
                                                                                                                            ╭─ Projection ───┴────────────────╮                    ╭─ Projection ───┴────────────────╮  ╰──────────────╯
                                                                                                                            │ Projections: la, ra, r_bodyId   │                    │ Projections: la, ra, r_bodyId   │
                                                                                                                            │ ~1,590 rows                     │                    │ ~1,590 rows                     │
                                                                                                                            ╰────────────────┬────────────────╯                    ╰────────────────┬────────────────╯
                                                                                                                            ╭─ Hash Group By ┴────────────────╮                    ╭─ Hash Group By ┴────────────────╮
                                                                                                                            │ Groups: #0, #1, #2              │                    │ Groups: #0, #1, #2              │
                                                                                                                            │ ~1,591 rows                     │                    │ ~1,591 rows                     │
                                                                                                                            ╰────────────────┬────────────────╯                    ╰────────────────┬────────────────╯
                                                                                                                            ╭─ Projection ───┴────────────────╮                    ╭─ Projection ───┴────────────────╮
                                                                                                                            │ Projections: own, partner,      │                    │ Projections: own, partner,      │
                                                                                                                            │              point              │                    │              point              │
                                                                                                                            │ ~1,591 rows                     │                    │ ~1,591 rows                     │
                                                                                                                            ╰────────────────┬────────────────╯                    ╰────────────────┬────────────────╯
                                                                                                                            ╭─ Projection ───┴────────────────╮                    ╭─ Projection ───┴────────────────╮
                                                                                                                            │ Projections: own, partner,      │                    │ Projections: own, partner,      │
                                                                                                                            │              point              │                    │              point              │
                                                                                                                            │ ~1,591 rows                     │                    │ ~1,591 rows                     │
                                                                                                                            ╰────────────────┬────────────────╯                    ╰────────────────┬────────────────╯
                                                                                                                            ╭─ Hash Join ────┴────────────────╮                    ╭─ Hash Join ────┴────────────────╮
                                                                                                                            │ Join Type: SEMI                 │                    │ Join Type: SEMI                 │
                                                                                                                            │ Conditions: body_pre = #0       │                    │ Conditions: body_post = #0      │
                                                                                                                            │ ~1,591 rows                     │                    │ ~1,591 rows                     │
                                                                                                                            ╰────────────────┬────────────────╯                    ╰────────────────┬────────────────╯
                                                                                                                                             ├───────────────────────────╮                          ├───────────────────────────╮
                                                                                                                            ╭─ Read Parquet ─┴────────────────╮  ╭─ CTE Scan ───╮  ╭─ Read Parquet ─┴────────────────╮  ╭─ CTE Scan ───╮
                                                                                                                            │ Function: READ_PARQUET          │  │ CTE Index: 0 │  │ Function: READ_PARQUET          │  │ CTE Index: 0 │
                                                                                                                            │ Projections: pre_id, body_pre,  │  │ ~66 rows     │  │ Projections: post_id, body_pre, │  │ ~66 rows     │
                                                                                                                            │              body_post          │  ╰──────────────╯  │              body_post          │  ╰──────────────╯
                                                                                                                            │ Filters: pre_id IS NOT NULL,    │                    │ Filters: post_id IS NOT NULL,   │
                                                                                                                            │          body_pre IS NOT NULL,  │                    │          body_pre IS NOT NULL,  │
                                                                                                                            │          body_post IS NOT NULL  │                    │          body_post IS NOT NULL  │
                                                                                                                            │ ~7,957 rows                     │                    │ ~7,957 rows                     │
                                                                                                                            ╰─────────────────────────────────╯                    ╰─────────────────────────────────╯

