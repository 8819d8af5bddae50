-- The settings that all runs share and that are the default, or that have none; and those that are what they were before there was such a setting.
WITH told AS (
    SELECT s.key, min(s.ord) AS ord, min(s.value) AS least, max(s.value) AS most, count(*) AS n FROM run r JOIN setting s ON s.run = r.id GROUP BY s.key
)
SELECT coalesce(t.key, d.key) AS setting, coalesce(t.least, d.value) AS value FROM json_each(:defaults) d LEFT JOIN told t ON t.key = d.key
WHERE d.key NOT IN ('name', 'seed', 'threads') AND (t.key IS NULL OR (t.n = (SELECT count(*) FROM run) AND t.least = t.most AND (t.least IS d.value OR d.key = 'backend')))
ORDER BY t.ord IS NULL, t.ord, d.id
