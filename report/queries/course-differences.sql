-- What each idea brings, for the figure: the difference of every pair of seeds, its mean and interval, and what was published.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH ending (name, words) AS (
    VALUES ('ensemble', 'ensemble of the cycle ends'), ('votes', 'votes of the cycle ends'), ('swa', 'averaged weights (SWA)'),
        ('ema', 'averaged weights (EMA)'), ('precise_bn', 'precise BN'), ('adaptive_bn', 'adaptive BN'), ('flips', 'mean over mirror images')
), told (experiment, label, ord, name, against, variant, mean, low, high, published) AS (
    SELECT e.id, p.label, e.ord, coalesce(nullif(e.title, ''), e.id), p.against, '', p.mean, p.low, p.high,
        CASE WHEN e.id IN (SELECT experiment FROM sound) AND o.id IN (SELECT experiment FROM sound) THEN e.published - o.published END
    FROM experiment e JOIN experiment o ON o.id = e.against AND o.id GLOB :course JOIN paired p ON p.experiment = e.id WHERE e.id GLOB :course
    UNION ALL
    SELECT e.id, v.label, e.ord, coalesce(w.words, v.name) || CASE WHEN e.against GLOB :course THEN ', ' || coalesce(nullif(e.title, ''), e.id) ELSE '' END,
        '', v.name, v.gain, v.gain_low, v.gain_high, CASE WHEN e.id IN (SELECT experiment FROM sound) THEN
            (SELECT CAST(value AS REAL) FROM note WHERE experiment = e.id AND key = 'published.' || v.name) - e.published END
    FROM experiment e JOIN variant_summary v ON v.experiment = e.id LEFT JOIN ending w ON w.name = v.name WHERE e.id GLOB :course
), task (experiment, title) AS (
    SELECT d.experiment, min(coalesce(nullif(e.title, ''), e.id)) FROM descent d JOIN experiment e ON e.id = d.ancestor AND e.id GLOB :course
        AND NOT EXISTS (SELECT 1 FROM experiment o WHERE o.id = e.against AND o.id GLOB :course)
    GROUP BY d.experiment
), these AS ( -- an idea that others have, too, and another score at the end tell of which task they are
    SELECT t.*, CASE WHEN t.variant <> '' OR count(*) OVER (PARTITION BY t.name, t.label) > 1
            THEN ', ' || (SELECT title FROM task WHERE task.experiment = t.experiment) ELSE '' END AS within,
        row_number() OVER (ORDER BY mean DESC, ord, experiment, name, label) AS place
    FROM told t WHERE mean IS NOT NULL
), dot (place, seed, difference) AS (
    SELECT t.place, a.seed, a.value - b.value FROM these t
    JOIN figure a ON a.experiment = t.experiment AND a.label = t.label AND a.value IS NOT NULL
    JOIN figure b ON b.experiment = t.against AND b.label = a.label AND b.seed = a.seed AND b.data = a.data AND b.value IS NOT NULL
    WHERE t.variant = ''
    UNION ALL
    SELECT t.place, f.seed, v.accuracy - f.value FROM these t
    JOIN figure f ON f.experiment = t.experiment AND f.label = t.label AND f.value IS NOT NULL JOIN experiment e ON e.id = t.experiment
    JOIN variant v ON v.run = f.run AND v.name = t.variant AND v.part = e.part WHERE t.variant <> ''
)
SELECT replace(replace(t.name || CASE t.label WHEN '' THEN '' ELSE ', ' || t.label END || t.within, ', ', ' · '), ',', ' ') AS idea, t.place AS "row", d.seed,
    d.difference, row_number() OVER (PARTITION BY t.place ORDER BY d.seed) AS member, count(*) OVER (PARTITION BY t.place) AS pairs,
    t.mean, t.low, t.high, t.published, t.experiment
FROM these t JOIN dot d ON d.place = t.place
ORDER BY "row", d.seed
