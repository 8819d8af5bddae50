-- Did any run of the page reach its end?
SELECT 1 AS yes FROM run WHERE status = 'done' LIMIT 1
