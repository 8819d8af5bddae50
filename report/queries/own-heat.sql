-- An experiment of one's own that varies two settings: a cell for each pair of values, also where nothing was trained.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH lies AS MATERIALIZED ( -- asked once: where each setting lies
    SELECT label, key, value, number FROM label_place WHERE experiment = :experiment
), value AS ( -- each value of each axis, in its order
    SELECT a.ord AS axis, a.key, p.value, min(p.number) AS number FROM axis a JOIN lies p ON p.key = a.key
    WHERE a.experiment = :experiment GROUP BY a.ord, a.key, p.value
), ranked AS (
    SELECT v.*, row_number() OVER (PARTITION BY axis ORDER BY number, value) AS place, count(*) OVER (PARTITION BY axis) AS values_ FROM value v
), used AS (
    SELECT axis, dense_rank() OVER (ORDER BY axis) AS turn, key, value, place FROM ranked WHERE values_ > 1
), cell AS (
    SELECT s.*, y.value AS y, x.value AS x FROM summary s
    JOIN lies y ON y.label = s.label AND y.key = (SELECT key FROM used WHERE turn = 1)
    JOIN lies x ON x.label = s.label AND x.key = (SELECT key FROM used WHERE turn = 2)
    WHERE s.experiment = :experiment
)
SELECT x.place AS "column", y.place AS "row", x.key AS across, replace(replace(x.value, ', ', ' · '), ',', ' ') AS "value across", y.key AS down, replace(replace(y.value, ', ', ' · '), ',', ' ') AS "value down", c.mean,
    coalesce(c.n, 0) AS seeds, coalesce(c.diverged, 0) AS diverged, (SELECT part FROM experiment WHERE id = :experiment) AS part,
    (SELECT CASE WHEN EXISTS (SELECT 1 FROM experiment_run o JOIN run r ON r.id = o.run JOIN dataset d ON d.digest = r.data_digest
        WHERE o.experiment = :experiment AND d.channels = 0) THEN 'examples' ELSE 'images' END) AS things
FROM used y JOIN used x ON x.turn = 2 LEFT JOIN cell c ON c.y = y.value AND c.x = x.value
WHERE y.turn = 1 AND (SELECT max(turn) FROM used) = 2 AND EXISTS (SELECT 1 FROM cell WHERE mean IS NOT NULL)
    AND (SELECT max(place) FROM used) <= 40
ORDER BY y.place, x.place
