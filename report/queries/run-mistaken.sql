-- Are mistakes of a team recorded?
SELECT 1 AS yes FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN mistake m ON m.run = r.id WHERE l.experiment = :experiment LIMIT 1
