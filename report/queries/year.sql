-- The year of the latest training.
SELECT substr(max(created), 1, 4) AS year FROM run
