-- The most confident mistakes of the first seed of a team that has any, the surest first: in the order of the picture.
WITH shown AS (
    SELECT r.id, r.data_digest AS data FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
    WHERE l.experiment = :experiment AND EXISTS (SELECT 1 FROM mistake m WHERE m.run = r.id) ORDER BY r.seed, r.id LIMIT 1
)
SELECT row_number() OVER (ORDER BY m.probability DESC, m.image) AS place, m.image AS "test example",
    coalesce(t.name, 'class ' || m.truth) AS "true class", coalesce(g.name, 'class ' || m.guess) AS "taken for", printf('%.2f', 100 * m.probability) AS "probability given, %"
FROM shown s JOIN mistake m ON m.run = s.id AND m.part = 'test'
LEFT JOIN class t ON t.dataset = s.data AND t.number = m.truth LEFT JOIN class g ON g.dataset = s.data AND g.number = m.guess
ORDER BY m.probability DESC, m.image LIMIT 36
