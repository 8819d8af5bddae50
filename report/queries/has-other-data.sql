-- Was anything trained on other data than those of CIFAR-10's form?
SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM run r JOIN dataset d ON d.digest = r.data_digest
    WHERE r.data_kind NOT IN ('official', 'once-through-JPEG', 'synthetic', 'unknown'))
