-- Has somebody written beside a run?
SELECT 1 AS yes FROM run_note n JOIN run r ON r.id = n.run LIMIT 1
