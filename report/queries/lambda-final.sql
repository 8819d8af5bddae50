-- The best lambda, retrained and met with the test images, beside the same net before the search.
SELECT e.id AS experiment, CASE s.label WHEN '' THEN 'λ = 0.005' ELSE replace(s.label, 'lambda=', 'λ = ') END AS setting,
    CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean) END AS "test, mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd, s.n,
    CASE WHEN s.low IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * s.low, 100 * s.high) END AS "95 % interval",
    CASE WHEN e.published IS NULL THEN '–' ELSE printf('%.1f', 100 * e.published) END AS "the report",
    CASE WHEN e.median IS NULL THEN '–' 
        ELSE printf('%.2f (%.2f to %.2f)', 100 * e.median, 100 * e.lowest, 100 * e.highest) END AS "students: median (range)"
FROM experiment e JOIN summary s ON s.experiment = e.id WHERE e.id IN ('lambda-final', '3layer-bn') ORDER BY e.ord
