-- Further scores of the end, over the seeds of each setting: mean accuracy, and the gain over the run's own, in points.
SELECT coalesce(nullif(label, ''), 'its one setting') AS setting, name AS "scored as",
    CASE WHEN mean IS NULL THEN '–' ELSE printf('%.2f', 100 * mean + 1e-9) END AS "mean %",
    CASE WHEN gain IS NULL THEN '–' ELSE printf('%+.2f', 100 * gain) END AS gain,
    CASE WHEN gain_low IS NULL THEN '–' ELSE printf('%+.2f to %+.2f', 100 * gain_low, 100 * gain_high) END AS "95 % interval of the gain", n
FROM variant_summary WHERE experiment = :experiment ORDER BY ord, label, place
