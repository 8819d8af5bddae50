-- Version 7 of the memory of runs: how sure a net is of the true class, and two views of what queries of the page asked one by one.

-- Images by the probability that the net gives to their true class: from bin/20 on, and below (bin + 1)/20; the last of the 20 bins has 1,
-- too. A run that was diagnosed has all of them (docs/math.md, (57)).
CREATE TABLE certainty (
    run     TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    part    TEXT NOT NULL CHECK (part IN ('train', 'validation', 'test')),
    bin     INTEGER NOT NULL CHECK (bin BETWEEN 0 AND 19),
    correct INTEGER NOT NULL CHECK (correct >= 0), -- that it was right about
    wrong   INTEGER NOT NULL CHECK (wrong >= 0),
    PRIMARY KEY (run, part, bin)
) STRICT, WITHOUT ROWID;

-- Experiments whose accuracies may stand beside those published for CIFAR-10: none of other images, or of trainings that were cut short.
CREATE VIEW sound (experiment) AS
SELECT e.id FROM experiment e WHERE NOT EXISTS (SELECT 1 FROM note WHERE key = 'quick' AND value = 'yes')
    AND NOT EXISTS (SELECT 1 FROM experiment_run l JOIN run r ON r.id = l.run
        WHERE l.experiment = e.id AND r.data_kind NOT IN ('official', 'once-through-JPEG'));

-- An experiment itself, what is compared with it, what is compared with one of these, and so on.
CREATE VIEW descent (ancestor, experiment) AS
WITH RECURSIVE line (ancestor, experiment) AS (
    SELECT id, id FROM experiment UNION SELECT l.ancestor, e.id FROM line l JOIN experiment e ON e.against = l.experiment
)
SELECT ancestor, experiment FROM line;

PRAGMA user_version = 7;
