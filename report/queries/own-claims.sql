-- What the experiments of one's own were expected to show (`expect` in their files), and what became of it, setting by setting; of one
-- experiment, or of all (''). A claim holds, or does not, when the whole 95 % interval lies on one side; else nobody can tell.
WITH asked AS (
    SELECT e.*, (SELECT value FROM note WHERE experiment = e.id AND key = 'expect') AS expect,
        (SELECT CAST(value AS REAL) FROM note WHERE experiment = e.id AND key = 'expect.low') AS above,
        (SELECT CAST(value AS REAL) FROM note WHERE experiment = e.id AND key = 'expect.high') AS below,
        EXISTS (SELECT 1 FROM note WHERE experiment = e.id AND key = 'quick' AND value = 'yes') AS quick
    FROM experiment e
    WHERE e.id = :experiment OR (:experiment = '' AND e.id NOT IN (SELECT value FROM json_each(:assignment))
        AND e.id NOT GLOB :course AND e.id NOT GLOB :best AND e.claim <> '')
        OR (:experiment = '' AND EXISTS (SELECT 1 FROM note WHERE experiment = e.id AND key = 'expect'))
), found AS ( -- the interval that decides, in the claim's own terms: of the difference, or of the mean
    SELECT a.id, a.ord AS place, a.claim, a.title, a.against, a.expect, a.above, a.below, a.quick, s.label, s.ord,
        a.expect IN ('higher', 'lower') AS compares,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.n ELSE s.n END AS n,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.mean ELSE s.mean END AS mean,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.low ELSE s.low END AS low,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.high ELSE s.high END AS high,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.two_kinds ELSE s.two_kinds END AS two_kinds,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.least ELSE s.least END AS least,
        CASE WHEN a.expect IN ('higher', 'lower') THEN p.most ELSE s.most END AS most
    FROM asked a LEFT JOIN summary s ON s.experiment = a.id
    LEFT JOIN paired p ON p.experiment = a.id AND p.label = s.label
), judged AS (
    SELECT f.*, row_number() OVER (PARTITION BY id ORDER BY ord, label) AS turn, CASE
        WHEN quick OR expect IS NULL OR n IS NULL THEN NULL
        WHEN two_kinds AND NOT compares THEN NULL
        WHEN two_kinds THEN CASE WHEN n >= 5 AND least > 0 THEN expect = 'higher' WHEN n >= 5 AND most < 0 THEN expect = 'lower' END
        WHEN expect = 'higher' THEN CASE WHEN low > 0 THEN 1 WHEN high <= 0 THEN 0 END
        WHEN expect = 'lower' THEN CASE WHEN high < 0 THEN 1 WHEN low >= 0 THEN 0 END
        WHEN expect = 'above' THEN CASE WHEN low > above THEN 1 WHEN high <= above THEN 0 END
        WHEN expect = 'below' THEN CASE WHEN high < below THEN 1 WHEN low >= below THEN 0 END
        WHEN expect = 'between' THEN CASE WHEN low >= above AND high <= below THEN 1 WHEN high < above OR low > below THEN 0 END
    END AS holds FROM found f
)
SELECT CASE claim WHEN '' THEN title ELSE claim END AS claim, id AS experiment, CASE WHEN expect IS NULL THEN '–' ELSE coalesce(nullif(label, ''), '–') END AS setting,
    CASE WHEN expect IS NULL THEN '–' WHEN holds = 1 THEN '✓ holds' WHEN holds = 0 THEN '✗ does not hold' ELSE '? cannot tell' END AS verdict,
    CASE expect WHEN 'above' THEN printf('above %g %%', 100 * above) WHEN 'below' THEN printf('below %g %%', 100 * below)
        WHEN 'between' THEN printf('%g to %g %%', 100 * above, 100 * below) WHEN 'higher' THEN 'higher than ' || against
        WHEN 'lower' THEN 'lower than ' || against ELSE 'nothing (its file has no expect)' END AS expected,
    CASE WHEN mean IS NULL OR expect IS NULL THEN '–' WHEN compares THEN replace(printf('%+.2f points', 100 * mean + 1e-9), '-', '−')
        ELSE printf('%.2f %%', 100 * mean + 1e-9) END AS found,
    CASE WHEN expect IS NULL THEN '–'
        WHEN NOT EXISTS (SELECT 1 FROM experiment_run WHERE experiment = id) THEN 'not run yet'
        WHEN compares AND NOT EXISTS (SELECT 1 FROM experiment_run WHERE experiment = against) THEN against || ' has no runs here'
        WHEN compares AND mean IS NULL THEN 'no seed and setting that ' || against || ' has, too'
        WHEN mean IS NULL THEN 'no training has ended with a figure'
        WHEN quick THEN 'a quick look means nothing'
        WHEN two_kinds THEN 'two kinds of seeds'
        WHEN low IS NULL THEN CASE WHEN compares THEN 'one pair is no interval' ELSE 'one training is no interval' END
        WHEN compares THEN replace(printf('95 %%: %+.2f to %+.2f', 100 * low, 100 * high), '-', '−')
        ELSE printf('95 %%: %.2f to %.2f', 100 * low, 100 * high) END AS "decided by",
    CASE WHEN expect IS NULL THEN '–' ELSE coalesce(n, 0) END AS n
FROM judged WHERE expect IS NOT NULL OR turn = 1 ORDER BY place, id, ord, label
