-- What people wrote beside the runs.
SELECT substr(n.run, 1, 12) AS run, replace(substr(n.created, 1, 16), 'T', ' ') AS "written, UTC", n.words AS note
FROM run_note n JOIN run r ON r.id = n.run ORDER BY r.place, n.ord LIMIT 200
