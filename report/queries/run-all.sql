-- All runs of the page as one experiment, of which each team is a setting: for the queries of one's own experiments.
SELECT 'all' AS anchor, 'all of them' AS experiment WHERE EXISTS (SELECT 1 FROM run)
