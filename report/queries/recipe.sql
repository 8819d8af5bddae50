-- The settings of all trainings, read from what each run recorded: one value where all agree, else what varies.
WITH means (key, ord, words) AS (
    VALUES ('hidden', 1, 'units of the hidden layers'), ('bn', 2, 'batch normalisation'),
        ('init', 3, 'initial weights: he is N(0, 2/fan-in)'), ('lambda', 4, 'λ, weight of the L2 penalty'),
        ('n_batch', 5, '% in a mini-batch'), ('n_s', 6, 'updates in half a cycle of the rate'), ('cycles', 7, 'cycles of the rate'),
        ('eta_min', 8, 'lowest learning rate'), ('eta_max', 9, 'highest learning rate'), ('eps', 10, 'ε in (2) and (15)'),
        ('alpha', 11, 'α, momentum of the running averages'), ('n_train', 12, 'training %'), ('n_val', 13, 'validation %'),
        ('evals', 14, 'evaluations in a cycle'), ('seed', 15, 'seeds')
), thing (things) AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM run r JOIN dataset d ON d.digest = r.data_digest WHERE d.channels = 0) THEN 'examples' ELSE 'images' END
), kind (key, value, run) AS ( -- each value once
    SELECT key, value, min(run) FROM setting WHERE run NOT IN (SELECT id FROM run WHERE status NOT IN ('done', 'diverged'))
    GROUP BY key, value
), counted AS (
    SELECT key, count(*) AS n, group_concat(value, '; ') AS list, min(number) AS least, max(number) AS most
    FROM (SELECT k.key, k.value, s.number FROM kind k JOIN setting s ON s.run = k.run AND s.key = k.key
        ORDER BY k.key, s.number, k.value) GROUP BY key
)
SELECT replace(m.words, '%', things) AS setting, c.key AS "in the configuration",
    CASE WHEN c.n <= 4 OR c.key = 'init' THEN c.list
        WHEN c.key IN ('lambda', 'seed') THEN printf('%d values from %g to %g', c.n, least, most)
        ELSE c.n || ' values' END AS value
FROM thing CROSS JOIN means m JOIN counted c ON c.key = m.key ORDER BY m.ord
