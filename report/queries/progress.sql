-- How far a laboratory is: of each experiment with a plan the trainings that are recorded, of those that it comes to at most.
SELECT e.id AS experiment, count(l.run) || ' of ' || n.value AS "recorded, of planned at most",
    printf('%.0f', min(100, 100.0 * count(l.run) / max(1, CAST(n.value AS INTEGER)))) AS "%", sum(r.status IS 'diverged') AS diverged
FROM note n JOIN experiment e ON e.id = n.experiment LEFT JOIN experiment_run l ON l.experiment = e.id LEFT JOIN run r ON r.id = l.run
WHERE n.key = 'planned' GROUP BY e.id ORDER BY e.ord, e.id
