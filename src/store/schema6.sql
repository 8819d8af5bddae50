-- Version 6 of the memory of runs: further scores of what a training left, beside those of its model (docs/math.md, At the end): several
-- nets together, averaged parameters, other statistics of batch normalisation, mirror images.

-- Two rows each, one a part. The loss of votes is NaN (kind 1): they have none.
CREATE TABLE variant (
    run           TEXT NOT NULL REFERENCES run ON DELETE CASCADE,
    name          TEXT NOT NULL CHECK (name <> ''), -- 'ensemble', 'votes', 'swa', ...
    part          TEXT NOT NULL CHECK (part IN ('validation', 'test')),
    ord           INTEGER NOT NULL,                 -- its place among those of the run
    loss          REAL, loss_kind     INTEGER NOT NULL,
    accuracy      REAL, accuracy_kind INTEGER NOT NULL,
    PRIMARY KEY (run, name, part),
    CHECK (loss_kind     BETWEEN 0 AND 3 AND (loss_kind = 0)     = (loss IS NOT NULL)),
    CHECK (accuracy_kind BETWEEN 0 AND 3 AND (accuracy_kind = 0) = (accuracy IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Of each variant over the seeds of a setting: mean, standard deviation (n - 1) and 95 % interval of its accuracy on the part that the
-- experiment may look at, and the same of its gain, the difference to the figure of the same run. As in summary, no mean is over several
-- data, and two kinds of seeds have no interval.
CREATE VIEW variant_summary (experiment, label, ord, name, place, n, mean, sd, low, high, gain, gain_sd, gain_low, gain_high) AS
WITH one (experiment, label, ord, name, place, data, value, d) AS MATERIALIZED (
    SELECT f.experiment, f.label, f.ord, v.name, v.ord, f.data, v.accuracy, v.accuracy - f.value
    FROM figure f CROSS JOIN experiment e ON e.id = f.experiment CROSS JOIN variant v ON v.run = f.run AND v.part = e.part
    WHERE f.value IS NOT NULL
), middle AS MATERIALIZED (
    SELECT experiment, label, min(ord) AS ord, name, min(place) AS place, count(value) AS n,
           CASE WHEN min(data) = max(data) THEN avg(value) END AS mean, CASE WHEN min(data) = max(data) THEN avg(d) END AS gain,
           max(value) - min(value) > (SELECT apart FROM kinds) AS apart, max(d) - min(d) > (SELECT apart FROM kinds) AS gains_apart
    FROM one GROUP BY experiment, label, name
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((o.value - m.mean) * (o.value - m.mean)) / (m.n - 1)) END AS sd,
           CASE WHEN m.n > 1 THEN sqrt(sum((o.d - m.gain) * (o.d - m.gain)) / (m.n - 1)) END AS gain_sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors
    FROM one o CROSS JOIN middle m ON o.experiment = m.experiment AND o.label = m.label AND o.name = m.name
    GROUP BY m.experiment, m.label, m.name
)
SELECT experiment, label, ord, name, place, n, mean, sd, CASE WHEN NOT apart THEN max(0.0, mean - errors * sd) END,
       CASE WHEN NOT apart THEN min(1.0, mean + errors * sd) END, gain, gain_sd,
       CASE WHEN NOT gains_apart THEN max(-1.0, gain - errors * gain_sd) END,
       CASE WHEN NOT gains_apart THEN min(1.0, gain + errors * gain_sd) END FROM spread;

PRAGMA user_version = 6;
