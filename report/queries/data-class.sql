-- How the page shows the sentence of data.sql: calmly, where each figure can be compared with what was published for its data.
WITH seen AS (
    SELECT DISTINCT r.data_kind AS kind, r.data_kind IN ('official', 'once-through-JPEG') AS cifar, d.digest IS NOT NULL AS told
    FROM run r LEFT JOIN dataset d ON d.digest = r.data_digest
)
SELECT CASE WHEN count(*) > 0 AND sum(cifar) <= 1 AND sum(kind IN ('synthetic', 'unknown') OR NOT (cifar OR told)) = 0 THEN 'calm' ELSE 'alarm' END
    AS class
FROM seen
