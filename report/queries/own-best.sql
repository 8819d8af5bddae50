-- The ten best of a random search, on its last rung first: mean accuracy and its standard error, from the spread over seeds of all configurations
-- of a rung together.
WITH grows (key) AS (
    SELECT key FROM axis a WHERE experiment = :experiment AND NOT EXISTS (SELECT 1 FROM note WHERE experiment = :experiment AND key = 'best.' || a.key)
), one (label, run) AS (
    SELECT label, min(run) FROM experiment_run WHERE experiment = :experiment GROUP BY label
), tried AS (
    SELECT s.*, coalesce((SELECT g.number FROM setting g JOIN grows ON g.key = grows.key WHERE g.run = o.run), 0) AS length
    FROM one o JOIN summary s ON s.experiment = :experiment AND s.label = o.label
), noise AS (
    SELECT length, sqrt(sum((n - 1) * sd * sd) / sum(n - 1)) AS sd FROM tried WHERE n > 1 GROUP BY length
)
SELECT t.label AS best, CASE WHEN t.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * t.mean + 1e-9) END AS "mean %",
    CASE WHEN noise.sd IS NULL OR t.n = 0 THEN '–' ELSE printf('%.2f', 100 * noise.sd / sqrt(t.n)) END AS "standard error", t.n AS seeds, t.diverged
FROM tried t LEFT JOIN noise ON noise.length = t.length ORDER BY t.length DESC, t.diverged > 0, t.mean DESC, t.ord LIMIT 10
