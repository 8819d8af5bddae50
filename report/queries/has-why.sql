-- Is what the section about layers, classes, weights and mistakes shows in the store?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM experiment WHERE id IN (SELECT value FROM json_each(:assignment))
    AND (id IN ('3layer', '3layer-bn', '9layer', '9layer-bn')))
