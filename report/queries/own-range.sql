-- A range test: the validation curve of every seed over eta, also of those that diverged, as far as they came; and the range that was named, the
-- median over the seeds with the lowest and the highest.
WITH named AS (
    SELECT max(CASE key WHEN 'eta_min' THEN number END) AS eta_min, max(CASE key WHEN 'eta_max' THEN number END) AS eta_max,
        max(CASE key WHEN 'eta_min.least' THEN number END) AS eta_min_least, max(CASE key WHEN 'eta_min.most' THEN number END) AS eta_min_most,
        max(CASE key WHEN 'eta_max.least' THEN number END) AS eta_max_least, max(CASE key WHEN 'eta_max.most' THEN number END) AS eta_max_most
    FROM (SELECT key, CASE WHEN value <> 'nan' THEN CAST(value AS REAL) END AS number FROM note WHERE experiment = :experiment)
)
SELECT r.seed, dense_rank() OVER (ORDER BY r.seed, r.id) AS member, r.status, p.eta, p.validation_accuracy AS accuracy, p.validation_loss AS loss,
    named.*, (SELECT part FROM experiment WHERE id = :experiment) AS part
FROM experiment_run l JOIN run r ON r.id = l.run JOIN point p ON p.run = r.id CROSS JOIN named WHERE l.experiment = :experiment
ORDER BY r.seed, r.id, p.upd
