"""A training by strata that another program can repeat: its first weights, its images, the loss of each update, and its curves.

Strata trains on as many images as a mini-batch has, so that every update sees all of them and their order is no matter. A first training of
one update at rate 0 saves the weights that the second, which has the same seed, begins with. The first images of the training data are trained on,
the last as many are validated on, before the first update and after the last.
"""
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from nets import CHANNELS, PATCH_NETS, strata_words
from recipe import PIXELS

ETA = 0.005


def read_model(path):
    """The tensors of a safetensors file."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        elements = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(elements[t["data_offsets"][0]:t["data_offsets"][1]], "<f4").reshape(t["shape"]) for name, t in header.items()}


def train(strata, net, data, folder, n_batch, updates, eta):
    """The folder of the run."""
    words = [*strata_words(net), f"n_batch={n_batch}", f"n_train={n_batch}", f"n_val={n_batch}", "schedule=constant", f"eta_min={eta}", f"eta_max={eta}",
             f"updates={updates}", "evals=1", "cycles=1", "log_every=1", "threads=1"]
    command = [strata, "train", *words, "--data", data, "--out", folder, "--no-store", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{sys.argv[0]}: {' '.join(command)} ended with exit code {done.returncode}: {done.stderr.strip()}")
    return glob.glob(os.path.join(folder, "runs", "*"))[0]


def rows_of(run, name):
    with open(os.path.join(run, name), encoding="utf-8", newline="") as file:
        return [{key: float(value) for key, value in line.items()} for line in csv.DictReader(file)]


def examples(data, n):
    """Bytes and labels of the first n of the training data, and of the last n."""
    read = [np.fromfile(os.path.join(data, f"data_batch_{batch}.bin"), np.uint8).reshape(-1, PIXELS + 1) for batch in (1, 5)]
    records = np.concatenate((read[0][:n], read[1][-n:]))
    return np.ascontiguousarray(records[:, 1:]), records[:, 0].astype(np.int64)


def strata_training(strata, net, start, images, n, updates):
    """start and images filled with those of strata, n to train on and n to validate on; of each update its index, eta and loss; and the points of
    the curves as dictionaries."""
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        subprocess.run([strata, "data", "synth", data], capture_output=True, check=True)
        model = read_model(os.path.join(train(strata, net, data, os.path.join(folder, "start"), n, 1, 0), "model.safetensors"))
        run = train(strata, net, data, os.path.join(folder, "run"), n, updates, ETA)
        losses, points = rows_of(run, "losses.csv"), rows_of(run, "curves.csv")
        images.bytes, images.labels = examples(data, n)
    mean, std = (model[name].ravel() for name in ("input.mean", "input.std"))
    if net in PATCH_NETS:
        mean, std = (a.reshape(CHANNELS, -1)[:, 0] for a in (mean, std))
    images.set_standard(mean, std)
    layers = range(1, len(start.W) + 1)
    start.W = [np.ascontiguousarray(model[f"layer{l}.W"].T) for l in layers]
    start.b = [model[f"layer{l}.b"].copy() for l in layers]
    return start, images, [(np.arange(n), ETA, line["loss"]) for line in losses], points
