-- The settings of all trainings, read from what each run recorded: one value where all agree, else what varies.
WITH means (key, ord, words) AS (
    VALUES ('hidden', 1, 'units of the hidden layers'), ('bn', 2, 'batch normalisation'),
        ('init', 3, 'initial weights: he is N(0, 2/fan-in)'), ('lambda', 4, 'λ, weight of the L2 penalty'),
        ('n_batch', 5, 'images in a mini-batch'), ('n_s', 6, 'updates in half a cycle of the rate'), ('cycles', 7, 'cycles of the rate'),
        ('eta_min', 8, 'lowest learning rate'), ('eta_max', 9, 'highest learning rate'), ('eps', 10, 'ε in (2) and (15)'),
        ('alpha', 11, 'α, momentum of the running averages'), ('n_train', 12, 'training images'), ('n_val', 13, 'validation images'),
        ('evals', 14, 'evaluations in a cycle'), ('seed', 15, 'seeds')
), line (run, line, rest) AS (
    SELECT id, '', config || char(10) FROM run WHERE status IN ('done', 'diverged')
    UNION ALL
    SELECT run, substr(rest, 1, instr(rest, char(10)) - 1), substr(rest, instr(rest, char(10)) + 1) FROM line WHERE rest <> ''
), setting AS (
    SELECT DISTINCT substr(line, 1, instr(line, ' = ') - 1) AS key, substr(line, instr(line, ' = ') + 3) AS value
    FROM line WHERE instr(line, ' = ') > 1
), counted AS (
    SELECT key, count(*) AS n, group_concat(value, '; ') AS list, min(CAST(value AS REAL)) AS least, max(CAST(value AS REAL)) AS most
    FROM (SELECT * FROM setting ORDER BY key, CAST(replace(value, 'sigma:', '') AS REAL), value) GROUP BY key
)
SELECT m.words AS setting, c.key AS "in the configuration",
    CASE WHEN c.n <= 4 OR c.key = 'init' THEN c.list
        WHEN c.key IN ('lambda', 'seed') THEN printf('%d values from %g to %g', c.n, least, most)
        ELSE c.n || ' values' END AS value
FROM means m JOIN counted c ON c.key = m.key ORDER BY m.ord
