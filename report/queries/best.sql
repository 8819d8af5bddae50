-- The best nets that two cores can train: accuracy, and the time that a training took.
WITH taken (experiment, label, updates, seconds) AS (
    SELECT l.experiment, l.label, max(r.updates), avg(r.seconds) FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
    WHERE l.experiment GLOB :best GROUP BY l.experiment, l.label
), expected (experiment, above, whole) AS (
    SELECT id, (SELECT CAST(value AS REAL) FROM note WHERE experiment = id AND key = 'expect.low'
            AND EXISTS (SELECT 1 FROM note WHERE experiment = id AND key = 'expect' AND value = 'above')),
        NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes') FROM experiment
)
SELECT coalesce(nullif(e.title, ''), e.id) || CASE s.label WHEN '' THEN '' ELSE ', ' || s.label END AS net,
    CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean + 1e-9) END AS "mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd, s.n,
    CASE WHEN s.two_kinds THEN 'two kinds of seeds' WHEN s.low IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * s.low, 100 * s.high) END
        AS "95 % interval of the mean",
    coalesce(printf('%,d', t.updates), '–') AS updates, CASE WHEN t.seconds IS NULL THEN '–' ELSE printf('%.1f', t.seconds) END AS "seconds a training",
    CASE WHEN x.above IS NULL THEN '–' ELSE printf('above %g', 100 * x.above) END AS wanted,
    CASE WHEN x.above IS NULL THEN '–' WHEN NOT x.whole THEN '? cannot tell' WHEN s.low > x.above THEN '✓ reached' WHEN s.high <= x.above THEN '✗ missed'
        ELSE '? cannot tell' END AS verdict
FROM experiment e JOIN summary s ON s.experiment = e.id LEFT JOIN taken t ON t.experiment = e.id AND t.label = s.label
JOIN expected x ON x.experiment = e.id
WHERE e.id GLOB :best ORDER BY e.ord, e.id, s.ord, s.label
