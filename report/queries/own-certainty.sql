-- How sure the nets of an experiment of one's own are of the true class: the test examples in each bin of its probability, those whose guess is right and
-- the others, as shares of all, means over the seeds. Of more than four settings the best three and the worst that say it.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH asked AS (
    SELECT l.label, l.run, (SELECT sum(correct + wrong) FROM certainty WHERE run = r.id AND part = 'test') AS images
    FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done' WHERE l.experiment = :experiment
), ranked AS (
    SELECT label, ord, row_number() OVER (ORDER BY mean DESC, ord, label) AS place, count(*) OVER () AS n FROM summary s
    WHERE experiment = :experiment AND n > 0 AND EXISTS (SELECT 1 FROM asked a WHERE a.label = s.label AND a.images > 0)
), chosen AS (
    SELECT label, row_number() OVER (ORDER BY ord, label) AS panel FROM ranked WHERE n <= 4 OR place <= 3 OR place = n
)
SELECT h.panel, coalesce(nullif(replace(replace(h.label, ', ', ' · '), ',', ' '), ''), :experiment) AS name, c.bin / 20.0 AS low, (c.bin + 1) / 20.0 AS high,
    count(*) AS seeds, avg(1.0 * c.correct / a.images) AS correct, avg(1.0 * c.wrong / a.images) AS wrong
FROM chosen h JOIN asked a ON a.label = h.label AND a.images > 0 JOIN certainty c ON c.run = a.run AND c.part = 'test'
GROUP BY h.panel, c.bin ORDER BY h.panel, c.bin
