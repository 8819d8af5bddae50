-- An experiment of one's own that varies one setting whose values are numbers: every training over its value, and mean and 95 % interval of each
-- value. `logarithmic` where the values span more than a factor of twenty.
WITH varied AS (
    SELECT key FROM label_place WHERE experiment = :experiment GROUP BY key HAVING count(DISTINCT value) > 1
), value AS (
    SELECT s.label, s.mean, s.low, s.high, p.key, p.number FROM summary s
    JOIN label_place p ON p.experiment = s.experiment AND p.label = s.label AND p.key IN (SELECT key FROM varied)
    WHERE s.experiment = :experiment
)
SELECT v.number AS value, v.key AS setting, f.seed, f.value AS accuracy, row_number() OVER (PARTITION BY f.label ORDER BY f.seed) AS member,
    v.mean, v.low, v.high, (SELECT max(number) > 20 * min(number) FILTER (WHERE number > 0) AND min(number) >= 0 FROM value) AS logarithmic,
    (SELECT part FROM experiment WHERE id = :experiment) AS part
FROM value v JOIN figure f ON f.experiment = :experiment AND f.label = v.label AND f.value IS NOT NULL
WHERE (SELECT count(*) FROM varied) = 1 AND (SELECT count(DISTINCT number) = count(DISTINCT label) AND count(number) = count(*) FROM value)
ORDER BY v.number, f.seed
