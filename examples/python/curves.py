#!/usr/bin/env python3
"""Curves by matplotlib, as a notebook: editors run the cells between the `# %%` one by one, Python runs them all.

    examples/python/curves.py [DATA] [--quick]

DATA is a name of the catalogue, a folder or a file (cifar-10); --quick trains on 1,000 images for a second, and its figures mean nothing.
The figure is curves.png in the folder where it runs.
"""
# %% What is compared: the same net with and without batch normalisation, over three seeds
import sys

import matplotlib.pyplot as plt
import numpy as np

import strata

quick = "--quick" in sys.argv
names = [word for word in sys.argv[1:] if word != "--quick"]
data = strata.Data.open(names[0] if names else "cifar-10")
recipe = {"hidden": [50, 30, 20, 20, 10, 10, 10, 10], "lambda": 0.005, "n_s": 2250, "cycles": 2, "init": "he"}
if quick:
    recipe |= {"n_train": 1000, "n_val": 500, "n_s": 40, "evals": 4}

# %% Train: six members, side by side on all cores, each with the bits that it has alone
runs = {bn: strata.train(recipe | {"bn": bn}, data, seeds=3) for bn in (True, False)}
for bn, members in runs.items():
    accuracy = 100 * np.array([run.test.accuracy for run in members])
    print(f"bn={bn}: test accuracy {accuracy.mean():.2f} %, sd {accuracy.std(ddof=1):.2f}, n = {len(accuracy)}")

# %% Plot: mean over the seeds, and a band from the least to the most
figure, panels = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
for panel, (key, title) in zip(panels, {"loss": "cross-entropy", "accuracy": "accuracy, %"}.items()):
    for bn, colour in ((True, "tab:blue"), (False, "tab:orange")):
        for part, line in (("train", "--"), ("validation", "-")):
            curves = np.array([run.curve[f"{part}_{key}"] for run in runs[bn]]) * (100 if key == "accuracy" else 1)
            epoch = runs[bn][0].curve["epoch"]
            panel.plot(epoch, curves.mean(axis=0), line, color=colour, label=f"{'with' if bn else 'without'} batch norm., {part}")
            panel.fill_between(epoch, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.15, linewidth=0)
    panel.set(xlabel="epoch", ylabel=title)
panels[0].legend(fontsize="small")
panels[2].plot(epoch, runs[True][0].curve["eta"], color="0.3")
panels[2].set(xlabel="epoch", ylabel="learning rate")
figure.suptitle(f"9-layer net on {data.name}, 3 seeds: mean, least to most")
figure.savefig("curves.png", dpi=120)  # a notebook shows it by itself
