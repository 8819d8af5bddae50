-- Version 5 of the memory of runs: what the data of a run are. A run tells the digest of its data; a row of `dataset` says what has this
-- digest, so runs of differing data in one store are told apart by what people call the data, and nobody has to know any of them by heart.

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

-- Of an older store: all its data have one form (earlier.sql).
INSERT INTO dataset SELECT * FROM earlier_dataset;
INSERT INTO class SELECT * FROM earlier_class;

PRAGMA user_version = 5;
