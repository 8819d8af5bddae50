-- The best mean accuracy of a team, with half its interval.
SELECT printf('%.2f %%', 100 * mean + 1e-9) || CASE WHEN low IS NULL OR least = most THEN '' ELSE printf(' ± %.2f', 100 * (high - mean)) END AS best
FROM summary WHERE experiment = 'all of them' AND mean IS NOT NULL ORDER BY mean DESC, ord LIMIT 1
