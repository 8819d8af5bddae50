-- Has any team a seed that the first one has, too, on the same data?
SELECT 1 AS yes FROM paired LIMIT 1
