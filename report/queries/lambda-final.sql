-- The best lambda, retrained and met with the test images, beside the same net before the search; lambda is read from the runs' settings. What was
-- published stands there only where it can be compared.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM run WHERE data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), setting (experiment, label, rest) AS (
    SELECT l.experiment, l.label, max(substr(r.config, instr(r.config, char(10) || 'lambda = ') + 10) || char(10))
    FROM experiment_run l JOIN run r ON r.id = l.run WHERE instr(r.config, char(10) || 'lambda = ') > 0 GROUP BY l.experiment, l.label
)
SELECT e.id AS experiment, coalesce('λ = ' || substr(setting.rest, 1, instr(setting.rest, char(10)) - 1), '–') AS setting,
    CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean + 1e-9) END AS "test, mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd, s.n,
    CASE WHEN s.two_kinds THEN 'two kinds of seeds' WHEN s.low IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * s.low, 100 * s.high) END AS "95 % interval",
    CASE WHEN e.published IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.1f', 100 * e.published) END AS "the report",
    CASE WHEN e.median IS NULL OR NOT sound.yes THEN '–'
        ELSE printf('%.2f (%.2f to %.2f)', 100 * e.median, 100 * e.lowest, 100 * e.highest) END AS "students: median (range)"
FROM sound CROSS JOIN experiment e JOIN summary s ON s.experiment = e.id
LEFT JOIN setting ON setting.experiment = e.id AND setting.label = s.label WHERE e.id IN ('lambda-final', '3layer-bn') ORDER BY e.ord
