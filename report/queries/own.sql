-- The experiments of one's own: those that are none of the assignment, and those of the assignment that somebody made vary a setting. The page
-- has room for the figures of forty.
WITH several (experiment) AS (
    SELECT experiment FROM summary WHERE experiment NOT GLOB 'lambda-*' AND experiment NOT GLOB 'init-grid*'
    GROUP BY experiment HAVING count(*) > 1
)
SELECT e.id AS experiment, coalesce(nullif(e.title, ''), e.id) AS title, e.claim, e.against, e.part
FROM experiment e
WHERE e.id NOT GLOB :course AND e.id NOT GLOB :best
    AND (e.id NOT IN (SELECT value FROM json_each(:assignment)) OR e.id IN (SELECT experiment FROM several))
ORDER BY e.ord, e.id LIMIT 40
