-- The accuracy of the one run on this part, in percent.
SELECT printf('%.2f %%', 100 * value + 1e-9) AS accuracy FROM result t JOIN run r ON r.id = t.run WHERE part = 'train' AND what = 'accuracy' AND value IS NOT NULL
