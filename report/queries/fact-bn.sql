-- What batch normalisation does for nine layers. Where some seeds learn and others do not, an interval about the mean means nothing.
SELECT replace(printf('%+.2f', 100 * mean + 1e-9), '-', '−')
    || CASE WHEN high IS NULL THEN '' ELSE printf(' ± %.2f', 100 * max(high - mean, mean - low)) END AS gain
FROM paired WHERE experiment = '9layer-bn' AND against = '9layer'
    AND (SELECT count(*) FROM summary WHERE experiment = '9layer-bn') = 1
