-- How many runs the table of runs has no room for.
SELECT printf('%,d', count(*) - 400) AS more FROM run HAVING count(*) > 400
