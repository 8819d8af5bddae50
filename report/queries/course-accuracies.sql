-- The accuracy of every training of a task of the course, with mean and 95 % interval of each run, and what was published for it.
WITH mine (id) AS ( -- the plain run of the task, and what is compared with it or with one of these
    SELECT experiment FROM descent WHERE ancestor = :task AND experiment GLOB :course
), these AS (
    SELECT e.*, s.label, s.mean, s.low, s.high, e.id IN (SELECT experiment FROM sound) AS comparable,
        dense_rank() OVER (ORDER BY e.ord, e.id, s.ord, s.label) AS place,
        CASE e.id WHEN :task THEN 'plain' ELSE coalesce(nullif(e.title, ''), e.id) END || CASE s.label WHEN '' THEN '' ELSE ', ' || s.label END AS name
    FROM mine JOIN experiment e ON e.id = mine.id JOIN summary s ON s.experiment = e.id AND s.n > 0
)
-- gnuplot ends a text at a comma, whatever stands in quotes, so names have dots for them.
SELECT replace(replace(e.name, ', ', ' · '), ',', ' ') AS experiment, e.place AS "row", f.seed, f.value AS accuracy,
    row_number() OVER each AS member, count(*) OVER (PARTITION BY f.experiment, f.label) AS seeds, e.mean, e.low, e.high,
    CASE WHEN comparable THEN e.published END AS published, CASE WHEN comparable THEN e.median END AS median,
    CASE WHEN comparable THEN e.lowest END AS lowest, CASE WHEN comparable THEN e.highest END AS highest, 'published' AS publisher, e.title
FROM these e JOIN figure f ON f.experiment = e.id AND f.label = e.label AND f.value IS NOT NULL
WINDOW each AS (PARTITION BY f.experiment, f.label ORDER BY f.seed)
ORDER BY "row", f.seed
