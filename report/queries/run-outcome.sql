-- What became of the runs, in a sentence or two.
WITH ended AS (
    SELECT count(*) AS n, sum(status = 'done') AS done, sum(status = 'diverged') AS diverged FROM run
), one AS (
    SELECT r.*, (SELECT epoch FROM point p WHERE p.run = r.id ORDER BY upd DESC LIMIT 1) AS epoch,
        (SELECT value FROM result t WHERE t.run = r.id AND t.part = 'test' AND t.what = 'accuracy') AS test,
        (SELECT value FROM result t WHERE t.run = r.id AND t.part = 'validation' AND t.what = 'accuracy') AS validation,
        CASE (SELECT channels FROM dataset d WHERE d.digest = r.data_digest) WHEN 0 THEN 'examples' ELSE 'images' END AS things
    FROM run r
)
SELECT CASE WHEN n > 1 THEN printf('%,d trainings', n) || CASE (SELECT count(*) FROM team) WHEN 1 THEN ' that differ in their seeds alone'
        ELSE printf(' of %,d kinds; those of a kind differ in their seeds alone', (SELECT count(*) FROM team)) END || '.'
        || CASE WHEN diverged > 0 THEN printf(' Diverged: %,d.', diverged) ELSE '' END
        || CASE WHEN n - done - diverged > 0 THEN printf(' Not ended: %,d.', n - done - diverged) ELSE '' END
    ELSE (SELECT CASE status WHEN 'done' THEN printf('It ended after %,d updates', updates) || coalesce(printf(' (%.1f epochs)', epoch), '')
            || CASE WHEN test IS NOT NULL THEN printf(' and recognises %.2f %% of the test %s', 100 * test + 1e-9, things)
                WHEN validation IS NOT NULL THEN printf(' and recognises %.2f %% of the validation %s', 100 * validation + 1e-9, things) ELSE '' END || '.'
        WHEN 'diverged' THEN printf('It diverged after %,d updates', updates) || coalesce(': ' || nullif(reason, ''), '') || '.'
        ELSE printf('It has not ended: %s after %,d updates', status, updates) || coalesce(' (' || nullif(reason, '') || ')', '')
            || '. strata resume goes on with what was interrupted.' END FROM one) END AS outcome
FROM ended
