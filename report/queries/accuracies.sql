-- The accuracy of every training of the experiments of the assignment whose ids match a pattern, with mean and 95 % interval, and what was
-- published for it: a row for each experiment, and for each setting of one that somebody made vary some.
-- Where some seeds learn and others do not, an interval about their mean means nothing.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), these AS (
    SELECT e.*, s.label, s.mean, s.low, s.high, dense_rank() OVER (ORDER BY e.ord, e.id, s.ord, s.label) AS place,
        e.id || CASE count(*) OVER (PARTITION BY e.id) WHEN 1 THEN '' ELSE ', ' || s.label END AS name
    FROM experiment e JOIN summary s ON s.experiment = e.id AND s.n > 0
    WHERE e.id GLOB :those AND e.part = 'test' AND e.id IN (SELECT value FROM json_each(:assignment))
)
SELECT e.name AS experiment, e.place AS "row", f.seed, f.value AS accuracy,
    row_number() OVER each AS member, count(*) OVER (PARTITION BY f.experiment, f.label) AS seeds,
    e.mean, e.low, e.high,
    CASE WHEN sound.yes THEN e.published END AS published, CASE WHEN sound.yes THEN e.median END AS median,
    CASE WHEN sound.yes THEN e.lowest END AS lowest, CASE WHEN sound.yes THEN e.highest END AS highest,
    CASE WHEN e.source LIKE 'DD2424 report%' THEN 'the report' ELSE 'published' END AS publisher, e.title
FROM these e CROSS JOIN sound JOIN figure f ON f.experiment = e.id AND f.label = e.label AND f.value IS NOT NULL
WINDOW each AS (PARTITION BY f.experiment, f.label ORDER BY f.seed)
ORDER BY "row", f.seed
