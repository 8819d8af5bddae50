-- The test accuracy of every training of the experiments on the initialisation, over sigma, with and without batch normalisation.
WITH trial AS (
    SELECT DISTINCT r.id, r.seed, a.value, r.config || char(10) AS config, instr(r.config, 'init = sigma:') AS place
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
    JOIN result a ON a.run = r.id AND a.part = 'test' AND a.what = 'accuracy' AND a.value IS NOT NULL
    WHERE l.experiment GLOB 'init-*' AND instr(r.config, 'init = sigma:') > 0
)
SELECT CAST(substr(config, place + 13, instr(substr(config, place + 13), char(10)) - 1) AS REAL) AS sigma,
    instr(config, 'bn = true') > 0 AS bn, seed, value AS accuracy
FROM trial ORDER BY bn, sigma, seed
