-- Is this experiment a random search, over all its axes at once?
SELECT 1 AS yes FROM note WHERE experiment = :experiment AND key = 'draws' AND value <> ''
