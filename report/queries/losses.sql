-- The loss of every seed of an experiment with one setting at each point; a training that diverged as far as it came. The last columns are the range of the
-- experiments of the same family (their ids begin as this one's, up to the first hyphen) after the first update, so that their figures
-- share one scale.
WITH points AS (
    SELECT l.experiment, r.seed, r.status, p.* FROM experiment_run l JOIN run r ON r.id = l.run AND r.status IN ('done', 'diverged')
        JOIN point p ON p.run = r.id
    WHERE l.experiment IN (SELECT experiment FROM experiment_run GROUP BY experiment HAVING count(DISTINCT label) = 1)
        AND substr(l.experiment, 1, instr(l.experiment, '-')) = substr(:experiment, 1, instr(:experiment, '-'))
), ends AS (
    SELECT coalesce(min(min(train_loss, validation_loss)), 0) AS loss_low,
        coalesce(max(max(train_loss, validation_loss)) FILTER (WHERE status = 'done' AND upd > 0), 3) AS loss_high
    FROM points
)
SELECT dense_rank() OVER (ORDER BY seed, run) AS member, seed, upd AS "update", train_loss, validation_loss, ends.*
FROM points CROSS JOIN ends WHERE experiment = :experiment ORDER BY member, upd
