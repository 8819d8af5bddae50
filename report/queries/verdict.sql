-- What the fine search says of itself.
SELECT coalesce((SELECT rtrim(value, '.') || '.' FROM note WHERE experiment = 'lambda-fine' AND key = 'verdict'), 'not run yet.') AS verdict
