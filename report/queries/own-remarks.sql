-- What must be said about the tables and figures of an experiment of one's own: why something is not there, and what stands for what.
WITH mine AS (
    SELECT * FROM summary WHERE experiment = :experiment
), runs AS (
    SELECT r.status, l.label FROM experiment_run l JOIN run r ON r.id = l.run WHERE l.experiment = :experiment
), whole AS (
    SELECT e.*, (SELECT count(*) FROM mine) AS settings, (SELECT count(*) FROM mine WHERE n > 0) AS ended FROM experiment e WHERE e.id = :experiment
), rises (yes) AS ( -- a range test: that it diverges at the high end is expected
    SELECT EXISTS (SELECT 1 FROM note WHERE experiment = :experiment AND key = 'range_test' AND value = 'yes')
), told AS ( -- where the published value can be compared with ours
    SELECT e.published, e.source, s.mean, p.low, p.high, p.inside FROM whole e JOIN mine s ON s.mean IS NOT NULL
    JOIN prediction p ON p.experiment = s.experiment AND p.label = s.label
    WHERE e.settings = 1 AND e.published IS NOT NULL AND NOT EXISTS (SELECT 1 FROM note WHERE experiment = :experiment AND key = 'quick' AND value = 'yes')
        AND NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run LEFT JOIN dataset d ON d.digest = r.data_digest
            WHERE l.experiment = :experiment AND r.data_kind NOT IN ('official', 'once-through-JPEG')
            AND (r.data_kind IN ('synthetic', 'unknown') OR d.digest IS NULL))
), remark (place, remark) AS (
    SELECT 1, 'A quick look: trainings were cut short, and these figures mean nothing.' FROM note
    WHERE experiment = :experiment AND key = 'quick' AND value = 'yes'
    UNION ALL
    SELECT 2, CASE WHEN settings = 0 THEN 'Not run yet.'
        WHEN NOT EXISTS (SELECT 1 FROM runs WHERE status <> 'diverged') THEN 'All its trainings diverged: there is no figure to draw.'
        ELSE 'No training has ended with a figure yet.' END
    FROM whole, rises WHERE ended = 0 AND NOT EXISTS (SELECT 1 FROM gradcheck WHERE experiment = :experiment) AND (settings = 0 OR NOT rises.yes)
    UNION ALL
    SELECT 3, count(*) || ' of ' || (SELECT count(*) FROM runs) || ' trainings diverged: ' || (SELECT group_concat(words, '; ') FROM (
            SELECT coalesce(nullif(label, ''), 'its one setting') || ' (' || diverged || ')' AS words FROM mine WHERE diverged > 0 ORDER BY ord, label LIMIT 8))
        || CASE WHEN (SELECT count(*) FROM mine WHERE diverged > 0) > 8 THEN '; …' ELSE '' END || '. They have no accuracy, and no curve here.'
    FROM runs WHERE status = 'diverged' AND (SELECT ended FROM whole) > 0 AND NOT (SELECT yes FROM rises) HAVING count(*) > 0
    UNION ALL
    SELECT 3, count(*) || ' of ' || (SELECT count(*) FROM runs) || ' seeds diverged at the high end, as a range test may; their lines end there.'
    FROM runs WHERE status = 'diverged' AND (SELECT yes FROM rises) HAVING count(*) > 0
    UNION ALL
    SELECT 4, count(*) || CASE count(*) WHEN 1 THEN ' training has' ELSE ' trainings have' END || ' not ended.' FROM runs
    WHERE status NOT IN ('done', 'diverged') HAVING count(*) > 0
    UNION ALL
    SELECT 5, 'One seed each: there is no interval, and neighbours differ by chance as well.' WHERE (SELECT max(n) FROM mine) = 1
    UNION ALL
    SELECT 6, 'Where some seeds learn and others do not, there is no interval: their mean describes neither.'
    WHERE EXISTS (SELECT 1 FROM mine WHERE two_kinds)
    UNION ALL
    SELECT 7, CASE WHEN NOT EXISTS (SELECT 1 FROM experiment o WHERE o.id = whole.against)
            OR NOT EXISTS (SELECT 1 FROM experiment_run o WHERE o.experiment = whole.against)
        THEN 'It is to be compared with ' || against || ', which has no runs here.'
        WHEN NOT EXISTS (SELECT 1 FROM figure a JOIN figure b ON b.data = a.data WHERE a.experiment = :experiment AND b.experiment = against)
        THEN 'It is to be compared with ' || against || ', which was trained on other data: there is no difference to tell.'
        ELSE 'No setting and seed of it is also one of ' || against || ', so there is no difference.' END
    FROM whole WHERE against <> '' AND ended > 0 AND NOT EXISTS (SELECT 1 FROM paired WHERE experiment = :experiment)
    UNION ALL
    SELECT 8, 'Of ' || ended || ' settings the curves show five: the three best, the middle one and the worst, by mean accuracy.'
    FROM whole WHERE ended > 8
    UNION ALL
    SELECT 9, 'The dots are those of the 60 best of ' || ended || ' settings; the table has all.' FROM whole WHERE ended > 60
    UNION ALL
    SELECT 10, 'Its trainings saw several data sets (' || group_concat(kind, ', ') || '): do not compare them.' FROM (
        SELECT DISTINCT coalesce(d.name, r.data_kind) || ' ' || substr(r.data_digest, 1, 8) AS kind FROM experiment_run l JOIN run r ON r.id = l.run
        LEFT JOIN dataset d ON d.digest = r.data_digest
        WHERE l.experiment = :experiment) HAVING count(*) > 1
    UNION ALL
    SELECT 11, printf('Published is %.2f %%, ours is %.2f %%', 100 * published, 100 * mean + 1e-9)
        || CASE WHEN inside IS NULL THEN '.' ELSE printf('; 95 %% of single trainings lie from %.2f to %.2f: the published one is %s.', 100 * low,
            100 * high, CASE inside WHEN 1 THEN 'one of them' ELSE 'none of them' END) END
    FROM told
    UNION ALL
    SELECT 12, 'It is not compared with what was published: ' || value || '.' FROM note WHERE experiment = :experiment AND key = 'unlike'
)
SELECT place, remark FROM remark ORDER BY place
