-- How sure the nets of a task of the course are of the true class: the test images in each bin of its probability, those whose guess is right and the
-- others, as shares of all, means over the seeds. Each run that was diagnosed has a panel, eight at most.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH asked AS (
    SELECT e.id, e.ord, l.ord AS place, l.label, l.run, (SELECT sum(correct + wrong) FROM certainty WHERE run = r.id AND part = 'test') AS images,
        coalesce((SELECT value FROM setting WHERE run = r.id AND key = 'loss'), (SELECT value FROM json_each(:defaults) WHERE key = 'loss')) AS loss,
        CASE e.id WHEN :task THEN 'plain' ELSE coalesce(nullif(e.title, ''), e.id) END || CASE l.label WHEN '' THEN '' ELSE ', ' || l.label END AS name
    FROM descent d JOIN experiment e ON e.id = d.experiment AND e.id GLOB :course JOIN experiment_run l ON l.experiment = e.id
    JOIN run r ON r.id = l.run AND r.status = 'done' WHERE d.ancestor = :task
), panels AS (
    SELECT a.*, dense_rank() OVER (ORDER BY ord, id, label) AS panel FROM asked a WHERE images > 0
)
SELECT p.panel, replace(replace(p.name || coalesce(' (' || min(p.loss) || ')', ''), ', ', ' · '), ',', ' ') AS name, c.bin / 20.0 AS low, (c.bin + 1) / 20.0 AS high,
    count(*) AS seeds, avg(1.0 * c.correct / p.images) AS correct, avg(1.0 * c.wrong / p.images) AS wrong
FROM panels p JOIN certainty c ON c.run = p.run AND c.part = 'test' WHERE p.panel <= 8
GROUP BY p.panel, c.bin ORDER BY p.panel, c.bin
