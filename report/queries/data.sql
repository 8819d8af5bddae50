-- Which data all this is about, in a sentence.
WITH kinds AS (
    SELECT count(DISTINCT data_kind) AS count, min(data_kind) AS kind, (SELECT group_concat(name, ', ') FROM (
            SELECT DISTINCT coalesce(d.name, r.data_kind) AS name FROM run r LEFT JOIN dataset d ON d.digest = r.data_digest ORDER BY name)) AS names
    FROM run
), one AS (
    SELECT d.* FROM run r JOIN dataset d ON d.digest = r.data_digest ORDER BY r.created DESC LIMIT 1
)
SELECT CASE
    WHEN count = 0 THEN 'No training is in the store, so nothing is known of the data.'
    WHEN count > 1 THEN 'Several data sets are in this store (' || names || '): do not compare figures across them.'
    WHEN kind = 'official' THEN 'The images are the official CIFAR-10 files, verified byte by byte.'
    WHEN kind = 'once-through-JPEG' THEN 'The images are CIFAR-10 that passed once through JPEG, not the official bytes: accuracies '
        || 'may differ by some tenths of a point from those on the official files.'
    WHEN kind = 'synthetic' THEN 'The images are synthetic, drawn by Strata itself, and not CIFAR-10: no accuracy here can be '
        || 'compared with a published one.'
    WHEN kind <> 'unknown' AND EXISTS (SELECT 1 FROM one) THEN (SELECT 'The data are ' || name || ': ' || CASE
            WHEN channels > 0 THEN printf('images of %d × %d', height, width) || CASE channels WHEN 3 THEN ' in colour' ELSE '' END
            ELSE printf('%,d feature%s', features, CASE features WHEN 1 THEN '' ELSE 's' END) END
        || printf(', %,d classes, %,d examples for training and %,d for the test.', classes, train, test) FROM one)
    ELSE 'The images are of an unknown origin (' || kind || '): no accuracy here can be compared with a published one.'
END AS data FROM kinds
