-- One axis of a random search: each configuration of each rung at its value, with the mean accuracy over its seeds and the standard error of that
-- mean, from the spread over seeds of all configurations of the rung together. Values that are no numbers have places side by side. A run's number in
-- its experiment is its configuration's plus its rung's times the draws.
-- A run's settings have no row where a newer setting has the value that changes nothing, its default.
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
WITH fallback (value) AS (
    SELECT value FROM json_each(:defaults) WHERE key = :axis
), search (draws) AS (
    SELECT CAST(value AS INTEGER) FROM note WHERE experiment = :experiment AND key = 'draws'
), one (label, run) AS (
    SELECT label, min(run) FROM experiment_run WHERE experiment = :experiment GROUP BY label
), lies AS (
    SELECT o.label, coalesce(s.value, f.value) AS value,
        CASE WHEN s.key IS NOT NULL THEN s.number WHEN f.value GLOB '[0-9.]*' THEN CAST(f.value AS REAL) END AS number
    FROM one o LEFT JOIN setting s ON s.run = o.run AND s.key = :axis LEFT JOIN fallback f
), dot AS (
    SELECT l.*, s.ord, s.n, s.mean, s.sd, s.ord / draws + 1 AS rung, dense_rank() OVER (ORDER BY l.number, l.value) AS place
    FROM search CROSS JOIN lies l JOIN summary s ON s.experiment = :experiment AND s.label = l.label AND s.n > 0
), noise AS (
    SELECT rung, sqrt(sum((n - 1) * sd * sd) / sum(n - 1)) AS sd FROM dot WHERE n > 1 GROUP BY rung
), scale AS (
    SELECT count(number) = count(*) AS numbers, min(number) >= 0 AND max(number) > 20 * min(number) FILTER (WHERE number > 0) AS logarithmic FROM dot
)
SELECT CASE WHEN scale.numbers THEN d.number END AS number, d.place, replace(replace(d.value, ', ', ' · '), ',', ' ') AS value, d.rung,
    (SELECT nullif(value, '') FROM note WHERE experiment = :experiment AND key = 'grows') AS grows,
    (SELECT CAST(nullif(value, '') AS INTEGER) FROM note WHERE experiment = :experiment AND key = 'length.' || (d.rung - 1)) AS length,
    d.n AS seeds, d.mean, noise.sd / sqrt(d.n) AS standard_error, coalesce(scale.logarithmic, 0) AS logarithmic,
    :axis AS axis, (SELECT part FROM experiment WHERE id = :experiment) AS part
FROM dot d CROSS JOIN scale LEFT JOIN noise ON noise.rung = d.rung ORDER BY d.rung, d.ord
