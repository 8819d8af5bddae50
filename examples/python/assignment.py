#!/usr/bin/env python3
"""The assignment in 30 lines: data, a gradient check, a 3-layer net with batch normalisation, its curves, its test accuracy.

    examples/python/assignment.py [DATA] [--quick]

DATA is a name of the catalogue, a folder or a file (cifar-10); --quick trains on 1,000 images for a few seconds, and its figures mean nothing.
"""
import sys

import strata

quick = "--quick" in sys.argv
names = [word for word in sys.argv[1:] if word != "--quick"]
data = strata.Data.open(names[0] if names else "cifar-10")
print(data)

net = {"hidden": [50, 50], "bn": True}
check = strata.gradcheck(net, data)
print(check)
assert check.passed

recipe = net | {"lambda": 0.005, "eta_min": 1e-5, "eta_max": 0.1, "n_batch": 100, "cycles": 2, "n_s": 2250}
if quick:
    recipe |= {"n_train": 1000, "n_val": 500, "n_s": 40, "evals": 2}
[run] = strata.train(recipe, data, seeds=[1])

print("update  eta      training loss, accuracy   validation loss, accuracy")
for point in run.curve:
    print(f"{point['update']:6} {point['eta']:8.5f} {point['train_loss']:8.4f} {point['train_accuracy']:9.2%}"
          f" {point['validation_loss']:14.4f} {point['validation_accuracy']:9.2%}")
print(f"test accuracy {run.test.accuracy:.2%} after {run.updates} updates, {run.seconds:.1f} s")
run.model.save("assignment.safetensors")
