-- All experiments of one's own at once, for own-claims.sql.
SELECT 'every experiment' AS name, '' AS experiment
