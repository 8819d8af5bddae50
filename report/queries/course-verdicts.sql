-- How many of what was published for the tasks of the course is reproduced, and how many of the claimed differences hold. Nothing where
-- nothing can be compared.
WITH accuracies (holds) AS (
    SELECT CASE WHEN p.n >= 3 OR NOT p.inside THEN p.inside END FROM prediction p JOIN sound s ON s.experiment = p.experiment
    WHERE p.experiment GLOB :course AND p.published IS NOT NULL AND p.n > 0
    UNION ALL -- of other scores at the end, as in course-runs.sql
    SELECT CASE WHEN abs(reported - mean) > half THEN 0 WHEN n >= 3 THEN half IS NOT NULL OR NULL END FROM (
        SELECT v.*, max(v.high - v.mean, v.mean - v.low) * sqrt(v.n + 1) AS half, CAST(o.value AS REAL) AS reported FROM variant_summary v
        JOIN sound s ON s.experiment = v.experiment JOIN note o ON o.experiment = v.experiment AND o.key = 'published.' || v.name
        WHERE v.experiment GLOB :course AND v.mean IS NOT NULL)
), differences (holds) AS (
    SELECT CASE WHEN p.two_kinds THEN CASE WHEN p.n >= 5 AND p.least > 0 THEN n.value = 'higher' WHEN p.n >= 5 AND p.most < 0 THEN n.value = 'lower' END
        WHEN p.low > 0 THEN n.value = 'higher' WHEN p.high < 0 THEN n.value = 'lower' END
    FROM paired p JOIN note n ON n.experiment = p.experiment AND n.key = 'expect' AND n.value IN ('higher', 'lower')
    WHERE p.experiment GLOB :course AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
)
SELECT verdicts FROM (SELECT coalesce((SELECT printf('Of %d published accuracies %d are reproduced, %d are not, %d cannot be told. ', count(*), coalesce(sum(holds), 0),
        coalesce(sum(NOT holds), 0), sum(holds IS NULL)) FROM accuracies HAVING count(*) > 0), '')
    || coalesce((SELECT printf('Of %d claimed differences %d hold, %d do not, %d cannot be told.', count(*), coalesce(sum(holds), 0),
        coalesce(sum(NOT holds), 0), sum(holds IS NULL)) FROM differences HAVING count(*) > 0), '') AS verdicts) WHERE verdicts <> ''
