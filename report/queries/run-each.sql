-- Every run of the page: its team, its scores and what became of it.
SELECT substr(r.id, 1, 12) AS run, t.name AS "kind", r.seed,
    CASE WHEN e.value IS NULL THEN '–' ELSE printf('%.2f', 100 * e.value + 1e-9) END AS "test %",
    CASE WHEN v.value IS NULL THEN '–' ELSE printf('%.2f', 100 * v.value + 1e-9) END AS "validation %",
    CASE WHEN a.value IS NULL THEN '–' ELSE printf('%.2f', 100 * a.value + 1e-9) END AS "training %",
    CASE WHEN l.value IS NULL THEN '–' ELSE printf('%.4f', l.value) END AS "training loss", r.updates, printf('%.1f', r.seconds) AS seconds,
    CASE r.status WHEN 'done' THEN 'ended' ELSE r.status END AS "what became of it"
FROM chosen c JOIN run r ON r.id = c.run JOIN team t ON t.team = c.team
LEFT JOIN result e ON e.run = r.id AND e.part = 'test' AND e.what = 'accuracy'
LEFT JOIN result v ON v.run = r.id AND v.part = 'validation' AND v.what = 'accuracy'
LEFT JOIN result a ON a.run = r.id AND a.part = 'train' AND a.what = 'accuracy'
LEFT JOIN result l ON l.run = r.id AND l.part = 'train' AND l.what = 'loss'
ORDER BY c.team, r.seed, c.place LIMIT 400
