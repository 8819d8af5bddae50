-- Is this experiment a range test?
SELECT 1 AS yes FROM note WHERE experiment = :experiment AND key = 'range_test' AND value = 'yes'
