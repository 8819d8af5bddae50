-- Version 2 of the memory of runs: from version 1 (schema.sql, which stays as it is) the views that tell intervals are made anew. No table
-- changes, so a store of version 1 that is only read is read with these views laid over its own.
--
-- An interval of a mean says something where one kind of seeds scatters about it. Where some seeds learn and others stay at chance it does
-- not, and there is none. An accuracy lies between 0 and 1, so does its mean: what of an interval lies outside is no part of it, and leaving
-- it away takes nothing from its 95 % (docs/decisions/0064).

DROP VIEW paired;
DROP VIEW prediction;
DROP VIEW summary;

-- Accuracies of one setting that lie further apart than this are those of two kinds of seeds; so are differences of accuracies.
CREATE VIEW kinds (apart) AS VALUES (0.2);

-- Mean, standard deviation (n - 1) and 95 % interval of the mean over the seeds, for each setting (label) of each experiment. n counts the
-- runs that have a figure; one run has no sd and no interval, and two kinds of seeds have no interval.
CREATE VIEW summary (experiment, label, ord, n, diverged, mean, sd, low, high, least, most, two_kinds) AS
WITH middle (experiment, label, ord, n, diverged, mean, least, most) AS (
    SELECT experiment, label, min(ord), count(value), sum(status = 'diverged'), avg(value), min(value), max(value)
    FROM figure GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((f.value - m.mean) * (f.value - m.mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors,
           coalesce(m.most - m.least > (SELECT apart FROM kinds), 0) AS two_kinds
    FROM middle m JOIN figure f ON f.experiment = m.experiment AND f.label = m.label GROUP BY m.experiment, m.label
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
WITH pair (experiment, label, ord, against, d) AS (
    SELECT e.id, mine.label, mine.ord, e.against, mine.value - other.value FROM figure mine
    JOIN experiment e ON e.id = mine.experiment
    JOIN figure other ON other.experiment = e.against AND other.seed = mine.seed AND other.label = mine.label
    WHERE mine.value IS NOT NULL AND other.value IS NOT NULL
), middle AS (
    SELECT experiment, label, min(ord) AS ord, against, count(*) AS n, avg(d) AS mean, min(d) AS least, max(d) AS most
    FROM pair GROUP BY experiment, label
), spread AS (
    SELECT m.*, CASE WHEN m.n > 1 THEN sqrt(sum((d - mean) * (d - mean)) / (m.n - 1)) END AS sd,
           (SELECT t FROM student WHERE df <= m.n - 1 ORDER BY df DESC LIMIT 1) / sqrt(m.n) AS errors,
           m.most - m.least > (SELECT apart FROM kinds) AS two_kinds
    FROM middle m JOIN pair p ON p.experiment = m.experiment AND p.label = m.label GROUP BY m.experiment, m.label
)
SELECT experiment, label, ord, against, n, mean, sd, CASE WHEN NOT two_kinds THEN max(-1.0, mean - errors * sd) END,
       CASE WHEN NOT two_kinds THEN min(1.0, mean + errors * sd) END, least, most, two_kinds FROM spread;

PRAGMA user_version = 2;
