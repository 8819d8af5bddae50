-- Is an experiment of the assignment in the store?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment WHERE id IN (SELECT value FROM json_each(:assignment)))
