-- How many gradient entries agree with the numerical ones to 1e-6.
SELECT printf('%,d of %,d', sum(below_1e_6), sum(checked)) AS entries FROM gradcheck HAVING count(*) > 0
