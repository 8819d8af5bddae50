-- The settings that all runs share and that are not the default, in the order of the settings.
WITH shared AS (
    SELECT s.key, min(s.ord) AS ord, min(s.value) AS value FROM run r JOIN setting s ON s.run = r.id
    WHERE s.key NOT IN ('name', 'seed', 'threads', 'backend') GROUP BY s.key HAVING count(*) = (SELECT count(*) FROM run) AND min(s.value) = max(s.value)
)
SELECT s.key AS setting, s.value, coalesce(d.value, '–') AS "by default" FROM shared s LEFT JOIN json_each(:defaults) d ON d.key = s.key
WHERE d.value IS NOT s.value ORDER BY s.ord, s.key
