-- Which images all this is about, in a sentence.
WITH kinds AS (SELECT count(DISTINCT data_kind) AS count, min(data_kind) AS kind FROM run)
SELECT CASE
    WHEN count = 0 THEN 'No training is in the store, so nothing is known of the data.'
    WHEN count > 1 THEN 'Several data sets are mixed in this store (' || (SELECT group_concat(DISTINCT data_kind) FROM run)
        || '): do not compare figures across them.'
    WHEN kind = 'official' THEN 'The images are the official CIFAR-10 files, verified byte by byte.'
    WHEN kind = 'once-through-JPEG' THEN 'The images are CIFAR-10 that passed once through JPEG, not the official bytes: accuracies '
        || 'may differ by some tenths of a point from those on the official files.'
    WHEN kind = 'synthetic' THEN 'The images are synthetic, drawn by Strata itself, and not CIFAR-10: no accuracy here can be '
        || 'compared with a published one.'
    ELSE 'The images are of an unknown origin (' || kind || '): no accuracy here can be compared with a published one.'
END AS data FROM kinds
