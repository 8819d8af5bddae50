-- Does this experiment of one's own say what it expects?
SELECT 1 AS yes FROM note WHERE experiment = :experiment AND key = 'expect'
