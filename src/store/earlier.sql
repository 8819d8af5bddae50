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
