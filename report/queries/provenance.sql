-- Where the figures come from: what every run recorded of program, machine and data. Where runs differ, each value with their number.
WITH name (key, ord, words) AS (
    VALUES ('commit', 2, 'commit'), ('compiler', 3, 'compiler'), ('flags', 4, 'compiler flags'), ('blas', 6, 'BLAS'),
        ('openmp', 7, 'OpenMP'), ('cpu', 8, 'processor'), ('cores', 9, 'processor cores'), ('cpu_level', 5, 'level of the cpu kernels')
), fact (ord, name, value) AS (
    SELECT 1, 'Strata, version', version FROM run
    UNION ALL SELECT coalesce(n.ord, 10), coalesce(n.words, e.key), e.value FROM env e LEFT JOIN name n ON n.key = e.key
    WHERE e.key NOT IN ('strata', 'host')
    UNION ALL SELECT 5, 'kernels (backend)', backend FROM run
    UNION ALL SELECT 11, 'threads allowed', CAST(threads AS TEXT) FROM run
    UNION ALL SELECT 12, 'data', data_kind FROM run
    UNION ALL SELECT 13, 'data, SHA-256', data_digest FROM run
), counted AS (
    SELECT ord, name, value, count(*) AS n, count(*) OVER (PARTITION BY name) AS kinds FROM fact GROUP BY ord, name, value
), time (first, last) AS (
    SELECT replace(substr(min(created), 1, 16), 'T', ' '), replace(substr(max(created), 1, 16), 'T', ' ') FROM run
), line (ord, fact, value) AS (
    SELECT ord, name, group_concat(CASE WHEN kinds > 1 THEN value || ' (' || n || ' runs)' ELSE value END, '; ')
    FROM counted GROUP BY ord, name
    UNION ALL
    SELECT 20, 'trainings',
        count(*) || CASE WHEN sum(status = 'diverged') > 0 THEN ', of which diverged: ' || sum(status = 'diverged') ELSE '' END
    FROM run HAVING count(*) > 0
    UNION ALL
    SELECT 10, 'machines', CAST(count(DISTINCT value) AS TEXT) FROM env WHERE key = 'host' HAVING count(DISTINCT value) > 1
    UNION ALL
    SELECT 21, 'recorded', first || CASE WHEN first < last THEN ' to ' || last ELSE '' END || ' UTC' FROM time WHERE first IS NOT NULL
    UNION ALL
    SELECT 22, 'time of training', printf('%,.0f s, summed over the trainings', sum(seconds)) FROM run HAVING count(*) > 0
)
SELECT fact, value FROM line ORDER BY ord, fact
