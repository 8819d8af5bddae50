-- The scores of the one run at its end, part by part.
WITH part (part, ord) AS (VALUES ('train', 1), ('validation', 2), ('test', 3)), what (what, ord) AS (VALUES ('accuracy', 1), ('loss', 2), ('cost', 3)),
told AS (
    SELECT p.part, p.ord, t.what, CASE t.kind WHEN 0 THEN CASE t.what WHEN 'accuracy' THEN printf('%.2f', 100 * t.value + 1e-9) ELSE printf('%.4f', t.value) END
        WHEN 1 THEN 'not a number' WHEN 2 THEN '∞' ELSE '−∞' END AS words
    FROM run r JOIN result t ON t.run = r.id JOIN part p ON p.part = t.part
)
SELECT CASE part WHEN 'train' THEN 'training' ELSE part END AS part, coalesce(max(CASE what WHEN 'accuracy' THEN words END), '–') AS "accuracy, %",
    coalesce(max(CASE what WHEN 'loss' THEN words END), '–') AS loss, coalesce(max(CASE what WHEN 'cost' THEN words END), '–') AS cost
FROM told GROUP BY part ORDER BY ord
