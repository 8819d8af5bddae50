-- The difference of each team to the first one, over the seeds that both have. Where some seeds learn and others do not, differences come in
-- two kinds, and an interval about their mean means nothing.
SELECT p.experiment AS "kind", p.against AS "compared with", replace(printf('%+.2f', 100 * p.mean + 1e-9), '-', '−') AS "difference, points",
    CASE WHEN p.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * p.sd) END AS sd, p.n AS pairs,
    replace(printf('%+.2f to %+.2f', 100 * p.least, 100 * p.most), '-', '−') AS "lowest to highest",
    CASE WHEN p.two_kinds THEN 'two kinds of seeds' WHEN p.low IS NULL THEN '–'
        ELSE replace(printf('%+.2f to %+.2f', 100 * p.low, 100 * p.high), '-', '−') END AS "95 % interval",
    CASE WHEN p.n = 1 THEN 'one pair tells nothing'
        WHEN p.two_kinds THEN CASE WHEN p.least > 0 AND p.n >= 5 THEN 'better with every seed'
            WHEN p.most < 0 AND p.n >= 5 THEN 'worse with every seed' ELSE 'not told apart' END
        WHEN p.low > 0 THEN 'better' WHEN p.high < 0 THEN 'worse' ELSE 'not told apart' END AS verdict
FROM paired p JOIN experiment e ON e.id = p.experiment ORDER BY e.ord LIMIT 100
