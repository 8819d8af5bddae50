-- The teams of which a run was diagnosed, four at most: each is an experiment with one setting.
SELECT e.id AS experiment FROM experiment e WHERE e.id <> 'all of them' AND EXISTS (
    SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test' WHERE l.experiment = e.id)
ORDER BY e.ord LIMIT 4
