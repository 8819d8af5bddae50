-- What the trainings of the store were on.
WITH used AS (
    SELECT data_digest AS digest, count(*) AS trainings FROM run GROUP BY data_digest
)
SELECT d.name AS data, coalesce(nullif(d.title, d.name), '–') AS title, CASE WHEN d.channels > 0 THEN printf('images, %d × %d', d.height, d.width)
        || CASE d.channels WHEN 3 THEN ', colour' ELSE ', grey' END ELSE 'table' END AS "what they are",
    d.features, d.classes, d.train AS "for training", d.test AS "for the test", u.trainings, substr(d.digest, 1, 12) AS "SHA-256"
FROM used u JOIN dataset d ON d.digest = u.digest ORDER BY d.name, d.digest
