-- Is there anything of the best nets that two cores can train?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment_run WHERE experiment GLOB :best)
