-- How many trainings of how many kinds.
SELECT printf('%,d of %,d', count(*), (SELECT count(*) FROM team)) AS kinds FROM run
