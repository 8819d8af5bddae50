-- The memory of runs, version 1. The store runs this once, in one transaction, on a new file; the last two lines say whose file it is.
-- A later version is a further file like this one, which takes a store from its version to the next; this one then stays as it is.
--
-- Numbers that may be NaN or infinite: SQLite turns a NaN into NULL, and not every reader of SQL knows infinity. Such a number is a value
-- beside a kind: 0 a number, 1 NaN, 2 +infinity, 3 -infinity; the value is NULL unless the kind is 0. So avg(value) leaves out what is no
-- number, count(*) - count(value) says how many were, and nobody takes a NaN for a number that is missing: that has no row.
--
-- The views at the end are the statistics of the report: whoever opens the file with sqlite3 sees the same figures.
--
-- All tables are STRICT. What belongs to a run goes with it (ON DELETE CASCADE); a link of an experiment to a run stays while the run is
-- replaced by a new recording of itself, which is why it is checked at the end of the transaction only (DEFERRED).

CREATE TABLE run (
    id           TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    name         TEXT NOT NULL,
    seed         INTEGER NOT NULL CHECK (seed >= 0),
    status       TEXT NOT NULL CHECK (status IN ('running', 'done', 'diverged', 'stopped', 'failed')),
    reason       TEXT NOT NULL,                 -- a sentence unless done; else ''
    config       TEXT NOT NULL,                 -- as resolved: one line 'key = value' for each setting
    backend      TEXT NOT NULL,
    threads      INTEGER NOT NULL,
    data_kind    TEXT NOT NULL,                 -- 'official', 'synthetic', ...
    data_digest  TEXT NOT NULL,
    model_digest TEXT NOT NULL,                 -- of all parameters at the end; '' when there is no model
    updates      INTEGER NOT NULL CHECK (updates >= 0),
    seconds      REAL NOT NULL CHECK (seconds >= 0),
    created      TEXT NOT NULL CHECK (created GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]*Z'), -- UTC
    version      TEXT NOT NULL                  -- of Strata
) STRICT;

