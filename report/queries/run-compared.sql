-- Is there more than one team, runs that differ in more than the seed?
SELECT 1 AS yes WHERE (SELECT count(*) FROM team) > 1
