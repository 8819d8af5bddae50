-- How many gradient entries agree with the numerical ones to 1e-6.
SELECT printf('%,d of %,d', sum(below_1e_6), sum(checked)) AS entries FROM gradcheck
WHERE experiment IN (SELECT value FROM json_each(:assignment)) HAVING count(*) > 0
