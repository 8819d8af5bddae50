-- Were the training points of its curves taken on a sample of the training images? In a sentence.
WITH thing (things) AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM experiment_run o JOIN run r ON r.id = o.run JOIN dataset d ON d.digest = r.data_digest
            WHERE o.experiment = :experiment AND d.channels = 0) THEN 'examples' ELSE 'images' END
)
SELECT 'Training loss and accuracy of '
    || CASE WHEN sum(s.value IS NULL) > 0 THEN printf('%,d of %,d trainings', count(s.value), count(*)) ELSE 'these curves' END
    || ' are those of a random sample of the training ' || (SELECT things FROM thing) || ': '
    || CASE WHEN min(s.number) < max(s.number) THEN printf('%,d to %,d', CAST(min(s.number) AS INTEGER), CAST(max(s.number) AS INTEGER))
        ELSE printf('%,d', CAST(max(s.number) AS INTEGER)) END || ' ' || (SELECT things FROM thing) || '.' AS sentence
FROM experiment_run l LEFT JOIN setting s ON s.run = l.run AND s.key = 'eval_train' AND s.number > 0
WHERE l.experiment = :experiment HAVING count(s.value) > 0
