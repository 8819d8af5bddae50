-- How much there is.
SELECT printf('%,d in %s', count(*),
    CASE WHEN sum(seconds) < 120 THEN printf('%.0f s', sum(seconds)) WHEN sum(seconds) < 3600 THEN printf('%.0f min', sum(seconds) / 60) ELSE printf('%.1f h', sum(seconds) / 3600) END)
FROM run WHERE status IN ('done', 'diverged') HAVING count(*) > 0
