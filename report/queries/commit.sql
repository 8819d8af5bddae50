-- The commit that trained; the latest where there are several.
SELECT e.value AS "commit" FROM run r JOIN env e ON e.run = r.id AND e.key = 'commit' ORDER BY r.created DESC LIMIT 1
