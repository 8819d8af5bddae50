-- What kind of report this is, in a sentence.
SELECT CASE
    WHEN NOT EXISTS (SELECT 1 FROM experiment_run) AND NOT EXISTS (SELECT 1 FROM gradcheck)
    THEN CASE WHEN EXISTS (SELECT 1 FROM run WHERE maker = 'train') THEN 'Single trainings alone: none belongs to an experiment.'
        WHEN EXISTS (SELECT 1 FROM run) THEN 'No training in the store belongs to an experiment: this page is empty.'
        ELSE 'Nothing has been run yet: this page is empty.' END
    WHEN EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
    THEN 'A quick look: trainings were cut short after a few hundred updates. The figures on this page mean nothing; only its form '
        || 'does.'
    ELSE (SELECT count(*) || CASE count(*) WHEN 1 THEN ' training' ELSE ' trainings' END
            || CASE WHEN min(updates) < max(updates) THEN printf(' of %,d to %,d updates', min(updates), max(updates))
                ELSE coalesce(printf(' of %,d updates', max(updates)) || CASE WHEN count(*) > 1 THEN ' each' ELSE '' END, '') END
            FROM run WHERE status = 'done')
        || coalesce(', ' || (SELECT nullif(count(*), 0) FROM run WHERE status = 'diverged') || ' more that diverged', '')
        || coalesce(', ' || (SELECT nullif(count(*), 0) FROM run WHERE status NOT IN ('done', 'diverged')) || ' unfinished', '')
        || coalesce('; experiments not run yet: ' || (SELECT nullif(count(*), 0) FROM experiment e
            WHERE NOT EXISTS (SELECT 1 FROM experiment_run l WHERE l.experiment = e.id)
            AND NOT EXISTS (SELECT 1 FROM gradcheck g WHERE g.experiment = e.id)), '') || '.'
        || coalesce(' Not compared with what was published: ' || (SELECT group_concat(words, '; ') FROM (
            SELECT e.id || ' (' || n.value || ')' AS words FROM note n JOIN experiment e ON e.id = n.experiment WHERE n.key = 'unlike'
            ORDER BY e.ord, e.id LIMIT 3)) || CASE WHEN (SELECT count(*) FROM note WHERE key = 'unlike') > 3 THEN '; …' ELSE '' END || '.', '')
END AS mode
