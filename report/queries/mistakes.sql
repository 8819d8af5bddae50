-- The most confident mistakes of the run whose picture is shown, in the picture's order.
WITH cifar (number, name) AS (
    VALUES (0, 'airplane'), (1, 'automobile'), (2, 'bird'), (3, 'cat'), (4, 'deer'),
        (5, 'dog'), (6, 'frog'), (7, 'horse'), (8, 'ship'), (9, 'truck')
), class (number, name) AS ( -- other images have other classes
    SELECT number, CASE WHEN EXISTS (SELECT 1 FROM run WHERE data_kind NOT IN ('official', 'once-through-JPEG')) THEN 'class ' || number
        ELSE name END FROM cifar
), shown AS (
    SELECT r.id FROM experiment_run l JOIN run r ON r.id = l.run AND r.status = 'done'
    WHERE l.experiment = '3layer-bn' AND EXISTS (SELECT 1 FROM mistake m WHERE m.run = r.id) ORDER BY r.seed, r.id LIMIT 1
)
SELECT row_number() OVER (ORDER BY m.probability DESC, m.image) AS place, m.image AS "test image",
    t.name AS "true class", g.name AS "taken for", printf('%.2f', 100 * m.probability) AS "probability given, %"
FROM shown s JOIN mistake m ON m.run = s.id AND m.part = 'test'
JOIN class t ON t.number = m.truth JOIN class g ON g.number = m.guess
ORDER BY m.probability DESC, m.image LIMIT 36
