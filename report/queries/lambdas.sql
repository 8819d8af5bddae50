-- Every value of lambda that a search tried: accuracy on the validation images over the seeds, the standard error of that mean from the
-- spread of all values together, and the range that the search could not tell from the best.
WITH value AS (
    SELECT CAST(substr(s.label, instr(s.label, '=') + 1) AS REAL) AS lambda, s.*, (s.n - 1) * s.sd * s.sd AS squares
    FROM summary s WHERE s.experiment = :experiment AND s.label LIKE 'lambda=%' AND s.n > 0
), noise AS (
    SELECT sqrt(sum(squares) / sum(n - 1)) AS sd FROM value WHERE n > 1
)
SELECT lambda, n AS seeds, mean, noise.sd / sqrt(n) AS standard_error, least, most, 3.83e-3 AS report,
    (SELECT CAST(value AS REAL) FROM note WHERE experiment = :experiment AND key = 'low') AS low,
    (SELECT CAST(value AS REAL) FROM note WHERE experiment = :experiment AND key = 'high') AS high
FROM value CROSS JOIN noise ORDER BY lambda
