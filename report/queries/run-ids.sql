-- The runs of the page: their whole ids, where their files lie, and the digests of what they left.
SELECT r.id AS run, t.name AS "kind", r.seed, coalesce(nullif(substr(r.model_digest, 1, 16), ''), '–') AS "model, SHA-256 begins",
    (SELECT count(*) FROM artifact a WHERE a.run = r.id) AS files, replace(substr(r.created, 1, 16), 'T', ' ') AS "recorded, UTC", r.version AS strata
FROM chosen c JOIN run r ON r.id = c.run JOIN team t ON t.team = c.team ORDER BY c.place LIMIT 200
