-- The curves of the one run; of more than 500 points every second, third, ... and the last. The columns are those of curves.sql: one run has no
-- spread, and nothing was published.
WITH numbered AS (
    SELECT p.*, row_number() OVER (ORDER BY upd) AS n, count(*) OVER () AS points FROM point p JOIN run r ON r.id = p.run
), shown AS (
    SELECT * FROM numbered WHERE points <= 500 OR (n - 1) % ((points + 499) / 500) = 0 OR n = points
), ends AS ( -- without what diverged beyond all measure, and without the point before the first update
    SELECT coalesce(min(min(train_cost, validation_cost)), 0) AS cost_low, coalesce(max(max(train_cost, validation_cost)), 3) AS cost_high,
        coalesce(min(min(train_loss, validation_loss)), 0) AS loss_low, coalesce(max(max(train_loss, validation_loss)), 3) AS loss_high,
        coalesce(max(max(train_accuracy, validation_accuracy)), 1) AS accuracy_high
    FROM shown WHERE upd > 0 OR points = 1
)
SELECT upd AS "update", epoch, eta, 1 AS seeds,
    train_cost, train_cost AS train_cost_min, train_cost AS train_cost_max,
    validation_cost, validation_cost AS validation_cost_min, validation_cost AS validation_cost_max,
    train_loss, train_loss AS train_loss_min, train_loss AS train_loss_max,
    validation_loss, validation_loss AS validation_loss_min, validation_loss AS validation_loss_max,
    train_accuracy, train_accuracy AS train_accuracy_min, train_accuracy AS train_accuracy_max,
    validation_accuracy, validation_accuracy AS validation_accuracy_min, validation_accuracy AS validation_accuracy_max,
    NULL AS published, '' AS publisher, ends.*
FROM shown CROSS JOIN ends ORDER BY upd
