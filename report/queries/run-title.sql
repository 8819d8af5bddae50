-- What the page is about, in a few words.
SELECT CASE WHEN count(*) = 1 THEN min(name) || ', seed ' || min(seed)
    WHEN (SELECT count(*) FROM team) = 1 THEN min((SELECT name FROM team)) || ', ' || count(*) || ' seeds'
    ELSE count(*) || ' trainings side by side' END AS title
FROM run
