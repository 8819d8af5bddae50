-- Of a hundred test images of each class, how many were taken for each: mean over the seeds of an experiment with one setting, and of at most
-- 25 classes. More have a table of those that are taken for others most (own-confused.sql).
WITH seen (digest) AS ( -- one data set
    SELECT min(r.data_digest) FROM experiment_run l JOIN run r ON r.id = l.run WHERE l.experiment = :experiment
), named (number, name) AS ( -- gnuplot ends a text at a comma, whatever stands in quotes, so names have blanks for them
    SELECT number, replace(name, ',', ' ') FROM class WHERE dataset = (SELECT digest FROM seen)
), counted AS (
    SELECT c.truth, c.guess, sum(c.count) AS count, count(DISTINCT c.run) AS seeds
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE l.experiment = :experiment AND r.data_digest = (SELECT digest FROM seen)
        AND (SELECT count(DISTINCT label) FROM experiment_run WHERE experiment = :experiment) = 1
    GROUP BY c.truth, c.guess
)
SELECT coalesce(t.name, 'class ' || c.truth) AS truth, coalesce(g.name, 'class ' || c.guess) AS guess, c.truth AS "row", c.guess AS "column", c.seeds,
    100.0 * c.count / sum(c.count) OVER (PARTITION BY c.truth) AS percent
FROM counted c LEFT JOIN named t ON t.number = c.truth LEFT JOIN named g ON g.number = c.guess
WHERE (SELECT max(max(truth), max(guess)) FROM counted) < 25 ORDER BY c.truth, c.guess
