-- What the report and the students' reports claim, and what became of it here. `holds` is 1 when the data bear a claim out, 0 when they
-- speak against it, NULL when they cannot tell: too few seeds, seeds of two kinds, or an interval that leaves both open.
WITH sound (yes) AS ( -- accuracies of other images or settings, or of trainings cut short, can be compared with nobody's
    SELECT NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
            WHERE l.experiment IN (SELECT value FROM json_each(:assignment)) AND r.data_kind NOT IN ('official', 'once-through-JPEG'))
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
        AND NOT EXISTS (SELECT 1 FROM note WHERE key = 'unlike' AND experiment IN (SELECT value FROM json_each(:assignment)))

-- ---- one thing is more than another, seed by seed ----
), rivals (place, after, claim, mine, other, what, sense) AS ( -- the claim stands behind those of the experiment `place`; `sense` is the
    -- sign of the change that it speaks of, so that what was found has the sign of the claim's own words
    VALUES ('3layer-bn', 0.1, 'Batch normalisation raises the accuracy of three layers.', '3layer-bn', '3layer', 'accuracy', 1),
        ('9layer', 0.1, 'Without batch normalisation nine layers do worse than three.', '3layer', '9layer', 'accuracy', -1),
        ('9layer-bn', 0.1, 'Batch normalisation raises the accuracy of nine layers.', '9layer-bn', '9layer', 'accuracy', 1),
        ('9layer-bn', 0.2, 'Batch normalisation helps nine layers more than three.', '9layer-bn', '9layer', 'gain', 1),
        ('lambda-final', 0.1, 'The best lambda and a third cycle do better than lambda = 0.005 and two.',
            'lambda-final', '3layer-bn', 'accuracy', 1),
        ('init-1e-1-bn', 0.1, 'At sigma = 1e-1 batch normalisation lowers the training loss.', 'init-1e-1', 'init-1e-1-bn', 'loss', -1),
        ('init-1e-3', 0.1, 'Without batch normalisation, sigma = 1e-3 ends at a higher training loss than 1e-1.',
            'init-1e-3', 'init-1e-1', 'loss', 1),
        ('init-1e-3-bn', 0.1, 'At sigma = 1e-3 batch normalisation lowers the training loss.', 'init-1e-3', 'init-1e-3-bn', 'loss', -1),
        ('init-1e-4', 0.1, 'Without batch normalisation, sigma = 1e-4 ends at a higher training loss than 1e-3.',
            'init-1e-4', 'init-1e-3', 'loss', 1),
        ('init-1e-4-bn', 0.1, 'At sigma = 1e-4 batch normalisation lowers the training loss.', 'init-1e-4', 'init-1e-4-bn', 'loss', -1)
), several (experiment) AS ( -- of whose settings there is no mean
    SELECT experiment FROM summary GROUP BY experiment HAVING count(*) > 1
), rival (experiment) AS (
    SELECT mine FROM rivals WHERE mine NOT IN several UNION SELECT other FROM rivals WHERE other NOT IN several
), measured (experiment, seed, what, value) AS ( -- in points, or as a loss
    SELECT f.experiment, seed, 'accuracy', 100 * value FROM rival CROSS JOIN figure f ON f.experiment = rival.experiment
    WHERE value IS NOT NULL
    UNION ALL
    SELECT l.experiment, r.seed, 'loss', a.value FROM rival CROSS JOIN experiment_run l ON l.experiment = rival.experiment
    JOIN run r ON r.id = l.run AND r.status = 'done'
    JOIN result a ON a.run = r.id AND a.part = 'train' AND a.what = 'loss' WHERE a.value IS NOT NULL
    UNION ALL
    SELECT '9layer-bn', n.seed, 'gain', 100 * (n.value - t.value) FROM figure n JOIN figure t ON t.seed = n.seed AND n.experiment NOT IN several AND t.experiment NOT IN several
    WHERE n.experiment = '9layer-bn' AND t.experiment = '3layer-bn' AND n.value IS NOT NULL AND t.value IS NOT NULL
    UNION ALL
    SELECT '9layer', n.seed, 'gain', 100 * (n.value - t.value) FROM figure n JOIN figure t ON t.seed = n.seed AND n.experiment NOT IN several AND t.experiment NOT IN several
    WHERE n.experiment = '9layer' AND t.experiment = '3layer' AND n.value IS NOT NULL AND t.value IS NOT NULL
), pair AS (
    SELECT e.ord + r.after AS ord, r.claim, r.what, r.sense, m.value - o.value AS d
    FROM rivals r JOIN experiment e ON e.id = r.place JOIN measured m ON m.experiment = r.mine AND m.what = r.what
    JOIN measured o ON o.experiment = r.other AND o.what = r.what AND o.seed = m.seed
), middle AS ( -- where some seeds learn and others do not, differences come in two kinds, and an interval about their mean means nothing
    SELECT ord, claim, what, sense, count(*) AS n, avg(d) AS mean, sum(d > 0) AS above, sum(d < 0) AS below,
        max(d) - min(d) > CASE what WHEN 'loss' THEN 0.4 ELSE (SELECT 100 * apart FROM kinds) END AS two_kinds
    FROM pair GROUP BY ord, claim, what, sense
), difference AS (
    SELECT m.*, sqrt(sum((d - mean) * (d - mean)) / (m.n - 1)) / sqrt(m.n)
        * (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) AS half
    FROM middle m JOIN pair p ON p.claim = m.claim GROUP BY m.claim
), told AS ( -- the change and its interval in words, with the sign that the change has
    SELECT d.*, CASE what WHEN 'loss' THEN CASE WHEN abs(mean) BETWEEN 1e-300 AND 5e-4 THEN 'less than 0.001' ELSE '%.3f' END
            ELSE '%.2f points' END AS size, CASE what WHEN 'loss' THEN '%+.3f' ELSE '%+.2f' END AS signed,
        CASE WHEN sense * mean > 0 THEN CASE what WHEN 'gain' THEN 'more by ' ELSE 'higher by ' END
            WHEN sense * mean < 0 THEN CASE what WHEN 'gain' THEN 'less by ' ELSE 'lower by ' END ELSE 'no change: ' END AS word,
        sense * mean - half AS from_, sense * mean + half AS to_
    FROM difference d

-- ---- the search for lambda ----
), tried AS (
    SELECT s.experiment, p.number AS lambda, n, mean, sd FROM summary s
    JOIN label_place p ON p.experiment = s.experiment AND p.label = s.label AND p.key = 'lambda'
    WHERE s.experiment IN ('lambda-coarse', 'lambda-fine') AND mean IS NOT NULL
), coarse AS ( -- how far the best draw within 1e-3..1e-2 leads the best outside, and what one training's noise (from the fine search) asks
    SELECT max(mean) FILTER (WHERE lambda BETWEEN 1e-3 AND 1e-2) - max(mean) FILTER (WHERE lambda NOT BETWEEN 1e-3 AND 1e-2) AS lead,
        sum(n) AS n, (SELECT lambda FROM tried WHERE experiment = 'lambda-coarse' ORDER BY mean DESC, lambda LIMIT 1) AS best,
        (SELECT 1.96 * sqrt(2 * sum((n - 1) * sd * sd) / sum(n - 1)) FROM tried WHERE experiment = 'lambda-fine' AND n > 1) AS needed
    FROM tried WHERE experiment = 'lambda-coarse' HAVING count(*) > 0
), found AS (
    SELECT max(value) FILTER (WHERE key = 'best') AS best, CAST(max(value) FILTER (WHERE key = 'low') AS REAL) AS low,
        CAST(max(value) FILTER (WHERE key = 'high') AS REAL) AS high
    FROM note WHERE experiment = 'lambda-fine'
), fine AS ( -- with the values next to the range, which were told apart from the best
    SELECT f.*, sum(t.n) AS n, max(t.n) > 1 AS told, max(lambda) FILTER (WHERE lambda < low) AS below,
        min(lambda) FILTER (WHERE lambda > high) AS above
    FROM found f JOIN tried t ON t.experiment = 'lambda-fine' WHERE low IS NOT NULL AND high IS NOT NULL GROUP BY f.best

-- ---- verdicts ----
), verdicts (ord, claim, found, decided, n, holds) AS (
    SELECT e.ord, coalesce(nullif(e.claim, ''), e.title),
        printf('%,d of %,d entries, ', sum(g.below_1e_6), sum(g.checked))
            || CASE WHEN max(g.max_abs_kind) > 0 THEN 'an error is no number' ELSE printf('largest error %.1e', max(g.max_abs)) END, 'every entry below 1e-6', NULL,
        CASE WHEN sum(g.checked) > 0 THEN sum(g.below_1e_6) = sum(g.checked) AND sum(g.errors) = 0 END
    FROM gradcheck g JOIN experiment e ON e.id = g.experiment WHERE e.id IN (SELECT value FROM json_each(:assignment)) GROUP BY e.id
    UNION ALL
    SELECT e.ord, coalesce(nullif(e.claim, ''), e.title) || CASE s.label WHEN '' THEN '' ELSE CASE WHEN e.id IN several THEN ' (' || s.label || ')' ELSE '' END END,
        printf('%.2f %%', 100 * s.mean + 1e-9),
        CASE WHEN s.two_kinds THEN 'two kinds of seeds' WHEN p.low IS NULL THEN 'one training is no range'
            ELSE printf('95 %% of trainings: %.2f to %.2f', 100 * p.low, 100 * p.high) END,
        s.n, CASE WHEN s.n >= 3 OR NOT p.inside THEN p.inside END -- two seeds exclude next to nothing
    FROM prediction p JOIN summary s ON s.experiment = p.experiment AND s.label = p.label JOIN experiment e ON e.id = p.experiment
    WHERE p.published IS NOT NULL AND s.n > 0 AND e.id IN (SELECT value FROM json_each(:assignment))
    UNION ALL
    SELECT e.ord + r.after, r.claim, 'several settings', 'there is no mean over them', NULL, NULL
    FROM rivals r JOIN experiment e ON e.id = r.place WHERE r.mine IN several OR r.other IN several
    UNION ALL
    SELECT ord, claim, word || printf(size, abs(mean) + 1e-9),
        CASE WHEN half IS NULL THEN 'one pair is no interval' WHEN two_kinds THEN printf('two kinds of seeds; %d of %d so', above, n)
            ELSE replace('95 %: ' || printf(signed, from_) || ' to ' || printf(signed, to_), '-', '−') END,
        n, CASE WHEN two_kinds THEN CASE WHEN n >= 5 AND n = above THEN 1 WHEN n >= 5 AND n = below THEN 0 END
            WHEN mean - half > 0 THEN 1 WHEN mean + half < 0 THEN 0 END
    FROM told
    UNION ALL
    SELECT e.ord, coalesce(nullif(e.claim, ''), e.title), printf('best draw %g', best),
        CASE WHEN lead IS NULL THEN 'all draws on one side' WHEN needed IS NULL THEN 'one seed each is no interval'
            ELSE printf('%s that range leads by %.2f points, needed %.2f', CASE WHEN lead >= 0 THEN 'inside' ELSE 'outside' END,
                100 * abs(lead), 100 * needed) END,
        n, CASE WHEN lead IS NULL THEN best BETWEEN 1e-3 AND 1e-2 WHEN abs(lead) >= needed THEN lead > 0 END
    FROM coarse JOIN experiment e ON e.id = 'lambda-coarse'
    UNION ALL
    SELECT e.ord, 'The best lambda is about 3.83e-3.', 'best ' || best,
        CASE WHEN told THEN printf('not told apart: %g to %g', low, high) ELSE 'one seed each is no interval' END, n,
        CASE WHEN NOT told THEN NULL WHEN 3.83e-3 BETWEEN low AND high THEN 1
            WHEN 3.83e-3 NOT BETWEEN coalesce(below, low) AND coalesce(above, high) THEN 0 END
    FROM fine JOIN experiment e ON e.id = 'lambda-fine'
    UNION ALL
    SELECT (SELECT ord + 0.2 FROM experiment WHERE id = 'init-1e-3'),
        'Without batch normalisation, sigma = 1e-3 learns with some seeds and not with others.',
        printf('%d of %d learn', sum(value > 0.2), count(*)), printf('%.2f to %.2f %%', 100 * min(value), 100 * max(value)), count(*),
        CASE WHEN sum(value > 0.2) BETWEEN 1 AND count(*) - 1 THEN 1 WHEN count(*) > 20 THEN 0 END
    FROM figure WHERE experiment = 'init-1e-3' AND value IS NOT NULL AND experiment NOT IN several HAVING count(*) > 0
    UNION ALL
    SELECT (SELECT ord + 0.2 FROM experiment WHERE id = 'init-1e-4'), 'Without batch normalisation, sigma = 1e-4 stays at chance, 10 %.',
        printf('%d of %d stay', sum(value < 0.12), count(*)), printf('%.2f to %.2f %%', 100 * min(value), 100 * max(value)), count(*),
        CASE WHEN sum(value >= 0.12) > 0 THEN 0 WHEN count(*) > 1 THEN 1 END
    FROM figure WHERE experiment = 'init-1e-4' AND value IS NOT NULL AND experiment NOT IN several HAVING count(*) > 0
    UNION ALL
    SELECT (SELECT max(ord) + 0.2 FROM experiment WHERE id GLOB 'init-1e-*'),
        'With batch normalisation the accuracy is 51 to 54 % whatever sigma (rounded).',
        printf('means %.2f to %.2f %%', 100 * min(mean) + 1e-9, 100 * max(mean) + 1e-9), printf('%d values of sigma', count(*)), sum(n),
        CASE WHEN min(n) = 1 THEN NULL WHEN min(mean) < 0.505 OR max(mean) > 0.545 THEN 0 WHEN count(*) = 3 THEN 1 END
    FROM summary WHERE experiment IN ('init-1e-1-bn', 'init-1e-3-bn', 'init-1e-4-bn') AND mean IS NOT NULL HAVING count(*) > 0
), judged AS (
    SELECT v.ord, claim, found, decided, n, CASE WHEN v.n IS NOT NULL AND NOT sound.yes THEN NULL ELSE holds END AS holds
    FROM verdicts v CROSS JOIN sound
), total AS (
    SELECT 1e9 AS ord, 'All ' || count(*) || ' claims' AS claim,
        printf('%d reproduced, %d not, %d open', sum(holds = 1), sum(holds = 0), sum(holds IS NULL)) AS found,
        '' AS decided, '' AS n, 2 AS holds
    FROM judged HAVING count(*) > 0
)
SELECT claim, CASE holds WHEN 1 THEN '✓ reproduced' WHEN 0 THEN '✗ not reproduced' WHEN 2 THEN '' ELSE '? cannot tell' END AS verdict,
    found, decided AS "decided by", coalesce(n, '–') AS n
FROM (SELECT * FROM judged UNION ALL SELECT * FROM total) ORDER BY ord, claim
