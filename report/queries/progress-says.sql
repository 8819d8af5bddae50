-- How far a laboratory is, in a sentence.
WITH plan AS (
    SELECT min(CAST(n.value AS INTEGER), 1000000000) AS planned, (SELECT count(*) FROM experiment_run l WHERE l.experiment = n.experiment) AS recorded
    FROM note n WHERE n.key = 'planned'
)
SELECT CASE WHEN (SELECT count(*) FROM plan) = 0 THEN 'A laboratory is at work'
        ELSE (SELECT printf('A laboratory is at work: %,d of %,d trainings that it comes to at most are recorded', sum(min(recorded, planned)), sum(planned))
            FROM plan) END
    || coalesce((SELECT ', the latest at ' || substr(max(created), 12, 8) || ' UTC' FROM run), '') || '. This page looks again every 10 seconds.' AS progress
