-- The settings in which the teams differ: each value, and which teams have it.
WITH value AS (
    SELECT d.key, d.ord, t.value, min(c.team) AS first, group_concat(DISTINCT k.name) AS who, count(DISTINCT c.team) AS teams
    FROM differing d JOIN telling t ON t.key = d.key JOIN chosen c ON c.run = t.run JOIN team k ON k.team = c.team GROUP BY d.key, t.value
    UNION ALL
    SELECT 'data', -1, coalesce(s.name, substr(r.data_digest, 1, 12)), min(c.team), group_concat(DISTINCT k.name), count(DISTINCT c.team)
    FROM run r JOIN chosen c ON c.run = r.id JOIN team k ON k.team = c.team LEFT JOIN dataset s ON s.digest = r.data_digest
    WHERE (SELECT count(DISTINCT data_digest) FROM run) > 1 GROUP BY r.data_digest
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY first, value) AS place, count(*) OVER (PARTITION BY key) AS values_ FROM value
)
SELECT key AS setting, value, CASE WHEN teams > 6 THEN printf('%,d kinds', teams) ELSE replace(who, ',', ', ') END AS "of which", coalesce((SELECT f.value FROM json_each(:defaults) f WHERE f.key = ranked.key), '–') AS "by default"
FROM ranked WHERE place <= 40 ORDER BY ord, key, place LIMIT 200
