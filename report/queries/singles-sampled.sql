-- Were the training points of the curves of single trainings taken on a sample of the training images? In a sentence.
WITH mine AS (
    SELECT r.id, row_number() OVER (ORDER BY r.created DESC, r.id) AS place FROM run r
    WHERE r.status = 'done' AND r.maker = 'train' AND NOT EXISTS (SELECT 1 FROM experiment_run l WHERE l.run = r.id)
        AND EXISTS (SELECT 1 FROM point p WHERE p.run = r.id) ORDER BY place LIMIT 8
), thing (things) AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM run r JOIN dataset d ON d.digest = r.data_digest WHERE d.channels = 0) THEN 'examples' ELSE 'images' END
)
SELECT 'Training loss and accuracy of '
    || CASE WHEN sum(s.value IS NULL) > 0 THEN printf('%,d of %,d trainings', count(s.value), count(*)) ELSE 'these curves' END
    || ' are those of a random sample of the training ' || (SELECT things FROM thing) || ': '
    || CASE WHEN min(s.number) < max(s.number) THEN printf('%,d to %,d', CAST(min(s.number) AS INTEGER), CAST(max(s.number) AS INTEGER))
        ELSE printf('%,d', CAST(max(s.number) AS INTEGER)) END || ' ' || (SELECT things FROM thing) || '.' AS sentence
FROM mine m LEFT JOIN setting s ON s.run = m.id AND s.key = 'eval_train' AND s.number > 0
HAVING count(s.value) > 0
