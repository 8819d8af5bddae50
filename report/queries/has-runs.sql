-- Is there any training?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM run)
