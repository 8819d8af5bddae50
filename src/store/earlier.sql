-- What configs and labels say, as rows: the one place where these texts are taken apart. The store lays the two views over a file while it
-- is open (they are in no file): a run that is written gets its settings through the first, the migration to version 3 fills its tables
-- through both, and an older store that is only read shows them in place of those tables.

-- The lines "key = value" of a config. As JSON the config is one text, in which only a line break is \n once each backslash is \u005c.
CREATE TEMP VIEW config_line (run, key, ord, value, number) AS
SELECT run.id, substr(line.value, 1, instr(line.value, ' = ') - 1), line.key, substr(line.value, instr(line.value, ' = ') + 3),
       strata_number(substr(line.value, instr(line.value, ' = ') + 3))
FROM run CROSS JOIN json_each('[' || replace(replace(json_quote(run.config), '\\', '\u005c'), '\n', '","') || ']') line
WHERE instr(line.value, ' = ') > 1;

-- The settings that a label like "bn=true, lambda=0.005" names. All labels of an experiment name the same ones.
CREATE TEMP VIEW label_axis (experiment, key, ord) AS
WITH labelled (experiment, run, label) AS (
    SELECT experiment, min(run), label FROM experiment_run WHERE label <> '' GROUP BY experiment
), word (experiment, run, key, ord) AS (
    SELECT l.experiment, l.run, substr(word.value, 1, instr(word.value, '=') - 1), word.key
    FROM labelled l CROSS JOIN json_each('[' || replace(json_quote(l.label), ', ', '","') || ']') word WHERE instr(word.value, '=') > 1
)
SELECT experiment, key, min(ord) FROM word WHERE EXISTS (SELECT 1 FROM config_line c WHERE c.run = word.run AND c.key = word.key)
GROUP BY experiment, key;

-- Before version 5 every run saw data of one form: CIFAR-10's, in its own images, in some that passed through JPEG, in Strata's synthetic
-- ones, or in files that nobody knew. The words are those by which the program called them.
CREATE TEMP VIEW earlier_dataset (digest, name, kind, title, element, features, height, width, channels, classes, train, test) AS
WITH kinds (kind, name, title) AS (
    VALUES ('official', 'cifar-10', 'CIFAR-10, the official binary files'),
        ('once-through-JPEG', 'cifar-10-jpeg', 'CIFAR-10, each image passed once through JPEG (not the official bytes)'),
        ('synthetic', 'synthetic', 'SYNTHETIC images drawn by strata (not CIFAR-10)')
), seen (digest, kind) AS (
    SELECT data_digest, min(data_kind) FROM run WHERE data_digest <> '' GROUP BY data_digest
)
SELECT s.digest, coalesce(k.name, 'unknown'), s.kind,
    coalesce(k.title, 'an unknown data set in the form of CIFAR-10 (its digests are not the official ones)'),
    'bytes', 3072, 32, 32, 3, 10, 50000, 10000
FROM seen s LEFT JOIN kinds k ON k.kind = s.kind;

CREATE TEMP VIEW earlier_class (dataset, number, name) AS
WITH named (number, name, drawn) AS (
    VALUES (0, 'airplane', 'disc'), (1, 'automobile', 'ring'), (2, 'bird', 'square'), (3, 'cat', 'triangle'), (4, 'deer', 'cross'),
        (5, 'dog', 'crescent'), (6, 'frog', 'hourglass'), (7, 'horse', 'stripes'), (8, 'ship', 'checks'), (9, 'truck', 'dots')
)
SELECT d.digest, n.number, CASE d.kind WHEN 'synthetic' THEN n.drawn ELSE n.name END FROM earlier_dataset d CROSS JOIN named n;
