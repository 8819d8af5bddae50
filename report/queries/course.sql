-- The tasks of the course: a plain run each, with which the others of the task are compared.
SELECT e.id AS task, coalesce(nullif(e.title, ''), e.id) AS title
FROM experiment e
WHERE e.id GLOB :course AND EXISTS (SELECT 1 FROM experiment_run l WHERE l.experiment = e.id)
    AND NOT EXISTS (SELECT 1 FROM experiment o WHERE o.id = e.against AND o.id GLOB :course)
ORDER BY e.ord, e.id
