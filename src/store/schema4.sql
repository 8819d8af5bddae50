-- Version 4 of the memory of runs: every training is in it, whoever asked for it, and people may write beside a run what they think of it.
--
-- The maker is who recorded the run first, and stays when the run is recorded again; so do the notes.

ALTER TABLE run ADD COLUMN maker TEXT NOT NULL DEFAULT 'lab' CHECK (maker IN ('lab', 'train'));

-- What somebody wrote beside a run, in the order in which it was written.
CREATE TABLE run_note (
    run     TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    ord     INTEGER NOT NULL,
    created TEXT NOT NULL,                      -- UTC, as that of the run
    words   TEXT NOT NULL CHECK (words <> ''),
    PRIMARY KEY (run, ord)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
