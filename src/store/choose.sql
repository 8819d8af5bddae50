-- A store narrowed to some of its runs: what is laid over the file while a page of these runs is made (store_choose). The connection has a
-- tables `picked` (run, place) and `fallback` (key, value: what a setting is where a run does not tell it) by then. Nothing here is in a file.
--
-- Runs that differ in the seed alone, or in what changes no training, are a team. The statistics of the store are over experiments, so the
-- teams become experiments: one for each, compared with the first, and 'all of them', in which each team is a setting, by its name. Whoever
-- asks for a mean, an interval or a paired difference asks the views of the store, as the report does.

CREATE TEMP TABLE narrow_run AS SELECT r.*, p.place FROM picked p JOIN run r ON r.id = p.run;
CREATE UNIQUE INDEX temp.narrow_run_by_id ON narrow_run (id);
DROP VIEW IF EXISTS temp.run;
CREATE TEMP VIEW run AS SELECT * FROM narrow_run;
CREATE TEMP TABLE env AS SELECT e.* FROM picked p JOIN main.env e ON e.run = p.run;

-- What sets one team apart from another: the settings in which they differ.
CREATE TEMP TABLE telling AS SELECT p.place, s.run, s.key, s.ord, s.value FROM picked p JOIN setting s ON s.run = p.run
WHERE s.key NOT IN ('seed', 'name', 'threads', 'diagnose', 'log_every') ORDER BY p.place, s.key;
CREATE INDEX temp.telling_by_run ON telling (run, key);
INSERT INTO telling SELECT p.place, p.run, k.key, k.ord, coalesce(f.value, '–')
FROM picked p CROSS JOIN (SELECT key, min(ord) AS ord FROM telling GROUP BY key HAVING count(*) < (SELECT count(*) FROM picked)) k
LEFT JOIN fallback f ON f.key = k.key WHERE NOT EXISTS (SELECT 1 FROM telling t WHERE t.run = p.run AND t.key = k.key);
CREATE TEMP TABLE differing AS SELECT key, min(ord) AS ord FROM telling GROUP BY key HAVING count(DISTINCT value) > 1;

CREATE TEMP TABLE chosen AS
WITH signed (run, place, data, words) AS (
    SELECT r.id, r.place, r.data_digest, (SELECT json_group_array(json_array(key, value)) FROM (
        SELECT t.key, t.value FROM telling t JOIN differing d ON d.key = t.key WHERE t.run = r.id ORDER BY t.key))
    FROM run r
), first (run, place, start) AS (
    SELECT run, place, min(place) OVER (PARTITION BY data, words) FROM signed
)
SELECT run, place, dense_rank() OVER (ORDER BY start) AS team FROM first ORDER BY place;
CREATE UNIQUE INDEX temp.chosen_by_run ON chosen (run);

-- A team is called by the name of its runs where that tells it from the others, else by what its settings differ in; one alone is what its
-- runs are called.
CREATE TEMP TABLE team AS
WITH called (team, start, name, names) AS (
    SELECT c.team, min(c.place), min(r.name), count(DISTINCT r.name) FROM chosen c JOIN run r ON r.id = c.run GROUP BY c.team
), tell (by_name) AS (
    SELECT max(names) = 1 AND count(DISTINCT name) = count(*) FROM called
), first (team, run, name) AS (
    SELECT k.team, c.run, k.name FROM called k JOIN chosen c ON c.place = k.start
), named (team, name) AS (
    SELECT f.team, CASE WHEN by_name THEN f.name ELSE coalesce((SELECT group_concat(words, ' · ') FROM (
        SELECT 'data=' || d.name AS words, -1 AS ord FROM run r JOIN dataset d ON d.digest = r.data_digest
        WHERE r.id = f.run AND (SELECT count(DISTINCT data_digest) FROM run) > 1
        UNION ALL SELECT t.key || '=' || t.value, d.ord FROM differing d JOIN telling t ON t.run = f.run AND t.key = d.key ORDER BY 2)),
        'runs of one kind') END
    FROM first f CROSS JOIN tell
)
SELECT team, CASE WHEN (SELECT count(DISTINCT name) = count(*) AND sum(name IN ('', 'all of them')) = 0 FROM named) THEN name
    ELSE name || ' (' || team || ')' END AS name
FROM named ORDER BY team;

-- The accuracy that all of them can be compared by.
CREATE TEMP TABLE judged AS SELECT CASE WHEN EXISTS (SELECT 1 FROM run r WHERE r.status = 'done' AND NOT EXISTS (
    SELECT 1 FROM result t WHERE t.run = r.id AND t.part = 'test' AND t.what = 'accuracy' AND t.value IS NOT NULL)) THEN 'validation' ELSE 'test' END AS part;

CREATE TEMP TABLE experiment AS
SELECT name AS id, name AS title, '' AS source, CAST(NULL AS REAL) AS published, CAST(NULL AS REAL) AS median, CAST(NULL AS REAL) AS lowest,
    CAST(NULL AS REAL) AS highest, '' AS claim, CASE team WHEN 1 THEN '' ELSE (SELECT name FROM team WHERE team = 1) END AS against,
    (SELECT part FROM judged) AS part, team AS ord
FROM team UNION ALL SELECT 'all of them', 'all of them', '', NULL, NULL, NULL, NULL, '', '', part, 0 FROM judged ORDER BY ord;
CREATE UNIQUE INDEX temp.experiment_by_id ON experiment (id);

-- In the order of seeds, as the views of the store add up.
CREATE TEMP TABLE experiment_run AS
SELECT t.name AS experiment, c.run, 0 AS ord, '' AS label FROM chosen c JOIN team t ON t.team = c.team
UNION ALL SELECT 'all of them', c.run, t.team, t.name FROM chosen c JOIN team t ON t.team = c.team;
CREATE UNIQUE INDEX temp.experiment_run_by_both ON experiment_run (experiment, run);
CREATE INDEX temp.experiment_run_by_one ON experiment_run (run);

-- An experiment's notes and gradient checks are not these runs'.
CREATE TEMP TABLE note (experiment TEXT, key TEXT, value TEXT);
CREATE TEMP TABLE gradcheck (experiment TEXT);
