-- The ten best of a random search, on its last rung first: mean accuracy and its standard error, from the spread over seeds of all configurations
-- of a rung together.
WITH tried AS (
    SELECT s.*, s.ord / (SELECT CAST(value AS INTEGER) FROM note WHERE experiment = :experiment AND key = 'draws') AS rung
    FROM summary s WHERE s.experiment = :experiment
), noise AS (
    SELECT rung, sqrt(sum((n - 1) * sd * sd) / sum(n - 1)) AS sd FROM tried WHERE n > 1 GROUP BY rung
)
SELECT t.label AS best, CASE WHEN t.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * t.mean + 1e-9) END AS "mean %",
    CASE WHEN noise.sd IS NULL OR t.n = 0 THEN '–' ELSE printf('%.2f', 100 * noise.sd / sqrt(t.n)) END AS "standard error", t.n AS seeds, t.diverged
FROM tried t LEFT JOIN noise ON noise.rung = t.rung ORDER BY t.rung DESC, t.diverged > 0, t.mean DESC, t.ord LIMIT 10
