-- Have its data few enough classes for a figure with a cell for each pair?
SELECT 1 AS yes WHERE (SELECT max(d.classes) FROM experiment_run l JOIN run r ON r.id = l.run JOIN dataset d ON d.digest = r.data_digest
    WHERE l.experiment = :experiment) <= 25
