-- The curves of an experiment with one setting: at each point the mean over the seeds that were trained to the end, the lowest and the highest. The last
-- columns are the range of all experiments that are compared with it, so that their figures share one scale; it leaves out the point before
-- the first update, whose loss depends on the seed's weights alone. What was published stands there only where it can be compared.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), kin (id) AS (
    SELECT other.id FROM experiment mine JOIN experiment other
        ON other.id = mine.id OR other.against = mine.id OR other.id = mine.against OR (other.against = mine.against AND mine.against <> '')
    WHERE mine.id = :experiment
), points AS (
    SELECT l.experiment, p.* FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN point p ON p.run = r.id
    WHERE l.experiment IN (SELECT id FROM kin)
), ends AS (
    SELECT coalesce(min(min(train_cost, validation_cost)), 0) AS cost_low, coalesce(max(max(train_cost, validation_cost)), 3) AS cost_high,
        coalesce(min(min(train_loss, validation_loss)), 0) AS loss_low, coalesce(max(max(train_loss, validation_loss)), 3) AS loss_high,
        coalesce(max(max(train_accuracy, validation_accuracy)), 1) AS accuracy_high
    FROM points WHERE upd > 0
)
SELECT upd AS "update", avg(epoch) AS epoch, avg(eta) AS eta, count(*) AS seeds,
    avg(train_cost) AS train_cost, min(train_cost) AS train_cost_min, max(train_cost) AS train_cost_max,
    avg(validation_cost) AS validation_cost, min(validation_cost) AS validation_cost_min, max(validation_cost) AS validation_cost_max,
    avg(train_loss) AS train_loss, min(train_loss) AS train_loss_min, max(train_loss) AS train_loss_max,
    avg(validation_loss) AS validation_loss, min(validation_loss) AS validation_loss_min, max(validation_loss) AS validation_loss_max,
    avg(train_accuracy) AS train_accuracy, min(train_accuracy) AS train_accuracy_min, max(train_accuracy) AS train_accuracy_max,
    avg(validation_accuracy) AS validation_accuracy, min(validation_accuracy) AS validation_accuracy_min,
    max(validation_accuracy) AS validation_accuracy_max,
    (SELECT published FROM experiment JOIN sound ON yes WHERE id = :experiment) AS published,
    (SELECT CASE WHEN source LIKE 'DD2424 report%' THEN 'the report' ELSE 'published' END FROM experiment WHERE id = :experiment) AS publisher,
    ends.*
FROM points CROSS JOIN ends WHERE experiment = :experiment
    AND (SELECT count(DISTINCT label) FROM experiment_run WHERE experiment = :experiment) = 1
GROUP BY upd ORDER BY upd
