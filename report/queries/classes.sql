-- The share of each class's test images that are recognised, of an experiment and of that compared with it: mean, lowest and highest seed.
-- Neither may have several settings. Classes are in the order of the first experiment's accuracy.
WITH cifar (number, name) AS (
    VALUES (0, 'airplane'), (1, 'automobile'), (2, 'bird'), (3, 'cat'), (4, 'deer'),
        (5, 'dog'), (6, 'frog'), (7, 'horse'), (8, 'ship'), (9, 'truck')
), class (number, name) AS ( -- other images have other classes
    SELECT number, CASE WHEN EXISTS (SELECT 1 FROM run WHERE data_kind NOT IN ('official', 'once-through-JPEG')) THEN 'class ' || number
        ELSE name END FROM cifar
), recognised AS (
    SELECT l.experiment, c.run, c.truth, 1.0 * sum(c.count * (c.truth = c.guess)) / sum(c.count) AS share
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE l.experiment = :experiment OR l.experiment = (SELECT against FROM experiment WHERE id = :experiment)
    GROUP BY l.experiment, c.run, c.truth HAVING sum(c.count) > 0
), ranked AS (
    SELECT truth, row_number() OVER (ORDER BY avg(share) DESC, truth) AS place FROM recognised WHERE experiment = :experiment GROUP BY truth
)
SELECT class.name AS class, ranked.place AS "row", r.experiment <> :experiment AS other, r.experiment, count(*) AS seeds,
    avg(share) AS mean, min(share) AS least, max(share) AS most
FROM recognised r JOIN ranked ON ranked.truth = r.truth JOIN class ON class.number = r.truth
WHERE NOT EXISTS (SELECT 1 FROM experiment_run k WHERE k.experiment IN (:experiment, (SELECT against FROM experiment WHERE id = :experiment))
        GROUP BY k.experiment HAVING count(DISTINCT k.label) > 1)
GROUP BY r.experiment, r.truth ORDER BY other, "row"
