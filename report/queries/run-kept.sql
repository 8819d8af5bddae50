-- Has the one run files?
SELECT 1 AS yes FROM artifact a JOIN run r ON r.id = a.run LIMIT 1
