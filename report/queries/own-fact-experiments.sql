-- How many experiments of one's own there are.
SELECT count(*) AS experiments FROM experiment WHERE id NOT IN (SELECT value FROM json_each(:assignment))
