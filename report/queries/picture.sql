-- The run whose picture is shown: the first seed of the experiment that has one.
SELECT r.id AS run, r.seed, l.experiment, a.path
FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN artifact a ON a.run = r.id AND a.path LIKE '%/' || :file
WHERE l.experiment = :experiment ORDER BY r.seed, r.id LIMIT 1
