-- What a gradient check of one's own found, in a sentence.
SELECT CASE WHEN sum(errors) > 0 THEN printf('%,d of %,d entries are wrong.', sum(errors), sum(checked))
    ELSE printf('All %,d entries that were compared agree, within the tolerance of each', sum(checked))
        || CASE WHEN sum(kinks) > 0 THEN printf('; %,d are set aside as kinks.', sum(kinks)) ELSE '.' END END AS words
FROM gradcheck WHERE experiment = :experiment HAVING count(*) > 0
