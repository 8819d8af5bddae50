-- Of data with many classes: the pairs of which the one is taken for the other most, over the seeds of an experiment with one setting.
WITH seen (digest) AS (
    SELECT min(r.data_digest) FROM experiment_run l JOIN run r ON r.id = l.run WHERE l.experiment = :experiment
), counted AS (
    SELECT c.truth, c.guess, sum(c.count) AS count
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE l.experiment = :experiment AND r.data_digest = (SELECT digest FROM seen) GROUP BY c.truth, c.guess
), shared AS (
    SELECT truth, guess, count, 100.0 * count / sum(count) OVER (PARTITION BY truth) AS percent FROM counted
)
SELECT coalesce(t.name, 'class ' || s.truth) AS "true class", coalesce(g.name, 'class ' || s.guess) AS "taken for",
    printf('%.1f', percent) AS "of a hundred of the class", s.count AS "times, all seeds"
FROM shared s LEFT JOIN class t ON t.dataset = (SELECT digest FROM seen) AND t.number = s.truth
LEFT JOIN class g ON g.dataset = (SELECT digest FROM seen) AND g.number = s.guess
WHERE s.truth <> s.guess AND s.count > 0 ORDER BY percent DESC, s.count DESC, s.truth, s.guess LIMIT 20
