-- A gradient check of one's own, tensor by tensor: each combination that was checked by each method.
SELECT method || ', ' || hidden || CASE bn WHEN 1 THEN ', BN' ELSE '' END || printf(', λ = %g', lambda) AS "checked",
    CASE tensor WHEN 'gamma' THEN 'γ' WHEN 'beta' THEN 'β' ELSE tensor END
        || CASE WHEN layer > 9 THEN substr('₁₂₃₄₅₆₇₈₉', layer / 10, 1) ELSE '' END || substr('₀₁₂₃₄₅₆₇₈₉', layer % 10 + 1, 1) AS tensor,
    entries, CASE WHEN checked = 0 THEN '–' ELSE printf('%.1f', 100.0 * below_1e_6 / checked) END AS "below 10⁻⁶, %",
    CASE WHEN max_abs_kind <> 0 THEN 'no number' ELSE printf('%.1e', max_abs) END AS "largest error",
    CASE WHEN tolerance_kind <> 0 THEN 'no number' ELSE printf('%.1e', tolerance) END AS tolerance, kinks AS "kinks set aside", errors
FROM gradcheck WHERE experiment = :experiment ORDER BY ord
