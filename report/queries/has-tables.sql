-- Was anything trained on examples that are no images?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM run r JOIN dataset d ON d.digest = r.data_digest WHERE d.channels = 0)
