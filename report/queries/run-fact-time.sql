-- How long the training took, and with how many threads.
SELECT CASE WHEN seconds < 120 THEN printf('%.1f s', seconds) WHEN seconds < 7200 THEN printf('%.1f min', seconds / 60) ELSE printf('%.1f h', seconds / 3600) END
    || CASE threads WHEN 1 THEN ', 1 thread' ELSE printf(', %d threads', threads) END AS time FROM run
