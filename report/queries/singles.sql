-- The trainings that no experiment asked for, the latest first: what differs in their settings, and what came out.
WITH mine AS (
    SELECT r.*, row_number() OVER (ORDER BY r.created DESC, r.id) AS place FROM run r
    WHERE r.maker = 'train' AND NOT EXISTS (SELECT 1 FROM experiment_run l WHERE l.run = r.id)
), differing AS (
    SELECT s.key, min(s.ord) AS ord FROM mine m JOIN setting s ON s.run = m.id WHERE s.key NOT IN ('name', 'threads', 'seed', 'backend')
    GROUP BY s.key HAVING count(DISTINCT s.value) > 1 OR count(*) < (SELECT count(*) FROM mine)
)
SELECT substr(m.id, 1, 12) AS run, m.seed,
    coalesce((SELECT group_concat(words, ', ') FROM (SELECT 'data=' || f.name AS words, -1 AS ord FROM dataset f
        WHERE f.digest = m.data_digest AND (SELECT count(DISTINCT data_digest) FROM mine) > 1
        UNION ALL SELECT d.key || '=' || s.value, d.ord FROM differing d JOIN setting s ON s.key = d.key WHERE s.run = m.id ORDER BY 2)), '–') AS "what differs",
    CASE WHEN v.value IS NULL THEN '–' ELSE printf('%.2f', 100 * v.value + 1e-9) END AS "validation %",
    CASE WHEN t.value IS NULL THEN '–' ELSE printf('%.2f', 100 * t.value + 1e-9) END AS "test %", m.updates,
    CASE m.status WHEN 'done' THEN 'ended' ELSE m.status END AS "what became of it", replace(substr(m.created, 1, 16), 'T', ' ') AS "recorded, UTC"
FROM mine m LEFT JOIN result v ON v.run = m.id AND v.part = 'validation' AND v.what = 'accuracy'
LEFT JOIN result t ON t.run = m.id AND t.part = 'test' AND t.what = 'accuracy'
ORDER BY m.place LIMIT 200
