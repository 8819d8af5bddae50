-- What each run of a task changes, from the settings of its first training: the plain one in the defaults, another in what it is compared with.
WITH mine (id) AS ( -- the plain run of the task, and what is compared with it or with one of these
    SELECT experiment FROM descent WHERE ancestor = :task AND experiment GLOB :course
), first (id, run) AS (
    SELECT l.experiment, min(l.run) FROM mine JOIN experiment_run l ON l.experiment = mine.id GROUP BY l.experiment
), said (id, key, ord, value) AS (
    SELECT f.id, s.key, s.ord, s.value FROM first f JOIN setting s ON s.run = f.run WHERE s.key NOT IN ('name', 'seed', 'threads', 'backend', 'diagnose')
), changed (id, ord, words) AS ( -- a list of widths is no list of changes
    SELECT s.id, s.ord, s.key || ' = ' || s.value FROM said s JOIN experiment e ON e.id = s.id
    LEFT JOIN said o ON o.id = e.against AND o.key = s.key LEFT JOIN json_each(:defaults) d ON d.key = s.key
    WHERE s.value IS NOT coalesce(o.value, d.value)
    UNION ALL -- what it has left at its default
    SELECT e.id, o.ord, o.key || ' = ' || d.value FROM mine JOIN experiment e ON e.id = mine.id JOIN said o ON o.id = e.against
    JOIN json_each(:defaults) d ON d.key = o.key
    WHERE d.value <> o.value AND EXISTS (SELECT 1 FROM first WHERE first.id = e.id)
        AND NOT EXISTS (SELECT 1 FROM said s WHERE s.id = e.id AND s.key = o.key)
)
SELECT CASE e.id WHEN :task THEN 'plain' ELSE coalesce(nullif(e.title, ''), e.id) END AS run,
    coalesce((SELECT group_concat(words, '; ') FROM (SELECT words FROM changed WHERE changed.id = e.id ORDER BY ord)), '–') AS "what it changes",
    CASE WHEN e.id = :task OR o.id IS NULL THEN 'the defaults' WHEN o.id = :task THEN 'plain' ELSE coalesce(nullif(o.title, ''), o.id) END AS "in",
    coalesce(nullif(e.claim, ''), '–') AS claim
FROM mine JOIN experiment e ON e.id = mine.id JOIN first f ON f.id = e.id LEFT JOIN experiment o ON o.id = e.against ORDER BY e.ord, e.id
