-- Do the runs share a setting that is not the default?
SELECT 1 AS yes FROM json_each(:defaults) d JOIN (
    SELECT s.key, min(s.value) AS value FROM run r JOIN setting s ON s.run = r.id WHERE s.key NOT IN ('name', 'seed', 'threads', 'backend')
    GROUP BY s.key HAVING count(*) = (SELECT count(*) FROM run) AND min(s.value) = max(s.value)) s ON s.key = d.key AND s.value IS NOT d.value LIMIT 1
