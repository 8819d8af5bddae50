-- What each idea brings: the difference of what it changes to the same recipe without it, seed by seed, the best first; and what another score at
-- the end of the same trainings brings. A claim holds when the
-- whole 95 % interval lies on its side. Differences of two kinds, where some seeds learn and others do not, tell something only when all of
-- five or more have one sign.
WITH mine (id, task) AS (
    SELECT d.experiment, e.id FROM experiment e JOIN descent d ON d.ancestor = e.id AND d.experiment GLOB :course
    WHERE e.id GLOB :course AND NOT EXISTS (SELECT 1 FROM experiment o WHERE o.id = e.against AND o.id GLOB :course)
), ending (name, words) AS ( -- what a run is scored by at its end, beside its last net
    VALUES ('ensemble', 'ensemble of the cycle ends'), ('votes', 'votes of the cycle ends'), ('swa', 'averaged weights (SWA)'),
        ('ema', 'averaged weights (EMA)'), ('precise_bn', 'precise BN'), ('adaptive_bn', 'adaptive BN'), ('flips', 'mean over mirror images')
), told AS (
    SELECT m.task, e.id, e.ord, coalesce(nullif(e.title, ''), e.id) AS title, s.label, s.diverged, p.n, p.mean, p.sd, p.low, p.high, p.least, p.most,
        p.two_kinds, (SELECT value FROM note WHERE experiment = e.id AND key = 'expect') AS expect,
        CASE WHEN e.id IN (SELECT experiment FROM sound) AND o.id IN (SELECT experiment FROM sound) THEN e.published - o.published END AS reported
    FROM mine m JOIN experiment e ON e.id = m.id JOIN experiment o ON o.id = e.against JOIN summary s ON s.experiment = e.id
    LEFT JOIN paired p ON p.experiment = s.experiment AND p.label = s.label
    WHERE e.id <> m.task
    UNION ALL -- within each run: no other training is needed to compare with
    SELECT task, id, ord, title, label, 0, n, gain, gain_sd, gain_low, gain_high, NULL, NULL, n > 1 AND gain_low IS NULL,
        CASE WHEN reported > 0 THEN 'higher' WHEN reported < 0 THEN 'lower' END, reported
    FROM (
        SELECT m.task, e.id, e.ord, coalesce(w.words, v.name) || CASE e.id WHEN m.task THEN '' ELSE ', ' || coalesce(nullif(e.title, ''), e.id) END
                AS title, v.*, CASE WHEN e.id IN (SELECT experiment FROM sound) THEN
                (SELECT CAST(value AS REAL) FROM note WHERE experiment = e.id AND key = 'published.' || v.name) - e.published END AS reported
        FROM mine m JOIN experiment e ON e.id = m.id JOIN variant_summary v ON v.experiment = e.id LEFT JOIN ending w ON w.name = v.name
    )
), judged AS (
    SELECT t.*, NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes') AS whole,
        CASE WHEN two_kinds THEN CASE WHEN n >= 5 AND least > 0 THEN 1 WHEN n >= 5 AND most < 0 THEN -1 ELSE 0 END
            WHEN low > 0 THEN 1 WHEN high < 0 THEN -1 ELSE 0 END AS sign
    FROM told t
)
SELECT t.title || CASE t.label WHEN '' THEN '' ELSE ', ' || t.label END AS idea,
    CASE WHEN t.mean IS NULL THEN '–' ELSE replace(printf('%+.2f', 100 * t.mean + 1e-9), '-', '−') END AS "difference, points",
    CASE WHEN t.sd IS NULL OR t.two_kinds THEN '–' ELSE printf('%.2f', 100 * t.sd / sqrt(t.n)) END AS "standard error",
    CASE WHEN t.two_kinds THEN 'two kinds of seeds' WHEN t.low IS NULL THEN '–'
        ELSE replace(printf('%+.2f to %+.2f', 100 * t.low, 100 * t.high), '-', '−') END AS "95 % interval", coalesce(t.n, 0) AS pairs,
    CASE WHEN t.reported IS NULL THEN '–' ELSE replace(printf('%+.2f', 100 * t.reported + 1e-9), '-', '−') END AS published,
    CASE WHEN t.n IS NULL THEN CASE WHEN t.diverged > 0 THEN printf('%d diverged', t.diverged) ELSE 'no pair of seeds' END
        WHEN NOT t.whole THEN '? cannot tell' WHEN t.sign = 0 THEN CASE WHEN t.expect IN ('higher', 'lower') THEN '? cannot tell' ELSE 'not told apart' END
        WHEN t.expect = 'higher' THEN CASE t.sign WHEN 1 THEN '✓ better, as claimed' ELSE '✗ worse, against the claim' END
        WHEN t.expect = 'lower' THEN CASE t.sign WHEN -1 THEN '✓ worse, as claimed' ELSE '✗ better, against the claim' END
        ELSE CASE t.sign WHEN 1 THEN 'better' ELSE 'worse' END END AS verdict,
    (SELECT coalesce(nullif(title, ''), id) FROM experiment WHERE id = t.task) AS task
FROM judged t ORDER BY t.mean IS NULL, t.mean DESC, t.ord, t.id, t.title, t.label
