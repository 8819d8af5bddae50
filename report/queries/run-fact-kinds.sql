-- How many trainings of how many kinds.
SELECT printf('%,d', count(*)) || CASE (SELECT count(*) FROM team) WHEN 1 THEN '' ELSE printf(' of %,d kinds', (SELECT count(*) FROM team)) END AS kinds FROM run
