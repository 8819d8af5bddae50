-- The curves of the runs of a task of the course: at each point the mean over the seeds that were trained to the end, the lowest and the highest.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH mine (id) AS ( -- the plain run of the task, and what is compared with it or with one of these
    SELECT experiment FROM descent WHERE ancestor = :task AND experiment GLOB :course
), chosen AS (
    SELECT e.id, s.label, row_number() OVER (ORDER BY e.ord, e.id, s.ord, s.label) AS line,
        CASE e.id WHEN :task THEN 'plain' ELSE coalesce(nullif(e.title, ''), e.id) END || CASE s.label WHEN '' THEN '' ELSE ', ' || s.label END AS name
    FROM mine JOIN experiment e ON e.id = mine.id JOIN summary s ON s.experiment = e.id AND s.n > 0
)
SELECT c.line, replace(replace(c.name, ', ', ' · '), ',', ' ') AS name, p.upd AS "update", count(*) AS seeds,
    avg(train_loss) AS train_loss, min(train_loss) AS train_loss_min, max(train_loss) AS train_loss_max,
    avg(validation_loss) AS validation_loss, min(validation_loss) AS validation_loss_min, max(validation_loss) AS validation_loss_max,
    avg(train_accuracy) AS train_accuracy, min(train_accuracy) AS train_accuracy_min, max(train_accuracy) AS train_accuracy_max,
    avg(validation_accuracy) AS validation_accuracy, min(validation_accuracy) AS validation_accuracy_min,
    max(validation_accuracy) AS validation_accuracy_max
FROM chosen c JOIN experiment_run l ON l.experiment = c.id AND l.label = c.label
JOIN run r ON r.id = l.run AND r.status = 'done' JOIN point p ON p.run = r.id
WHERE c.line <= 8
GROUP BY c.line, p.upd ORDER BY c.line, p.upd
