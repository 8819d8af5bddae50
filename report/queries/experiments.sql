-- What was trained for what.
SELECT e.id AS experiment, e.title, CASE e.part WHEN 'test' THEN 'test' ELSE 'validation alone' END AS "judged on",
    (SELECT count(*) FROM summary s WHERE s.experiment = e.id) AS settings,
    (SELECT count(*) FROM figure f WHERE f.experiment = e.id AND f.status = 'done') AS trainings,
    (SELECT count(*) FROM figure f WHERE f.experiment = e.id AND f.status = 'diverged') AS diverged,
    coalesce(nullif(e.against, ''), '–') AS "compared with", coalesce(nullif(e.claim, ''), '–') AS claim
FROM experiment e WHERE EXISTS (SELECT 1 FROM experiment_run l WHERE l.experiment = e.id) ORDER BY e.ord, e.id
