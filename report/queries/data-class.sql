-- How the page shows the sentence of data.sql.
SELECT CASE WHEN count(DISTINCT data_kind) = 1 AND min(data_kind) IN ('official', 'once-through-JPEG') THEN 'calm' ELSE 'alarm' END AS class
FROM run
