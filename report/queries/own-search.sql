-- What a search of one's own says of itself.
SELECT rtrim(value, '.') || '.' AS verdict FROM note WHERE experiment = :experiment AND key = 'verdict'
