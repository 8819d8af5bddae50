-- Has any run of the page an accuracy that it is compared by?
SELECT 1 AS yes FROM figure WHERE experiment = 'all of them' AND value IS NOT NULL LIMIT 1
