-- Was the one run scored at its end?
SELECT 1 AS yes FROM result t JOIN run r ON r.id = t.run LIMIT 1