-- The machine and the build it ran on: cpu, compiler, flags, commit, blas, ...
CREATE TABLE env (
    run   TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    key   TEXT NOT NULL CHECK (key <> ''),
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;

-- The curves. One wide row for each point, not one for each series: the six numbers of a point are measured together, a figure wants them
-- side by side, and half a point cannot exist. What is measured for each layer, and grows with every diagnostic, is layer_point.
CREATE TABLE point (
    run                      TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    upd                      INTEGER NOT NULL CHECK (upd >= 0),   -- updates done
    epoch                    REAL NOT NULL,
    eta                      REAL NOT NULL,                       -- of the next update
    train_loss               REAL, train_loss_kind          INTEGER NOT NULL,
    train_cost               REAL, train_cost_kind          INTEGER NOT NULL,
    train_accuracy           REAL, train_accuracy_kind      INTEGER NOT NULL,
    validation_loss          REAL, validation_loss_kind     INTEGER NOT NULL,
    validation_cost          REAL, validation_cost_kind     INTEGER NOT NULL,
    validation_accuracy      REAL, validation_accuracy_kind INTEGER NOT NULL,
    PRIMARY KEY (run, upd),
    CHECK (train_loss_kind          BETWEEN 0 AND 3 AND (train_loss_kind = 0)          = (train_loss IS NOT NULL)),
    CHECK (train_cost_kind          BETWEEN 0 AND 3 AND (train_cost_kind = 0)          = (train_cost IS NOT NULL)),
    CHECK (train_accuracy_kind      BETWEEN 0 AND 3 AND (train_accuracy_kind = 0)      = (train_accuracy IS NOT NULL)),
    CHECK (validation_loss_kind     BETWEEN 0 AND 3 AND (validation_loss_kind = 0)     = (validation_loss IS NOT NULL)),
    CHECK (validation_cost_kind     BETWEEN 0 AND 3 AND (validation_cost_kind = 0)     = (validation_cost IS NOT NULL)),
    CHECK (validation_accuracy_kind BETWEEN 0 AND 3 AND (validation_accuracy_kind = 0) = (validation_accuracy IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What came out at the end. A part that was never evaluated has no rows.
CREATE TABLE result (
    run   TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    part  TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
    what  TEXT NOT NULL CHECK (what IN ('loss', 'cost', 'accuracy')), -- accuracy a fraction 0..1
    value REAL,
    kind  INTEGER NOT NULL,
    PRIMARY KEY (run, part, what),
    CHECK (kind BETWEEN 0 AND 3 AND (kind = 0) = (value IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE artifact (
    run    TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    path   TEXT NOT NULL CHECK (path <> ''),
    bytes  INTEGER NOT NULL CHECK (bytes >= 0),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
    PRIMARY KEY (run, path)
) STRICT, WITHOUT ROWID;

-- Diagnostics: what (a norm, a share of dead units, ...) of layer l after so many updates.
CREATE TABLE layer_point (
    run   TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    upd   INTEGER NOT NULL CHECK (upd >= 0),
    layer INTEGER NOT NULL CHECK (layer >= 1),
    what  TEXT NOT NULL CHECK (what <> ''),
    value REAL,
    kind  INTEGER NOT NULL,
    PRIMARY KEY (run, upd, layer, what),
    CHECK (kind BETWEEN 0 AND 3 AND (kind = 0) = (value IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- How many images of class truth were taken for class guess.
CREATE TABLE confusion (
    run   TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    part  TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
    truth INTEGER NOT NULL CHECK (truth >= 0),
    guess INTEGER NOT NULL CHECK (guess >= 0),
    count INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (run, part, truth, guess)
) STRICT, WITHOUT ROWID;

-- The images that a network was most sure of, and wrong: a few of each run, the surest first.
CREATE TABLE mistake (
    run         TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    part        TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
    image       INTEGER NOT NULL CHECK (image >= 0), -- its number in that part
    truth       INTEGER NOT NULL CHECK (truth >= 0),
    guess       INTEGER NOT NULL CHECK (guess >= 0),
    probability REAL NOT NULL CHECK (probability BETWEEN 0 AND 1), -- that the network gave its guess
    PRIMARY KEY (run, part, image)
) STRICT, WITHOUT ROWID;

-- One claim of the report, and what others got for it (accuracies as fractions, NULL when nobody published one).
CREATE TABLE experiment (
    id        TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    title     TEXT NOT NULL,
    source    TEXT NOT NULL,                    -- where published comes from
    published REAL,
    median    REAL,                             -- of independent reports, with their range
    lowest    REAL,
    highest   REAL,
    claim     TEXT NOT NULL,                    -- what the report says, in a sentence
    against   TEXT NOT NULL,                    -- the experiment it is compared with, seed by seed; '' for none
    part      TEXT NOT NULL CHECK (part IN ('test', 'validation')), -- whose accuracy is its figure: a search may see validation alone
    ord       INTEGER NOT NULL                  -- its place in tables
) STRICT;

-- A run may belong to several experiments, with a place and a label in each.
CREATE TABLE experiment_run (
    experiment TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE,
    run        TEXT NOT NULL REFERENCES run DEFERRABLE INITIALLY DEFERRED,
    ord        INTEGER NOT NULL,
    label      TEXT NOT NULL,
    PRIMARY KEY (experiment, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX experiment_run_by_run ON experiment_run (run);

-- One tensor of one gradient check, in the words of strata_gradcheck_tensor.
CREATE TABLE gradcheck (
    experiment       TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE,
    ord              INTEGER NOT NULL,          -- as it was given
    method           TEXT NOT NULL,             -- 'central', 'complex', 'against ref64'
    hidden           TEXT NOT NULL,             -- '[50,50]'
    bn               INTEGER NOT NULL CHECK (bn IN (0, 1)),
    lambda           REAL NOT NULL,
    layer            INTEGER NOT NULL CHECK (layer >= 1),
    tensor           TEXT NOT NULL,             -- 'W', 'b', 'gamma', 'beta'
    entries          INTEGER NOT NULL,
    checked          INTEGER NOT NULL,
    kinks            INTEGER NOT NULL,
    structural_zeros INTEGER NOT NULL,
    round_off        INTEGER NOT NULL,
    errors           INTEGER NOT NULL,
    below_1e_6       INTEGER NOT NULL,
    max_abs          REAL, max_abs_kind   INTEGER NOT NULL,
    max_rel          REAL, max_rel_kind   INTEGER NOT NULL,
    tolerance        REAL, tolerance_kind INTEGER NOT NULL,
    PRIMARY KEY (experiment, ord),
    CHECK (max_abs_kind   BETWEEN 0 AND 3 AND (max_abs_kind = 0)   = (max_abs IS NOT NULL)),
    CHECK (max_rel_kind   BETWEEN 0 AND 3 AND (max_rel_kind = 0)   = (max_rel IS NOT NULL)),
    CHECK (tolerance_kind BETWEEN 0 AND 3 AND (tolerance_kind = 0) = (tolerance IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What an experiment found beyond its runs: the verdict of a search, the best lambda, ...
CREATE TABLE note (
    experiment TEXT NOT NULL REFERENCES experiment ON DELETE CASCADE,
    key        TEXT NOT NULL CHECK (key <> ''),
    value      TEXT NOT NULL,
    PRIMARY KEY (experiment, key)
) STRICT, WITHOUT ROWID;

-- Student's t: half of a 95 % interval of a mean in standard errors, by degrees of freedom. Between two rows the upper one holds (wider).
CREATE VIEW student (df, t) AS VALUES
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365), (8, 2.306), (9, 2.262), (10, 2.228),
    (11, 2.201), (12, 2.179), (13, 2.160), (14, 2.145), (15, 2.131), (16, 2.120), (17, 2.110), (18, 2.101), (19, 2.093), (20, 2.086),
    (21, 2.080), (22, 2.074), (23, 2.069), (24, 2.064), (25, 2.060), (26, 2.056), (27, 2.052), (28, 2.048), (29, 2.045), (30, 2.042),
    (40, 2.021), (60, 2.000), (120, 1.980), (1000, 1.962);

-- The figure of each run of each experiment: its accuracy on the part that the experiment may look at; NULL unless the run is done.
-- CROSS JOIN makes SQLite go through the links in the order of their keys: sums over figures have the same last bit in whatever order the
-- runs were recorded.
CREATE VIEW figure (experiment, label, ord, run, seed, status, value) AS
SELECT l.experiment, l.label, l.ord, l.run, r.seed, r.status, CASE r.status WHEN 'done' THEN a.value END
FROM experiment_run l CROSS JOIN experiment e ON e.id = l.experiment CROSS JOIN run r ON r.id = l.run
LEFT JOIN result a ON a.run = r.id AND a.part = e.part AND a.what = 'accuracy';

-- Mean, standard deviation (n - 1) and 95 % interval of the mean over the seeds, for each setting (label) of each experiment. n counts the
-- runs that have a figure; one run has no sd and no interval.
CREATE VIEW summary (experiment, label, ord, n, diverged, mean, sd, low, high, least, most) AS
WITH middle (experiment, label, ord, n, diverged, mean, least, most) AS (
    SELECT experiment, label, min(ord), count(value), sum(status = 'diverged'), avg(value), min(value), max(value)
    FROM figure GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((f.value - m.mean) * (f.value - m.mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors
    FROM middle m JOIN figure f ON f.experiment = m.experiment AND f.label = m.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, n, diverged, mean, sd, mean - errors * sd, mean + errors * sd, least, most FROM spread;

-- The range in which 95 % of further single trainings of a setting fall: wider than the interval of the mean, since one training adds its own
-- spread. inside says whether the published value, which is one training, could be one of them; NULL when that cannot be told.
CREATE VIEW prediction (experiment, label, ord, n, low, high, published, inside) AS
WITH range (experiment, label, ord, n, low, high) AS (
    SELECT experiment, label, ord, n, mean - (high - mean) * sqrt(n + 1), mean + (high - mean) * sqrt(n + 1) FROM summary
)
SELECT r.experiment, r.label, r.ord, r.n, r.low, r.high, e.published, e.published BETWEEN r.low AND r.high
FROM range r JOIN experiment e ON e.id = r.experiment;

-- The difference to the same setting of the experiment it is compared with, over the seeds that both have.
CREATE VIEW paired (experiment, label, ord, against, n, mean, sd, low, high) AS
WITH pair (experiment, label, ord, against, d) AS (
    SELECT e.id, mine.label, mine.ord, e.against, mine.value - other.value FROM figure mine
    JOIN experiment e ON e.id = mine.experiment
    JOIN figure other ON other.experiment = e.against AND other.seed = mine.seed AND other.label = mine.label
    WHERE mine.value IS NOT NULL AND other.value IS NOT NULL
), middle AS (
    SELECT experiment, label, min(ord) AS ord, against, count(*) AS n, avg(d) AS mean FROM pair GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((d - mean) * (d - mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors
    FROM middle m JOIN pair p ON p.experiment = m.experiment AND p.label = m.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, against, n, mean, sd, mean - errors * sd, mean + errors * sd FROM spread;

PRAGMA application_id = 0x53545241; -- 'STRA'
PRAGMA user_version = 1;
