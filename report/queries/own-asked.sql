-- What an experiment of one's own asked: the settings that vary and their values, those that all its trainings share and that are not the
-- default, its seeds, what it is judged on and compared with, and what others found. Which machine it was says provenance.sql.
WITH sound (yes) AS ( -- accuracies of other images, or of trainings cut short, are not compared with published ones
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run LEFT JOIN dataset d ON d.digest = r.data_digest
            WHERE l.experiment = :experiment AND r.data_kind NOT IN ('official', 'once-through-JPEG')
            AND (r.data_kind IN ('synthetic', 'unknown') OR d.digest IS NULL))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
), seen AS ( -- what its trainings saw, where that is not plain: other data than the assignment's, or several in the store
    SELECT DISTINCT d.* FROM experiment_run l JOIN run r ON r.id = l.run JOIN dataset d ON d.digest = r.data_digest
    WHERE l.experiment = :experiment AND (r.data_kind NOT IN ('official', 'once-through-JPEG', 'synthetic', 'unknown')
        OR (SELECT count(DISTINCT data_digest) FROM run) > 1)
), thing (things) AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM seen WHERE channels = 0) THEN 'examples' ELSE 'images' END
), mine AS (
    SELECT s.key, s.ord, s.value, s.number, s.key IN (SELECT key FROM axis WHERE experiment = :experiment) AS varies
    FROM experiment_run l JOIN setting s ON s.run = l.run WHERE l.experiment = :experiment AND s.key NOT IN ('name', 'threads')
), kind AS (
    SELECT key, min(ord) AS ord, value, min(number) AS number, max(varies) AS varies FROM mine GROUP BY key, value
), counted AS (
    SELECT key, min(ord) AS ord, count(*) AS n, count(number) AS numbers, group_concat(value, '; ') AS list, min(number) AS least,
        max(number) AS most, max(varies) AS varies
    FROM (SELECT * FROM kind ORDER BY key, number, value) GROUP BY key
), shown (place, ord, words, value, fallback) AS (
    SELECT 0, 0, 'data', name || CASE WHEN title IN ('', name) THEN '' ELSE ' (' || title || ')' END || ': '
        || CASE WHEN channels > 0 THEN printf('images of %d × %d', height, width) || CASE channels WHEN 3 THEN ' in colour' ELSE '' END
            ELSE printf('%,d feature%s', features, CASE features WHEN 1 THEN '' ELSE 's' END) END
        || printf(', %,d classes, %,d examples for training and %,d for the test', classes, train, test), NULL
    FROM seen
    UNION ALL
    SELECT CASE WHEN varies OR n > 1 THEN 1 ELSE 2 END, c.ord, c.key || CASE WHEN varies OR n > 1 THEN ' (varies)' ELSE '' END,
        CASE WHEN n <= 12 OR numbers < n THEN list ELSE printf('%d values from %g to %g', n, least, most) END, d.value
    FROM counted c LEFT JOIN json_each(:defaults) d ON d.key = c.key
    WHERE c.key <> 'seed' AND (varies OR n > 1 OR (c.key <> 'backend' AND d.value IS NOT list))
    UNION ALL SELECT 3, 0, 'seeds', CASE WHEN n = most - least + 1 AND n > 1 THEN printf('%d to %d', least, most) ELSE list END, NULL
    FROM counted WHERE key = 'seed'
    UNION ALL SELECT 4, 0, 'judged by', 'the accuracy on the ' || part || ' ' || things, NULL FROM experiment, thing
    WHERE id = :experiment AND EXISTS (SELECT 1 FROM mine)
    UNION ALL SELECT 5, 0, 'compared with', against || ', seed by seed', NULL FROM experiment WHERE id = :experiment AND against <> ''
    UNION ALL SELECT 6, 0, 'published', (SELECT group_concat(words, ', ') FROM (
            SELECT printf('%.2f %%', 100 * published) AS words WHERE published IS NOT NULL
            UNION ALL SELECT printf('median %.2f %%', 100 * median) WHERE median IS NOT NULL
            UNION ALL SELECT printf('from %.2f to %.2f %%', 100 * lowest, 100 * highest) WHERE lowest IS NOT NULL AND highest IS NOT NULL
        )) || coalesce(' (' || nullif(source, '') || ')', ''), NULL
    FROM experiment, sound WHERE id = :experiment AND coalesce(published, median, lowest + highest) IS NOT NULL AND sound.yes
)
SELECT words AS "asked", value, coalesce(fallback, '–') AS "by default" FROM shown ORDER BY place, ord
