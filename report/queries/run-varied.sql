-- Have the runs further scores of their end?
SELECT 1 AS yes FROM variant v JOIN run r ON r.id = v.run LIMIT 1
