-- The difference of every pair of seeds of a team and the first one, and its mean and interval: of the forty best teams where there are more.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH these AS (
    SELECT p.*, row_number() OVER (ORDER BY p.mean DESC, e.ord) AS place FROM paired p JOIN experiment e ON e.id = p.experiment
    ORDER BY place LIMIT 40
)
SELECT replace(replace(t.experiment, ', ', ' · '), ',', ' ') AS idea, t.place AS "row", a.seed, a.value - b.value AS difference,
    row_number() OVER each AS member, count(*) OVER (PARTITION BY t.place) AS pairs, t.mean, t.low, t.high, NULL AS published, t.experiment
FROM these t JOIN figure a ON a.experiment = t.experiment AND a.value IS NOT NULL
JOIN figure b ON b.experiment = t.against AND b.label = a.label AND b.seed = a.seed AND b.data = a.data AND b.value IS NOT NULL
WINDOW each AS (PARTITION BY t.place ORDER BY a.seed) ORDER BY "row", a.seed
