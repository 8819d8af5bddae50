-- Every value of lambda that a search tried: accuracy on the validation images over the seeds, the standard error of that mean from the
-- spread of all values together, and the range that the search could not tell from the best. The published best value stands there only
-- where it can be compared.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), value AS (
    SELECT p.number AS lambda, s.*, (s.n - 1) * s.sd * s.sd AS squares
    FROM summary s JOIN label_place p ON p.experiment = s.experiment AND p.label = s.label AND p.key = 'lambda'
    WHERE s.experiment = :experiment AND s.n > 0
), noise AS (
    SELECT sqrt(sum(squares) / sum(n - 1)) AS sd FROM value WHERE n > 1
)
SELECT lambda, n AS seeds, mean, noise.sd / sqrt(n) AS standard_error, least, most,
    (SELECT CAST(n.value AS REAL) FROM note n JOIN sound ON yes WHERE n.experiment = :experiment AND n.key = 'published.lambda') AS published,
    (SELECT CASE WHEN source LIKE 'DD2424 report%' THEN 'the report' ELSE 'published' END FROM experiment WHERE id = :experiment) AS publisher,
    (SELECT CAST(value AS REAL) FROM note WHERE experiment = :experiment AND key = 'low') AS low,
    (SELECT CAST(value AS REAL) FROM note WHERE experiment = :experiment AND key = 'high') AS high, value.label
FROM value CROSS JOIN noise ORDER BY lambda
