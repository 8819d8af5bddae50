-- Has a training of this experiment ended, so that there is something to draw?
SELECT 1 AS yes FROM summary WHERE experiment = :experiment AND n > 0 LIMIT 1
