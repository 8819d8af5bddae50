-- An experiment of one's own that varies three settings or more: where each of its settings lies on each axis, from 0 at the foot to 1.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH lies AS MATERIALIZED ( -- asked once: where each setting lies
    SELECT label, key, value, number FROM label_place WHERE experiment = :experiment
), value AS ( -- each value of each axis, in its order
    SELECT a.ord AS axis, a.key, p.value, min(p.number) AS number FROM axis a JOIN lies p ON p.key = a.key
    WHERE a.experiment = :experiment GROUP BY a.ord, a.key, p.value
), ranked AS (
    SELECT v.*, row_number() OVER (PARTITION BY axis ORDER BY number, value) AS place, count(*) OVER (PARTITION BY axis) AS values_ FROM value v
), used AS (
    SELECT dense_rank() OVER (ORDER BY axis) AS axis, key, value, (place - 1.0) / (values_ - 1) AS height FROM ranked WHERE values_ > 1
), setting AS (
    SELECT s.label, s.mean, row_number() OVER (ORDER BY s.mean, s.ord, s.label) AS line FROM summary s WHERE s.experiment = :experiment AND s.n > 0
)
SELECT s.line, replace(replace(s.label, ', ', ' · '), ',', ' ') AS setting, u.axis, u.key, replace(replace(u.value, ', ', ' · '), ',', ' ') AS value, u.height, s.mean, (SELECT part FROM experiment WHERE id = :experiment) AS part,
    (SELECT CASE WHEN EXISTS (SELECT 1 FROM experiment_run o JOIN run r ON r.id = o.run JOIN dataset d ON d.digest = r.data_digest
        WHERE o.experiment = :experiment AND d.channels = 0) THEN 'examples' ELSE 'images' END) AS things
FROM setting s JOIN lies p ON p.label = s.label JOIN used u ON u.key = p.key AND u.value = p.value
WHERE (SELECT max(axis) FROM used) >= 3 ORDER BY s.line, u.axis
