-- Further scores of the one run's end, and their gain over its own accuracy, in points.
WITH own AS (
    SELECT r.id, (SELECT value FROM result t WHERE t.run = r.id AND t.part = 'test' AND t.what = 'accuracy') AS test FROM run r
), told AS (
    SELECT v.name, min(v.ord) AS ord, max(CASE v.part WHEN 'validation' THEN v.accuracy END) AS validation,
        max(CASE v.part WHEN 'test' THEN v.accuracy END) AS test, max(CASE v.part WHEN 'test' THEN v.loss END) AS loss
    FROM variant v JOIN run r ON r.id = v.run GROUP BY v.name
)
SELECT t.name AS "scored as", CASE WHEN t.test IS NULL THEN '–' ELSE printf('%.2f', 100 * t.test + 1e-9) END AS "test %",
    CASE WHEN t.test IS NULL OR own.test IS NULL THEN '–' ELSE replace(printf('%+.2f', 100 * (t.test - own.test)), '-', '−') END AS "gain, points",
    CASE WHEN t.validation IS NULL THEN '–' ELSE printf('%.2f', 100 * t.validation + 1e-9) END AS "validation %",
    CASE WHEN t.loss IS NULL THEN '–' ELSE printf('%.4f', t.loss) END AS "test loss"
FROM told t CROSS JOIN own ORDER BY t.ord, t.name
