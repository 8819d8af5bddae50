-- Which data the runs are about, where these are several.
SELECT printf('These runs are of %,d data sets: do not compare figures across them.', count(DISTINCT data_digest)) AS data FROM run HAVING count(DISTINCT data_digest) > 1
