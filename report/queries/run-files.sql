-- The files of the one run.
SELECT a.path AS file, printf('%,d', a.bytes) AS bytes, a.sha256 AS "SHA-256" FROM artifact a JOIN run r ON r.id = a.run ORDER BY a.path
