-- The curves of the eight latest trainings that no experiment asked for, one line each. Their names say what differs.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH mine AS (
    SELECT r.*, row_number() OVER (ORDER BY r.created DESC, r.id) AS place FROM run r
    WHERE r.status = 'done' AND r.maker = 'train' AND NOT EXISTS (SELECT 1 FROM experiment_run l WHERE l.run = r.id)
        AND EXISTS (SELECT 1 FROM point p WHERE p.run = r.id) ORDER BY place LIMIT 8
), differing AS (
    SELECT s.key, min(s.ord) AS ord FROM mine m JOIN setting s ON s.run = m.id WHERE s.key NOT IN ('name', 'threads', 'backend')
    GROUP BY s.key HAVING count(DISTINCT s.value) > 1 OR count(*) < (SELECT count(*) FROM mine)
), named AS (
    SELECT m.id, m.place, coalesce((SELECT group_concat(replace(words, ',', ' '), ' · ') FROM (SELECT 'data=' || f.name AS words, -1 AS ord FROM dataset f
        WHERE f.digest = m.data_digest AND (SELECT count(DISTINCT data_digest) FROM mine) > 1
        UNION ALL SELECT d.key || '=' || s.value, d.ord FROM differing d JOIN setting s ON s.key = d.key WHERE s.run = m.id ORDER BY 2)), substr(m.id, 1, 12)) AS name
    FROM mine m
)
SELECT n.place AS line, n.name, p.upd AS "update", 1 AS seeds,
    train_loss, train_loss AS train_loss_min, train_loss AS train_loss_max,
    validation_loss, validation_loss AS validation_loss_min, validation_loss AS validation_loss_max,
    train_accuracy, train_accuracy AS train_accuracy_min, train_accuracy AS train_accuracy_max,
    validation_accuracy, validation_accuracy AS validation_accuracy_min, validation_accuracy AS validation_accuracy_max
FROM named n JOIN point p ON p.run = n.id ORDER BY n.place, p.upd
