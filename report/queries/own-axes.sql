-- The settings that a random search drew, a figure each; not the one that halving lets grow, which all configurations share.
SELECT a.experiment || '-' || a.key AS id, a.key AS axis FROM axis a
WHERE a.experiment = :experiment AND NOT EXISTS (SELECT 1 FROM note WHERE experiment = :experiment AND key = 'grows' AND value = a.key) ORDER BY a.ord
