-- The three initialisations, without and with batch normalisation: accuracy on the test images, and the loss at the end.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), loss AS (
    SELECT l.experiment, l.label, avg(t.value) AS train, avg(v.value) AS validation
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
    LEFT JOIN result t ON t.run = r.id AND t.part = 'train' AND t.what = 'loss'
    LEFT JOIN result v ON v.run = r.id AND v.part = 'validation' AND v.what = 'loss'
    WHERE l.experiment GLOB 'init-1e-*' GROUP BY l.experiment, l.label
)
SELECT e.id || CASE s.label WHEN '' THEN '' ELSE ', ' || s.label END AS experiment, CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean + 1e-9) END AS "test, mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd,
    CASE WHEN s.least IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * s.least, 100 * s.most) END AS "lowest to highest",
    (SELECT count(*) FROM figure f WHERE f.experiment = e.id AND f.label = s.label AND f.value > 0.2) || ' of ' || (s.n + s.diverged) AS "seeds that learn",
    s.diverged,
    CASE WHEN loss.train IS NULL THEN '–' ELSE printf('%.3f', loss.train) END AS "training loss",
    CASE WHEN loss.validation IS NULL THEN '–' ELSE printf('%.3f', loss.validation) END AS "validation loss",
    CASE WHEN e.lowest IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.0f to %.0f', 100 * e.lowest, 100 * e.highest) END AS "students %"
FROM sound CROSS JOIN experiment e JOIN summary s ON s.experiment = e.id LEFT JOIN loss ON loss.experiment = e.id AND loss.label = s.label
WHERE e.id GLOB 'init-1e-*' AND e.id IN (SELECT value FROM json_each(:assignment)) ORDER BY e.ord, s.ord
