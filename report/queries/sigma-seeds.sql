-- The test accuracy of every training of the experiments on the initialisation, over sigma, with and without batch normalisation.
WITH trial AS (
    SELECT DISTINCT r.id, init.number AS sigma, coalesce(bn.value = 'true', 0) AS bn, r.seed, a.value AS accuracy
    FROM experiment_run l CROSS JOIN run r ON r.id = l.run AND r.status = 'done'
    CROSS JOIN setting init ON init.run = r.id AND init.key = 'init' AND init.value LIKE 'sigma:%'
    LEFT JOIN setting bn ON bn.run = r.id AND bn.key = 'bn'
    CROSS JOIN result a ON a.run = r.id AND a.part = 'test' AND a.what = 'accuracy' AND a.value IS NOT NULL WHERE l.experiment GLOB 'init-*' AND l.experiment IN (SELECT value FROM json_each(:assignment))
        AND NOT EXISTS (SELECT 1 FROM axis x WHERE x.experiment = l.experiment AND x.key <> 'init')
)
SELECT sigma, bn, seed, accuracy FROM trial ORDER BY bn, sigma, seed
