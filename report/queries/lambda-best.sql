-- The three best settings of each stage of the search, in the order of the search, by the mean accuracy on the validation images.
WITH stage (experiment, turn, words) AS (
    VALUES ('lambda-coarse', 1, 'coarse'), ('lambda-fine', 2, 'fine'), ('lambda-finalists', 3, 'finalists')
), ranked AS (
    SELECT s.*, stage.turn, stage.words, p.value AS lambda, row_number() OVER (PARTITION BY s.experiment ORDER BY s.mean DESC, s.ord) AS place
    FROM stage JOIN summary s ON s.experiment = stage.experiment
    JOIN label_place p ON p.experiment = s.experiment AND p.label = s.label AND p.key = 'lambda' WHERE s.mean IS NOT NULL
)
SELECT words || ', ' || place AS "stage, place", lambda AS "λ",
    printf('%.2f', 100 * mean + 1e-9) AS "validation %", CASE WHEN sd IS NULL THEN '–' ELSE printf('%.2f', 100 * sd) END AS sd, n AS seeds,
    printf('%.2f', 100 * least) AS lowest, printf('%.2f', 100 * most) AS highest
FROM ranked WHERE place <= 3 ORDER BY turn, place
