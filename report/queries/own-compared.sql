-- The settings of an experiment of one's own that is compared with another: own-settings.sql, and the difference of the seeds that both have.
SELECT coalesce(nullif(s.label, ''), 'its one setting') AS setting,
    CASE WHEN s.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * s.mean + 1e-9) END AS "mean %",
    CASE WHEN s.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * s.sd) END AS sd, s.n,
    CASE WHEN s.two_kinds THEN 'two kinds of seeds' WHEN s.low IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * s.low, 100 * s.high) END
        AS "95 % interval of the mean",
    CASE WHEN p.mean IS NULL THEN '–' ELSE replace(printf('%+.2f', 100 * p.mean + 1e-9), '-', '−') END AS "difference, points",
    CASE WHEN p.two_kinds THEN 'two kinds of seeds' WHEN p.low IS NULL THEN '–'
        ELSE replace(printf('%+.2f to %+.2f', 100 * p.low, 100 * p.high), '-', '−') END AS "its 95 % interval",
    coalesce(p.n, 0) AS pairs, s.diverged
FROM summary s LEFT JOIN paired p ON p.experiment = s.experiment AND p.label = s.label
WHERE s.experiment = :experiment ORDER BY s.ord, s.label
