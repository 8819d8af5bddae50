-- The curves of the runs that strata plot was given, in their order. Their names say what differs in their settings, and are ids where nothing does.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH mine AS (
    SELECT r.*, min(j.key) + 1 AS place FROM json_each(:runs) j JOIN run r ON r.id = j.value GROUP BY r.id
), differing AS (
    SELECT s.key, min(s.ord) AS ord FROM mine m JOIN setting s ON s.run = m.id WHERE s.key NOT IN ('name', 'threads', 'backend')
    GROUP BY s.key HAVING count(DISTINCT s.value) > 1 OR count(*) < (SELECT count(*) FROM mine)
), told AS (
    SELECT m.id, m.place, (SELECT group_concat(replace(words, ',', ' '), ' · ') FROM (SELECT d.key || '=' || s.value AS words FROM differing d
        JOIN setting s ON s.key = d.key WHERE s.run = m.id ORDER BY d.ord)) AS name
    FROM mine m
), named AS (
    SELECT id, dense_rank() OVER (ORDER BY place) AS line,
        CASE WHEN name IS NULL OR count(*) OVER (PARTITION BY name) > 1 THEN substr(id, 1, 12) ELSE name END AS name FROM told
)
SELECT n.line, n.name, p.upd AS "update", 1 AS seeds,
    train_loss, train_loss AS train_loss_min, train_loss AS train_loss_max,
    validation_loss, validation_loss AS validation_loss_min, validation_loss AS validation_loss_max,
    train_accuracy, train_accuracy AS train_accuracy_min, train_accuracy AS train_accuracy_max,
    validation_accuracy, validation_accuracy AS validation_accuracy_min, validation_accuracy AS validation_accuracy_max
FROM named n JOIN point p ON p.run = n.id ORDER BY n.line, p.upd
