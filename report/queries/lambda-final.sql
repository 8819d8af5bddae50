-- The best lambda, retrained and met with the test images, beside the same net before the search; lambda is read from the runs' settings. What was
-- published stands there only where it can be compared.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), trained (experiment, label, lambda) AS (
    SELECT l.experiment, l.label, max(s.value) FROM experiment_run l JOIN setting s ON s.run = l.run AND s.key = 'lambda'
    WHERE l.experiment IN ('lambda-final', '3layer-bn') GROUP BY l.experiment, l.label
)
SELECT e.id AS experiment, coalesce('λ = ' || trained.lambda, '–') AS setting,
    CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean + 1e-9) END AS "test, mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd, s.n,
    CASE WHEN s.two_kinds THEN 'two kinds of seeds' WHEN s.low IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * s.low, 100 * s.high) END AS "95 % interval",
    CASE WHEN e.published IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.1f', 100 * e.published) END AS "the report",
    CASE WHEN e.median IS NULL OR NOT sound.yes THEN '–'
        ELSE printf('%.2f (%.2f to %.2f)', 100 * e.median, 100 * e.lowest, 100 * e.highest) END AS "students: median (range)"
FROM sound CROSS JOIN experiment e JOIN summary s ON s.experiment = e.id
LEFT JOIN trained ON trained.experiment = e.id AND trained.label = s.label WHERE e.id IN ('lambda-final', '3layer-bn') ORDER BY e.ord
