-- Every experiment of the assignment whose figure is the accuracy on the test images, beside what was published for it; one that somebody made
-- vary a setting, setting by setting. Where some seeds learn and others do not, an interval about their mean means nothing.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), one AS (
    SELECT s.*, p.low AS from_, p.high AS to_, CASE WHEN sound.yes THEN p.inside END AS inside
    FROM summary s CROSS JOIN sound JOIN prediction p ON p.experiment = s.experiment AND p.label = s.label
    WHERE s.experiment IN (SELECT value FROM json_each(:assignment)) AND s.experiment NOT GLOB 'init-grid*'
)
SELECT e.id || CASE (SELECT count(*) FROM one o WHERE o.experiment = e.id) WHEN 1 THEN '' ELSE ', ' || one.label END AS experiment,
    CASE WHEN one.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * one.mean + 1e-9) END AS "mean %",
    CASE WHEN one.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * one.sd) END AS sd, one.n,
    CASE WHEN two_kinds THEN 'two kinds of seeds' WHEN one.low IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * one.low, 100 * one.high) END AS "95 % interval of the mean",
    CASE WHEN e.published IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.1f', 100 * e.published) END AS "the report",
    CASE WHEN two_kinds THEN 'two kinds of seeds' WHEN from_ IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * from_, 100 * to_) END AS "95 % of single trainings",
    CASE one.inside WHEN 1 THEN 'inside' WHEN 0 THEN 'outside' ELSE '–' END AS "the report is",
    CASE WHEN e.median IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.2f', 100 * e.median) END AS "students: median",
    CASE WHEN e.lowest IS NULL OR NOT sound.yes THEN '–' ELSE printf('%.2f to %.2f', 100 * e.lowest, 100 * e.highest) END AS "students: range", one.diverged
FROM sound CROSS JOIN experiment e JOIN one ON one.experiment = e.id WHERE e.part = 'test' ORDER BY e.ord, e.id, one.ord, one.label
