-- Are its examples images?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run JOIN dataset d ON d.digest = r.data_digest
    WHERE l.experiment = :experiment AND d.channels > 0)
