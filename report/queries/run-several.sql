-- Is the page about several runs?
SELECT 1 AS yes WHERE (SELECT count(*) FROM run) > 1
