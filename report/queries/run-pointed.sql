-- Was one point recorded of some run?
SELECT 1 AS yes FROM run r JOIN point p ON p.run = r.id LIMIT 1
