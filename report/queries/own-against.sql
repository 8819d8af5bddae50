-- Is this experiment compared with another?
SELECT against FROM experiment WHERE id = :experiment AND against <> ''
