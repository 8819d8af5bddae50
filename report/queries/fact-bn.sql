-- What batch normalisation does for nine layers.
SELECT replace(printf('%+.2f', 100 * mean), '-', '−') || CASE WHEN high IS NULL THEN '' ELSE printf(' ± %.2f', 100 * (high - mean)) END AS gain
FROM paired WHERE experiment = '9layer-bn'
