-- The curves of the settings of an experiment of one's own, each for itself: at each point the mean over its seeds that were trained to the end, the
-- lowest and the highest. Of more than eight settings the three best, the middle one and the worst.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH ranked AS (
    SELECT label, ord, row_number() OVER (ORDER BY mean DESC, ord, label) AS place, count(*) OVER () AS n
    FROM summary WHERE experiment = :experiment AND n > 0
), chosen AS (
    SELECT label, row_number() OVER (ORDER BY ord, label) AS line FROM ranked WHERE n <= 8 OR place <= 3 OR place = (n + 1) / 2 OR place = n
)
SELECT c.line, coalesce(nullif(replace(replace(c.label, ', ', ' · '), ',', ' '), ''), :experiment) AS name, p.upd AS "update", count(*) AS seeds,
    avg(train_loss) AS train_loss, min(train_loss) AS train_loss_min, max(train_loss) AS train_loss_max,
    avg(validation_loss) AS validation_loss, min(validation_loss) AS validation_loss_min, max(validation_loss) AS validation_loss_max,
    avg(train_accuracy) AS train_accuracy, min(train_accuracy) AS train_accuracy_min, max(train_accuracy) AS train_accuracy_max,
    avg(validation_accuracy) AS validation_accuracy, min(validation_accuracy) AS validation_accuracy_min,
    max(validation_accuracy) AS validation_accuracy_max
FROM chosen c JOIN experiment_run l ON l.experiment = :experiment AND l.label = c.label
JOIN run r ON r.id = l.run AND r.status = 'done' JOIN point p ON p.run = r.id
GROUP BY c.line, p.upd ORDER BY c.line, p.upd
