-- The best mean of all experiments that show the test images one setting. Where some seeds learn and others do not, an interval about
-- their mean means nothing.
SELECT printf('%.2f %%', 100 * mean + 1e-9)
    || CASE WHEN high IS NULL THEN '' ELSE printf(' ± %.2f', 100 * max(high - mean, mean - low)) END AS best
FROM summary s JOIN experiment e ON e.id = s.experiment AND e.part = 'test'
WHERE mean IS NOT NULL AND e.id IN (SELECT value FROM json_each(:assignment))
    AND (SELECT count(*) FROM summary o WHERE o.experiment = e.id) = 1 ORDER BY mean DESC LIMIT 1
