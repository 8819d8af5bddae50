-- Has a task of the course runs that say how sure they are of the true class?
SELECT 1 AS yes FROM descent d JOIN experiment_run l ON l.experiment = d.experiment JOIN run r ON r.id = l.run AND r.status = 'done'
WHERE d.ancestor = :task AND d.experiment GLOB :course AND EXISTS (SELECT 1 FROM certainty c WHERE c.run = r.id AND c.part = 'test') LIMIT 1
