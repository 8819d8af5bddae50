-- Version 5 of the memory of runs: what the data of a run are. A run tells the digest of its data; a row of `dataset` says what has this
-- digest, so runs of differing data in one store are told apart by what people call the data, and nobody has to know any of them by heart.
-- The statistics are told apart by their data, too: no mean and no difference is over several.

-- The form and the size of a data set, whatever runs saw it.
CREATE TABLE dataset (
    digest   TEXT PRIMARY KEY NOT NULL CHECK (digest <> ''), -- data_digest of its runs
    name     TEXT NOT NULL CHECK (name <> ''),               -- a word or two: 'cifar-10', 'iris'
    kind     TEXT NOT NULL,                                  -- data_kind of its runs
    title    TEXT NOT NULL,                                  -- a sentence
    element  TEXT NOT NULL CHECK (element IN ('bytes', 'floats')),
    features INTEGER NOT NULL CHECK (features >= 1),
    height   INTEGER NOT NULL, width INTEGER NOT NULL, channels INTEGER NOT NULL, -- of an image; all 0 where examples are no images
    classes  INTEGER NOT NULL CHECK (classes >= 2),
    train    INTEGER NOT NULL CHECK (train >= 0),            -- examples to choose n_train and n_val from
    test     INTEGER NOT NULL CHECK (test >= 0),
    CHECK ((height = 0 AND width = 0 AND channels = 0)
        OR (height > 0 AND width > 0 AND channels IN (1, 3) AND features = height * width * channels))
) STRICT, WITHOUT ROWID;

-- The names of its classes.
CREATE TABLE class (
    dataset TEXT NOT NULL REFERENCES dataset ON DELETE CASCADE,
    number  INTEGER NOT NULL CHECK (number >= 0),            -- truth and guess of confusion and mistake
    name    TEXT NOT NULL,
    PRIMARY KEY (dataset, number)
) STRICT, WITHOUT ROWID;

DROP VIEW paired;
DROP VIEW summary;
DROP VIEW figure;

-- The figure of each run of each experiment: its accuracy on the part that the experiment may look at; NULL unless the run is done. `data` are
-- those that it is of. CROSS JOIN makes SQLite go through the links in the order of their keys: sums over figures have the same last bit in
-- whatever order the runs were recorded.
CREATE VIEW figure (experiment, label, ord, run, seed, status, value, data) AS
SELECT l.experiment, l.label, l.ord, l.run, r.seed, r.status, CASE r.status WHEN 'done' THEN a.value END, r.data_digest
FROM experiment_run l CROSS JOIN experiment e ON e.id = l.experiment CROSS JOIN run r ON r.id = l.run
LEFT JOIN result a ON a.run = r.id AND a.part = e.part AND a.what = 'accuracy';

-- Mean, standard deviation (n - 1) and 95 % interval of the mean over the seeds, for each setting (label) of each experiment. n counts the
-- runs that have a figure; one run has no sd and no interval, and two kinds of seeds have no interval. There is
-- no mean over several data. Squares are added up in the order of
-- the figures: the CROSS JOIN goes through these and finds the mean of each, and not through all figures of the experiment for each mean.
CREATE VIEW summary (experiment, label, ord, n, diverged, mean, sd, low, high, least, most, two_kinds) AS
WITH middle (experiment, label, ord, n, diverged, mean, least, most) AS MATERIALIZED (
    SELECT experiment, label, min(ord), count(value), sum(status = 'diverged'), CASE WHEN min(data) = max(data) THEN avg(value) END,
        min(value), max(value)
    FROM figure GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((f.value - m.mean) * (f.value - m.mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors,
           coalesce(m.most - m.least > (SELECT apart FROM kinds), 0) AS two_kinds
    FROM figure f CROSS JOIN middle m ON m.experiment = f.experiment AND m.label = f.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, n, diverged, mean, sd, CASE WHEN NOT two_kinds THEN max(0.0, mean - errors * sd) END,
       CASE WHEN NOT two_kinds THEN min(1.0, mean + errors * sd) END, least, most, two_kinds FROM spread;

-- The difference to the same setting of the experiment it is compared with, over the seeds that both have on the same data.
CREATE VIEW paired (experiment, label, ord, against, n, mean, sd, low, high, least, most, two_kinds) AS
WITH known (experiment, label, ord, seed, data, value) AS MATERIALIZED (
    SELECT experiment, label, ord, seed, data, value FROM figure WHERE value IS NOT NULL
), pair (experiment, label, ord, against, d) AS MATERIALIZED (
    SELECT e.id, mine.label, mine.ord, e.against, mine.value - other.value FROM known mine
    CROSS JOIN experiment e ON e.id = mine.experiment
    CROSS JOIN known other ON other.experiment = e.against AND other.seed = mine.seed AND other.label = mine.label
        AND other.data = mine.data
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

-- Of an older store: all its data have one form (earlier.sql).
INSERT INTO dataset SELECT * FROM earlier_dataset;
INSERT INTO class SELECT * FROM earlier_class;

PRAGMA user_version = 5;
