-- The difference that one change makes, seed by seed. Where some seeds learn and others do not, differences come in two kinds, and an
-- interval about their mean means nothing; then only all seeds agreeing means something (five of five by chance: once in 32).
WITH pair AS (
    SELECT m.experiment, min(m.value - o.value) AS least, max(m.value - o.value) AS most
    FROM figure m JOIN experiment e ON e.id = m.experiment
    JOIN figure o ON o.experiment = e.against AND o.seed = m.seed AND o.label = m.label
    WHERE m.label = '' AND m.value IS NOT NULL AND o.value IS NOT NULL GROUP BY m.experiment
)
SELECT p.experiment, p.against AS "compared with", printf('%+.2f', 100 * p.mean) AS "difference, points",
    CASE WHEN p.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * p.sd) END AS sd, p.n AS pairs,
    printf('%.2f to %.2f', 100 * pair.least, 100 * pair.most) AS "lowest to highest",
    CASE WHEN p.low IS NULL THEN '–' WHEN pair.most - pair.least > 0.2 THEN 'two kinds of seeds'
        ELSE printf('%.2f to %.2f', 100 * p.low, 100 * p.high) END AS "95 % interval",
    CASE WHEN p.low IS NULL THEN 'one pair tells nothing'
        WHEN pair.most - pair.least > 0.2 THEN CASE WHEN pair.least > 0 AND p.n >= 5 THEN 'better with every seed'
            WHEN pair.most < 0 AND p.n >= 5 THEN 'worse with every seed' ELSE 'not told apart' END
        WHEN p.low > 0 THEN 'better' WHEN p.high < 0 THEN 'worse' ELSE 'not told apart' END AS verdict
FROM paired p JOIN pair ON pair.experiment = p.experiment JOIN experiment e ON e.id = p.experiment
WHERE p.label = '' ORDER BY e.ord, e.id
