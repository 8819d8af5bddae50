-- Is this the page of a laboratory that is at work (strata report --live)?
SELECT 1 AS yes WHERE :live
