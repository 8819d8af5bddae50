-- Version 3 of the memory of runs: what was told by texts becomes rows. A run's settings are rows beside its config; an experiment has
-- axes, the settings that vary in it, and a run has a place on each of them. Nobody has to take `config` or a label apart any more.
--
-- The config stays, as the record of the lines that were written. The store itself makes the rows of `setting` from it, in the transaction
-- that writes the run, and nothing else writes them; `place` is a view. So none of them can say another thing than the run.
--
-- The views of intervals are made anew once more: they say what they said, to the last bit, and need each figure a fixed number of times.

-- One line of a run's config.
CREATE TABLE setting (
    run    TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    key    TEXT NOT NULL CHECK (key <> ''),
    ord    INTEGER NOT NULL,                    -- of its line, from 0
    value  TEXT NOT NULL,
    number REAL,                                -- the value, or what stands behind its last ':', where that reads as a finite number
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- The settings that an experiment varies, in their order. The seed is none of them: every run has one.
CREATE TABLE axis (
    experiment TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE,
    key        TEXT NOT NULL CHECK (key <> ''),
    ord        INTEGER NOT NULL,
    PRIMARY KEY (experiment, key)
) STRICT, WITHOUT ROWID;

-- Where a run of an experiment lies on its axes.
CREATE VIEW place (experiment, run, key, value, number) AS
SELECT l.experiment, l.run, s.key, s.value, s.number
FROM experiment_run l JOIN axis a ON a.experiment = l.experiment JOIN setting s ON s.run = l.run AND s.key = a.key;

-- Where the setting with this label lies: all its runs lie at one place.
CREATE VIEW label_place (experiment, label, key, value, number) AS
WITH one (experiment, label, run) AS (SELECT experiment, label, min(run) FROM experiment_run GROUP BY experiment, label)
SELECT p.experiment, o.label, p.key, p.value, p.number FROM one o JOIN place p ON p.experiment = o.experiment AND p.run = o.run;

DROP VIEW paired;
DROP VIEW prediction;
DROP VIEW summary;

-- Mean, standard deviation (n - 1) and 95 % interval of the mean over the seeds, for each setting (label) of each experiment. n counts the
-- runs that have a figure; one run has no sd and no interval, and two kinds of seeds have no interval. Squares are added up in the order of
-- the figures: the CROSS JOIN goes through these and finds the mean of each, and not through all figures of the experiment for each mean.
CREATE VIEW summary (experiment, label, ord, n, diverged, mean, sd, low, high, least, most, two_kinds) AS
WITH middle (experiment, label, ord, n, diverged, mean, least, most) AS MATERIALIZED (
    SELECT experiment, label, min(ord), count(value), sum(status = 'diverged'), avg(value), min(value), max(value)
    FROM figure GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((f.value - m.mean) * (f.value - m.mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors,
           coalesce(m.most - m.least > (SELECT apart FROM kinds), 0) AS two_kinds
    FROM figure f CROSS JOIN middle m ON m.experiment = f.experiment AND m.label = f.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, n, diverged, mean, sd, CASE WHEN NOT two_kinds THEN max(0.0, mean - errors * sd) END,
       CASE WHEN NOT two_kinds THEN min(1.0, mean + errors * sd) END, least, most, two_kinds FROM spread;

-- The range in which 95 % of further single trainings of a setting fall: wider than the interval of the mean, since one training adds its own
-- spread. inside says whether the published value, which is one training, could be one of them; NULL when that cannot be told.
CREATE VIEW prediction (experiment, label, ord, n, low, high, published, inside) AS
WITH half (experiment, label, ord, n, mean, half) AS (
    SELECT experiment, label, ord, n, mean, CASE WHEN NOT two_kinds THEN sd * sqrt(1 + 1.0 / n)
           * (SELECT t FROM student WHERE df <= n - 1 ORDER BY df DESC LIMIT 1) END FROM summary
), range (experiment, label, ord, n, low, high) AS (
    SELECT experiment, label, ord, n, max(0.0, mean - half), min(1.0, mean + half) FROM half
)
SELECT r.experiment, r.label, r.ord, r.n, r.low, r.high, e.published, e.published BETWEEN r.low AND r.high
FROM range r JOIN experiment e ON e.id = r.experiment;

-- The difference to the same setting of the experiment it is compared with, over the seeds that both have.
CREATE VIEW paired (experiment, label, ord, against, n, mean, sd, low, high, least, most, two_kinds) AS
WITH known (experiment, label, ord, seed, value) AS MATERIALIZED (
    SELECT experiment, label, ord, seed, value FROM figure WHERE value IS NOT NULL
), pair (experiment, label, ord, against, d) AS MATERIALIZED (
    SELECT e.id, mine.label, mine.ord, e.against, mine.value - other.value FROM known mine
    CROSS JOIN experiment e ON e.id = mine.experiment
    CROSS JOIN known other ON other.experiment = e.against AND other.seed = mine.seed AND other.label = mine.label
), middle AS MATERIALIZED (
    SELECT experiment, label, min(ord) AS ord, against, count(*) AS n, avg(d) AS mean, min(d) AS least, max(d) AS most
    FROM pair GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((d - mean) * (d - mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors,
           m.most - m.least > (SELECT apart FROM kinds) AS two_kinds
    FROM pair p CROSS JOIN middle m ON p.experiment = m.experiment AND p.label = m.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, against, n, mean, sd, CASE WHEN NOT two_kinds THEN max(-1.0, mean - errors * sd) END,
       CASE WHEN NOT two_kinds THEN min(1.0, mean + errors * sd) END, least, most, two_kinds FROM spread;

-- Of an older store: what its configs and labels say (earlier.sql).
INSERT OR IGNORE INTO setting SELECT run, key, ord, value, number FROM config_line ORDER BY run, key, ord;
INSERT INTO axis SELECT experiment, key, ord FROM label_axis;

-- Which runs have this value? Made last: in order it costs a third.
CREATE INDEX setting_by_value ON setting (key, value);

PRAGMA user_version = 3;
