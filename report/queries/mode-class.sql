-- How the page shows the sentence of mode.sql.
SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM experiment_run) AND NOT EXISTS (SELECT 1 FROM gradcheck) THEN 'alarm'
    WHEN EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes') THEN 'alarm' ELSE 'calm' END AS class
