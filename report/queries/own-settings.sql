-- The settings of an experiment of one's own: mean, spread and 95 % interval over the seeds.
SELECT coalesce(nullif(label, ''), 'its one setting') AS setting, CASE WHEN mean IS NULL THEN '–' ELSE printf('%.2f', 100 * mean + 1e-9) END AS "mean %",
    CASE WHEN sd IS NULL THEN '–' ELSE printf('%.2f', 100 * sd) END AS sd, n,
    CASE WHEN two_kinds THEN 'two kinds of seeds' WHEN low IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * low, 100 * high) END
        AS "95 % interval of the mean",
    CASE WHEN least IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * least, 100 * most) END AS "lowest to highest", diverged
FROM summary WHERE experiment = :experiment ORDER BY ord, label
