-- The best mean of all experiments that show the test images one setting.
SELECT printf('%.2f %%', 100 * mean) || CASE WHEN high IS NULL THEN '' ELSE printf(' ± %.2f', 100 * (high - mean)) END AS best
FROM summary s JOIN experiment e ON e.id = s.experiment AND e.part = 'test'
WHERE mean IS NOT NULL AND e.id NOT GLOB 'init-grid*' ORDER BY mean DESC LIMIT 1
