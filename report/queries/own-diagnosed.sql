-- Has an experiment on other data than those of CIFAR-10's form one setting, and was it diagnosed? Then its classes are shown.
SELECT 1 AS yes FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN dataset d ON d.digest = r.data_digest
WHERE l.experiment = :experiment AND r.data_kind NOT IN ('official', 'once-through-JPEG', 'synthetic', 'unknown')
    AND EXISTS (SELECT 1 FROM confusion c WHERE c.run = r.id)
    AND (SELECT count(DISTINCT label) FROM experiment_run WHERE experiment = :experiment) = 1 LIMIT 1
