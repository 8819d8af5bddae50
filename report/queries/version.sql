-- The version of Strata that trained; the latest where there are several.
SELECT version FROM run ORDER BY created DESC LIMIT 1
