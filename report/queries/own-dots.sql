-- The accuracy of every training of an experiment of one's own, with mean and 95 % interval of each setting: the sixty best where there are more.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH best AS (
    SELECT * FROM summary WHERE experiment = :experiment AND n > 0 ORDER BY mean DESC, ord, label LIMIT 60
), these AS (
    SELECT b.*, row_number() OVER (ORDER BY ord, label) AS place FROM best b
)
SELECT coalesce(nullif(replace(replace(t.label, ', ', ' · '), ',', ' '), ''), :experiment) AS setting, t.place AS "row", f.seed, f.value AS accuracy,
    row_number() OVER each AS member, count(*) OVER (PARTITION BY f.label) AS seeds, t.mean, t.low, t.high,
    (SELECT part FROM experiment WHERE id = :experiment) AS part
FROM these t JOIN figure f ON f.experiment = t.experiment AND f.label = t.label AND f.value IS NOT NULL
WINDOW each AS (PARTITION BY f.label ORDER BY f.seed) ORDER BY "row", f.seed
