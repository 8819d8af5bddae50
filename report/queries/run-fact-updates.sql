-- How many updates, and epochs.
SELECT printf('%,d', updates) || coalesce(printf(' in %.1f epochs', (SELECT epoch FROM point p WHERE p.run = r.id ORDER BY upd DESC LIMIT 1)), '') AS updates FROM run r
