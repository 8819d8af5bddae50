-- The curves of each team: at each point the mean over its seeds, the lowest and the highest. Runs that did not end are left out where others of the
-- team did. Of more than eight teams the three best, the middle one and the worst; of more than 300 points every second, third, ... and the last.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH ranked AS (
    SELECT label, ord, row_number() OVER (ORDER BY mean IS NULL, mean DESC, ord) AS place, count(*) OVER () AS n FROM summary WHERE experiment = 'all of them'
), picked_teams AS (
    SELECT label, ord, row_number() OVER (ORDER BY ord) AS line FROM ranked WHERE n <= 8 OR place <= 3 OR place = (n + 1) / 2 OR place = n
), ended AS (
    SELECT c.team, r.id FROM chosen c JOIN run r ON r.id = c.run
    WHERE r.status = 'done' OR NOT EXISTS (SELECT 1 FROM chosen o JOIN run q ON q.id = o.run WHERE o.team = c.team AND q.status = 'done')
), numbered AS (
    SELECT e.team, p.*, row_number() OVER (PARTITION BY p.run ORDER BY upd) AS n, count(*) OVER (PARTITION BY p.run) AS points
    FROM ended e JOIN point p ON p.run = e.id
)
SELECT dense_rank() OVER (ORDER BY c.line) AS line, replace(replace(c.label, ', ', ' · '), ',', ' ') AS name, p.upd AS "update", count(*) AS seeds,
    avg(train_loss) AS train_loss, min(train_loss) AS train_loss_min, max(train_loss) AS train_loss_max,
    avg(validation_loss) AS validation_loss, min(validation_loss) AS validation_loss_min, max(validation_loss) AS validation_loss_max,
    avg(train_accuracy) AS train_accuracy, min(train_accuracy) AS train_accuracy_min, max(train_accuracy) AS train_accuracy_max,
    avg(validation_accuracy) AS validation_accuracy, min(validation_accuracy) AS validation_accuracy_min,
    max(validation_accuracy) AS validation_accuracy_max, avg(eta) AS eta
FROM picked_teams c JOIN numbered p ON p.team = c.ord WHERE points <= 300 OR (n - 1) % ((points + 299) / 300) = 0 OR n = points
GROUP BY c.line, p.upd ORDER BY c.line, p.upd
