#!/usr/bin/env python3
"""The assignment in 30 lines: data, a gradient check, a 3-layer net with batch normalisation, its curves, its test accuracy.

    examples/python/assignment.py [DATA] [--quick]

DATA is a name of the catalogue, a folder or a file (cifar-10); --quick trains on 1,000 images for a second, and its figures mean nothing.
"""
import sys

import strata

quick = "--quick" in sys.argv
names = [word for word in sys.argv[1:] if word != "--quick"]
data = strata.Data.open(names[0] if names else "cifar-10")
print(data.title)

net = {"hidden": [50, 50], "bn": True}
check = strata.gradcheck(net, data)
for layer in range(1, 4):
    print(f"layer {layer}:", ", ".join(f"d{tensor.name} {tensor.max_abs:.1e}" for tensor in check.tensors if tensor.layer == layer))
assert check.passed, "a gradient is wrong"

recipe = net | {"lambda": 0.005, "eta_min": 1e-5, "eta_max": 0.1, "n_batch": 100, "cycles": 2, "n_s": 2250}
if quick:
    recipe |= {"n_train": 1000, "n_val": 500, "n_s": 40, "evals": 2}
[run] = strata.train(recipe, data)

print("update      eta   loss: training, validation   accuracy: training, validation")
curve = run.curve
for q, update in enumerate(curve["update"]):
    print(f"{update:6} {curve['eta'][q]:8.5f} {curve['train_loss'][q]:16.4f} {curve['validation_loss'][q]:11.4f}"
          f" {curve['train_accuracy'][q]:20.2%} {curve['validation_accuracy'][q]:11.2%}")
print(f"test accuracy {run.test.accuracy:.2%} after {run.updates} updates in {run.seconds:.1f} s")
run.model.save("assignment.safetensors")
