-- The three best settings of each search, by the mean accuracy on the validation images.
WITH ranked AS (
    SELECT s.*, substr(s.label, instr(s.label, '=') + 1) AS lambda,
        row_number() OVER (PARTITION BY s.experiment ORDER BY s.mean DESC, s.ord) AS place
    FROM summary s WHERE s.experiment IN ('lambda-coarse', 'lambda-fine', 'lambda-finalists') AND s.mean IS NOT NULL
)
SELECT CASE experiment WHEN 'lambda-coarse' THEN 'coarse' WHEN 'lambda-fine' THEN 'fine' ELSE 'three cycles' END || ', ' || place
        AS "search, place", lambda AS "λ",
    printf('%.2f', 100 * mean) AS "validation %", CASE WHEN sd IS NULL THEN '–' ELSE printf('%.2f', 100 * sd) END AS sd, n AS seeds,
    printf('%.2f', 100 * least) AS lowest, printf('%.2f', 100 * most) AS highest
FROM ranked WHERE place <= 3 ORDER BY experiment, place
