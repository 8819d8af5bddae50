-- Has this experiment trainings, or should it have some and no gradient check?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment_run WHERE experiment = :experiment)
    OR NOT EXISTS (SELECT 1 FROM gradcheck WHERE experiment = :experiment)
