-- Do the runs of this experiment have further scores of their end?
SELECT 1 AS yes FROM variant_summary WHERE experiment = :experiment LIMIT 1
