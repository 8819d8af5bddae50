-- What batch normalisation does for nine layers. Where some seeds learn and others do not, an interval about the mean means nothing.
WITH pair AS (
    SELECT max(m.value - o.value) - min(m.value - o.value) > 0.2 AS two_kinds
    FROM figure m JOIN figure o ON o.experiment = '9layer' AND o.seed = m.seed AND o.label = m.label
    WHERE m.experiment = '9layer-bn' AND m.value IS NOT NULL AND o.value IS NOT NULL
)
SELECT replace(printf('%+.2f', 100 * mean), '-', '−')
    || CASE WHEN high IS NULL OR two_kinds THEN '' ELSE printf(' ± %.2f', 100 * (high - mean)) END AS gain
FROM paired CROSS JOIN pair WHERE experiment = '9layer-bn' AND against = '9layer'
