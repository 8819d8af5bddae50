-- Has a run of the page a curve: two points or more of which something is a number?
SELECT 1 AS yes FROM run r WHERE (SELECT count(coalesce(p.train_loss, p.validation_loss, p.train_accuracy, p.validation_accuracy, p.train_cost, p.validation_cost))
    FROM point p WHERE p.run = r.id) > 1 LIMIT 1
