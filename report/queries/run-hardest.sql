-- Of data with many classes: the twenty that are recognised least, over the seeds of a team.
WITH seen (digest) AS (
    SELECT min(r.data_digest) FROM experiment_run l JOIN run r ON r.id = l.run WHERE l.experiment = :experiment
), counted AS (
    SELECT c.truth, sum(c.count * (c.truth = c.guess)) AS hits, sum(c.count) AS examples
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE l.experiment = :experiment GROUP BY c.truth HAVING sum(c.count) > 0
)
SELECT coalesce(t.name, 'class ' || c.truth) AS class, printf('%.1f', 100.0 * hits / examples) AS "recognised, %", examples AS "test examples"
FROM counted c LEFT JOIN class t ON t.dataset = (SELECT digest FROM seen) AND t.number = c.truth
ORDER BY 1.0 * hits / examples, examples DESC, c.truth LIMIT 20
