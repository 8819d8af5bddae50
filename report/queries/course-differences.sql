-- What each idea brings, for the figure: the difference of every pair of seeds, its mean and interval, and what was published.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH mine (id) AS (
    SELECT e.id FROM experiment e WHERE e.id GLOB :course AND EXISTS (SELECT 1 FROM experiment o WHERE o.id = e.against AND o.id GLOB :course)
), sound (experiment) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT e.id FROM experiment e WHERE NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
        AND NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment = e.id AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
), these AS (
    SELECT p.*, row_number() OVER (ORDER BY p.mean DESC, e.ord, e.id, p.label) AS place,
        coalesce(nullif(e.title, ''), e.id) || CASE p.label WHEN '' THEN '' ELSE ', ' || p.label END AS name,
        CASE WHEN e.id IN (SELECT experiment FROM sound) AND o.id IN (SELECT experiment FROM sound) THEN e.published - o.published END AS published
    FROM mine m JOIN experiment e ON e.id = m.id JOIN experiment o ON o.id = e.against JOIN paired p ON p.experiment = e.id
)
SELECT replace(replace(t.name, ', ', ' · '), ',', ' ') AS idea, t.place AS "row", a.seed, a.value - b.value AS difference,
    row_number() OVER (PARTITION BY t.place ORDER BY a.seed) AS member, count(*) OVER (PARTITION BY t.place) AS pairs,
    t.mean, t.low, t.high, t.published, t.experiment
FROM these t JOIN figure a ON a.experiment = t.experiment AND a.label = t.label AND a.value IS NOT NULL
JOIN figure b ON b.experiment = t.against AND b.label = a.label AND b.seed = a.seed AND b.data = a.data AND b.value IS NOT NULL
ORDER BY "row", a.seed
