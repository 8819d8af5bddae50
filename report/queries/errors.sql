-- The largest absolute error of each W and b of the report's nets, lambda as in the report: ours by both methods, without and with batch
-- normalisation, and the report's. `broken` counts errors that are no numbers, or infinite: an axis has no place for them.
WITH like_report AS (
    SELECT g.*, e.ord AS place, row_number() OVER (PARTITION BY g.experiment, method, bn, layer, tensor ORDER BY lambda) AS choice
    FROM gradcheck g JOIN experiment e ON e.id = g.experiment
    WHERE tensor IN ('W', 'b') AND e.id IN (SELECT value FROM json_each(:assignment))
)
SELECT dense_rank() OVER (ORDER BY place, experiment) + dense_rank() OVER (ORDER BY place, experiment, layer, tensor) AS "row",
    CASE WHEN experiment GLOB 'gradcheck-[0-9]*' THEN '' ELSE experiment || ': ' END
        || (SELECT max(layer) FROM gradcheck all_of WHERE all_of.experiment = l.experiment) || ' layers' AS net,
    row_number() OVER (PARTITION BY experiment ORDER BY layer, tensor) = 1 AS first, tensor || '_' || layer AS tensor,
    (SELECT CAST(value AS REAL) FROM note n
        WHERE n.experiment = l.experiment AND key = 'published.max_' || tensor || '.' || layer) AS report,
    max(max_abs) FILTER (WHERE method = 'central' AND bn = 0) AS central,
    max(max_abs) FILTER (WHERE method = 'central' AND bn = 1) AS central_bn,
    max(max_abs) FILTER (WHERE method = 'complex' AND bn = 0) AS complex,
    max(max_abs) FILTER (WHERE method = 'complex' AND bn = 1) AS complex_bn,
    sum(max_abs_kind <> 0) AS broken, experiment
FROM like_report l WHERE choice = 1 GROUP BY place, experiment, layer, tensor ORDER BY "row"
