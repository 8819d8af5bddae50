-- What became of every sigma, with and without batch normalisation, over the seeds of all experiments on the initialisation: the share that
-- learned at all (above 20 % on the test images; a training that diverged did not), with its 95 % interval (Wilson), and the accuracies.
WITH trial AS (
    SELECT DISTINCT r.id, r.status, a.value, init.number AS sigma, coalesce(bn.value = 'true', 0) AS bn
    FROM experiment_run l CROSS JOIN run r ON r.id = l.run AND r.status IN ('done', 'diverged')
    CROSS JOIN setting init ON init.run = r.id AND init.key = 'init' AND init.value LIKE 'sigma:%'
    LEFT JOIN setting bn ON bn.run = r.id AND bn.key = 'bn'
    LEFT JOIN result a ON a.run = r.id AND a.part = 'test' AND a.what = 'accuracy' WHERE l.experiment GLOB 'init-*' AND l.experiment IN (SELECT value FROM json_each(:assignment))
        AND NOT EXISTS (SELECT 1 FROM axis x WHERE x.experiment = l.experiment AND x.key <> 'init')
), outcome AS (
    SELECT sigma, bn, status = 'done' AND coalesce(value, 0) > 0.2 AS learned, CASE status WHEN 'done' THEN value END AS value FROM trial
), counted AS (
    SELECT sigma, bn, count(*) AS seeds, sum(learned) AS learned, 1.0 * sum(learned) / count(*) AS share, 3.8416 / count(*) AS z,
        avg(value) AS mean, min(value) AS least, max(value) AS most
    FROM outcome GROUP BY sigma, bn
)
SELECT sigma, bn, seeds, learned, share,
    max(0, (share + z / 2 - sqrt(z * share * (1 - share) + z * z / 4)) / (1 + z)) AS low,
    min(1, (share + z / 2 + sqrt(z * share * (1 - share) + z * z / 4)) / (1 + z)) AS high, mean, least, most
FROM counted ORDER BY bn, sigma
