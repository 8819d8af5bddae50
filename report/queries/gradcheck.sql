-- The gradient check, tensor by tensor: the share of absolute errors below 1e-6 in all cases, and the largest errors, ours by both methods
-- beside the report's; lambda as in the report.
WITH alike AS (
    SELECT g.*, e.ord AS place, min(lambda) OVER (PARTITION BY g.experiment) AS least
    FROM gradcheck g JOIN experiment e ON e.id = g.experiment WHERE e.id IN (SELECT value FROM json_each(:assignment))
), tensor AS (
    SELECT place, experiment, layer, tensor, max(entries) AS entries,
        max(max_abs) FILTER (WHERE method = 'central' AND bn = 0) AS central,
        max(max_abs) FILTER (WHERE method = 'central' AND bn = 1) AS central_bn,
        max(max_abs) FILTER (WHERE method = 'complex' AND bn = 0) AS complex,
        max(max_abs) FILTER (WHERE method = 'complex' AND bn = 1) AS complex_bn,
        max(max_abs_kind <> 0) FILTER (WHERE method = 'central' AND bn = 0) AS central_kind,
        max(max_abs_kind <> 0) FILTER (WHERE method = 'central' AND bn = 1) AS central_bn_kind,
        max(max_abs_kind <> 0) FILTER (WHERE method = 'complex' AND bn = 0) AS complex_kind,
        max(max_abs_kind <> 0) FILTER (WHERE method = 'complex' AND bn = 1) AS complex_bn_kind,
        1.0 * sum(below_1e_6) / sum(checked) AS share, sum(kinks) AS kinks, sum(errors) AS errors
    FROM alike WHERE lambda = least GROUP BY place, experiment, layer, tensor
), published (experiment, key, value) AS (
    SELECT experiment, key, CAST(value AS REAL) FROM note WHERE key LIKE 'published.%'
), noted AS (
    SELECT t.*, largest.value AS report, share.value AS report_share FROM tensor t
    LEFT JOIN published largest ON largest.experiment = t.experiment AND largest.key = 'published.max_' || tensor || '.' || layer
    LEFT JOIN published share ON share.experiment = t.experiment AND share.key = 'published.below_' || tensor || '.' || layer
)
SELECT CASE WHEN experiment GLOB 'gradcheck-[0-9]*' THEN replace(experiment, 'gradcheck-', '') || ' layers: ' ELSE experiment || ': ' END
        || CASE tensor WHEN 'gamma' THEN 'γ' WHEN 'beta' THEN 'β' ELSE tensor END
        || CASE WHEN layer > 9 THEN substr('₁₂₃₄₅₆₇₈₉', layer / 10, 1) ELSE '' END || substr('₀₁₂₃₄₅₆₇₈₉', layer % 10 + 1, 1) AS tensor,
    entries, CASE WHEN share IS NULL THEN '–' ELSE printf('%.1f', 100 * share) END AS "below 10⁻⁶, %",
    CASE WHEN report_share IS NULL THEN '–' ELSE printf('%.1f', 100 * report_share) END AS "the report: below 10⁻⁶, %",
    CASE WHEN central_kind THEN 'no number' WHEN central IS NULL THEN '–' ELSE printf('%.1e', central) END AS "largest error: central",
    CASE WHEN central_bn_kind THEN 'no number' WHEN central_bn IS NULL THEN '–' ELSE printf('%.1e', central_bn) END AS "central, BN",
    CASE WHEN complex_kind THEN 'no number' WHEN complex IS NULL THEN '–' ELSE printf('%.1e', complex) END AS "complex step",
    CASE WHEN complex_bn_kind THEN 'no number' WHEN complex_bn IS NULL THEN '–' ELSE printf('%.1e', complex_bn) END AS "complex step, BN",
    CASE WHEN report IS NULL THEN '–' ELSE printf('%.1e', report) END AS "the report: largest error", kinks AS "kinks set aside", errors
FROM noted ORDER BY place, experiment, layer, instr('W b gamma beta', tensor)
