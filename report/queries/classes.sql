-- The share of each class's test images that are recognised, of an experiment and of that compared with it: mean, lowest and highest seed.
-- Neither may have several settings, nor more than 25 classes. Classes are in the order of the first experiment's accuracy.
WITH seen (digest) AS ( -- one data set
    SELECT min(r.data_digest) FROM experiment_run l JOIN run r ON r.id = l.run WHERE l.experiment = :experiment
), named (number, name) AS ( -- gnuplot ends a text at a comma, whatever stands in quotes, so names have blanks for them
    SELECT number, replace(name, ',', ' ') FROM class WHERE dataset = (SELECT digest FROM seen)
), recognised AS (
    SELECT l.experiment, c.run, c.truth, 1.0 * sum(c.count * (c.truth = c.guess)) / sum(c.count) AS share
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' JOIN confusion c ON c.run = r.id AND c.part = 'test'
    WHERE (l.experiment = :experiment OR l.experiment = (SELECT against FROM experiment WHERE id = :experiment))
        AND r.data_digest = (SELECT digest FROM seen)
    GROUP BY l.experiment, c.run, c.truth HAVING sum(c.count) > 0
), ranked AS (
    SELECT truth, row_number() OVER (ORDER BY avg(share) DESC, truth) AS place FROM recognised WHERE experiment = :experiment GROUP BY truth
)
SELECT coalesce(named.name, 'class ' || r.truth) AS class, ranked.place AS "row", r.experiment <> :experiment AS other, r.experiment, count(*) AS seeds,
    avg(share) AS mean, min(share) AS least, max(share) AS most
FROM recognised r JOIN ranked ON ranked.truth = r.truth LEFT JOIN named ON named.number = r.truth
WHERE NOT EXISTS (SELECT 1 FROM experiment_run k WHERE k.experiment IN (:experiment, (SELECT against FROM experiment WHERE id = :experiment))
        GROUP BY k.experiment HAVING count(DISTINCT k.label) > 1)
    AND (SELECT count(*) FROM ranked) <= 25
GROUP BY r.experiment, r.truth ORDER BY other, "row"
