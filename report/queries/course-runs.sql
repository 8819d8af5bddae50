-- The runs of a task of the course, each beside what was published for it, and what it changes.
WITH mine (id) AS ( -- the plain run of the task, and what is compared with it or with one of these
    SELECT experiment FROM descent WHERE ancestor = :task AND experiment GLOB :course
), one AS (
    SELECT s.*, p.low AS from_, p.high AS to_, CASE WHEN s.n >= 3 OR NOT p.inside THEN p.inside END AS inside
    FROM mine JOIN summary s ON s.experiment = mine.id JOIN prediction p ON p.experiment = s.experiment AND p.label = s.label
), told AS (
    SELECT e.*, e.id IN (SELECT experiment FROM sound) AND e.published IS NOT NULL AS comparable FROM mine JOIN experiment e ON e.id = mine.id
)
SELECT run, "mean %", sd, n, "95 % interval of the mean", published, "published range", "95 % of single trainings", verdict, diverged FROM (
SELECT CASE e.id WHEN :task THEN 'plain' ELSE coalesce(nullif(e.title, ''), e.id) END || CASE one.label WHEN '' THEN '' ELSE ', ' || one.label END AS run,
    e.ord AS a, e.id AS b, one.ord AS c, one.label AS d, -1 AS f,
    CASE WHEN one.mean IS NULL THEN '–' ELSE printf('%.2f', 100 * one.mean + 1e-9) END AS "mean %",
    CASE WHEN one.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * one.sd) END AS sd, one.n,
    CASE WHEN two_kinds THEN 'two kinds of seeds' WHEN one.low IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * one.low, 100 * one.high) END AS "95 % interval of the mean",
    CASE WHEN comparable THEN printf('%.2f', 100 * e.published) ELSE '–' END AS published,
    CASE WHEN comparable AND e.lowest IS NOT NULL THEN printf('%.1f to %.1f', 100 * e.lowest, 100 * e.highest) ELSE '–' END AS "published range",
    CASE WHEN two_kinds THEN 'two kinds of seeds' WHEN from_ IS NULL THEN '–'
        ELSE printf('%.2f to %.2f', 100 * from_, 100 * to_) END AS "95 % of single trainings",
    CASE WHEN NOT comparable THEN coalesce((SELECT 'not compared: ' || value FROM note WHERE experiment = e.id AND key = 'unlike'), '–')
        WHEN one.inside = 1 THEN '✓ reproduced' WHEN one.inside = 0 THEN '✗ not reproduced' ELSE '? cannot tell' END AS verdict,
    one.diverged
FROM told e JOIN one ON one.experiment = e.id
UNION ALL -- other scores at the end of the same trainings; their range is as much wider than their interval as that of the view prediction
SELECT v.name || CASE e.id WHEN :task THEN '' ELSE ', ' || coalesce(nullif(e.title, ''), e.id) END || CASE v.label WHEN '' THEN '' ELSE ', ' || v.label END,
    e.ord, e.id, v.ord, v.label, v.place, printf('%.2f', 100 * v.mean + 1e-9), CASE WHEN v.sd IS NULL THEN '–' ELSE printf('%.2f', 100 * v.sd) END, v.n,
    CASE WHEN v.low IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * v.low, 100 * v.high) END,
    CASE WHEN v.reported IS NULL THEN '–' ELSE printf('%.2f', 100 * v.reported) END, '–',
    CASE WHEN v.half IS NULL THEN '–' ELSE printf('%.2f to %.2f', 100 * (v.mean - v.half), 100 * (v.mean + v.half)) END,
    CASE WHEN v.reported IS NULL THEN '–' WHEN v.half IS NULL THEN '? cannot tell' WHEN abs(v.reported - v.mean) > v.half THEN '✗ not reproduced'
        WHEN v.n >= 3 THEN '✓ reproduced' ELSE '? cannot tell' END, 0
FROM told e JOIN (
    SELECT s.*, max(s.high - s.mean, s.mean - s.low) * sqrt(s.n + 1) AS half, CASE WHEN s.experiment IN (SELECT experiment FROM sound) THEN
        (SELECT CAST(value AS REAL) FROM note WHERE experiment = s.experiment AND key = 'published.' || s.name) END AS reported
    FROM variant_summary s
) v ON v.experiment = e.id AND v.mean IS NOT NULL
) ORDER BY a, b, c, d, f
