-- Has an experiment of one's own runs that say how sure they are of the true class?
SELECT 1 AS yes FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
WHERE l.experiment = :experiment AND EXISTS (SELECT 1 FROM certainty c WHERE c.run = r.id AND c.part = 'test') LIMIT 1
