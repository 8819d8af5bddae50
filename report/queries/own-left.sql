-- How many experiments of one's own the page has no room for.
SELECT count(*) - 40 AS "left" FROM experiment e WHERE e.id NOT IN (SELECT value FROM json_each(:assignment))
    AND e.id NOT GLOB :course AND e.id NOT GLOB :best HAVING count(*) > 40
