import strata
print("strata", strata)
