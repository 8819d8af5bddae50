-- What the points of curves were evaluated on, in a sentence: all training images, unless eval_train of some training says how many.
SELECT 'Validation loss, cost and accuracy are those of the whole part; those of the training part, at the points of curves, too'
    || CASE WHEN count(s.value) = 0 THEN '.'
        ELSE printf(', but for %,d of %,d trainings, which took a random sample of ', count(s.value), count(*))
            || CASE WHEN min(s.number) < max(s.number) THEN printf('%,d to %,d', CAST(min(s.number) AS INTEGER), CAST(max(s.number) AS INTEGER))
                ELSE printf('%,d', CAST(max(s.number) AS INTEGER)) END || ' training ' || (SELECT CASE WHEN EXISTS (SELECT 1 FROM run r JOIN dataset d ON d.digest = r.data_digest WHERE d.channels = 0) THEN 'examples' ELSE 'images' END) || '.' END AS sentence
FROM run r LEFT JOIN setting s ON s.run = r.id AND s.key = 'eval_train' AND s.number > 0
