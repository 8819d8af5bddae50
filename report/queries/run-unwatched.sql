-- Had some run no points asked for but the last?
SELECT 1 AS yes FROM run r JOIN setting s ON s.run = r.id AND s.key = 'evals' AND s.number = 0 AND r.status = 'done' LIMIT 1
