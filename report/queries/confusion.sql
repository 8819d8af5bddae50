-- Of a hundred test images of each class, how many were taken for each: mean over the seeds of an experiment with one setting.
WITH cifar (number, name) AS (
    VALUES (0, 'airplane'), (1, 'automobile'), (2, 'bird'), (3, 'cat'), (4, 'deer'),
        (5, 'dog'), (6, 'frog'), (7, 'horse'), (8, 'ship'), (9, 'truck')
), class (number, name) AS ( -- other images have other classes
    SELECT number, CASE WHEN EXISTS (SELECT 1 FROM run WHERE data_kind NOT IN ('official', 'once-through-JPEG')) THEN 'class ' || number
        ELSE name END FROM cifar
), counted AS (
    SELECT c.truth, c.guess, sum(c.count) AS count, count(DISTINCT c.run) AS seeds
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE l.experiment = :experiment
        AND (SELECT count(DISTINCT label) FROM experiment_run WHERE experiment = :experiment) = 1
    GROUP BY c.truth, c.guess
)
SELECT t.name AS truth, g.name AS guess, c.truth AS "row", c.guess AS "column", c.seeds,
    100.0 * c.count / sum(c.count) OVER (PARTITION BY c.truth) AS percent
FROM counted c JOIN class t ON t.number = c.truth JOIN class g ON g.number = c.guess ORDER BY c.truth, c.guess
