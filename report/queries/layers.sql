-- A diagnostic of every layer at each point, mean over the seeds: of an experiment and of that compared with it, one panel each. Norms and
-- variances span decades and are drawn on a logarithmic scale, shares in percent.
SELECT dense_rank() OVER (ORDER BY e.ord, e.id) AS panel, e.id AS experiment, replace(:what, '_', ' ') AS quantity, p.layer,
    p.upd AS "update", count(p.value) AS seeds, avg(p.value) AS value, min(p.value) AS least, max(p.value) AS most,
    :what IN ('gradient_norm', 'preactivation_variance') AS logarithmic, CASE WHEN :what LIKE '%share' THEN 100 ELSE 1 END AS scale
FROM experiment e JOIN experiment_run l ON l.experiment = e.id JOIN run r ON r.id = l.run AND r.status = 'done'
JOIN layer_point p ON p.run = r.id AND p.what = :what
WHERE (e.id = :experiment OR e.against = :experiment) AND NOT EXISTS ( -- of several settings there is no mean
        SELECT 1 FROM experiment_run k JOIN experiment o ON o.id = k.experiment WHERE o.id = :experiment OR o.against = :experiment
        GROUP BY k.experiment HAVING count(DISTINCT k.label) > 1)
GROUP BY e.ord, e.id, p.layer, p.upd HAVING count(p.value) > 0 ORDER BY panel, p.layer, p.upd
