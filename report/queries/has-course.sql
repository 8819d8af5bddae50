-- Is there anything of the course's tasks?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment_run WHERE experiment GLOB :course)
