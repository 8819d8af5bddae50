"""A training by strata that another program can repeat: its first weights, its images, and the loss of each update.

Strata trains on as many images as a mini-batch has, so that every update sees all of them and their order is no matter. A first training of
one update at rate 0 saves the weights that the second, which has the same seed, begins with. Both read a set that strata drew.
"""
import csv
import glob
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from nets import CHANNELS, strata_words
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
    words = [*strata_words(net), f"n_batch={n_batch}", f"n_train={n_batch}", "n_val=1", "schedule=constant", f"eta_min={eta}", f"eta_max={eta}",
             f"updates={updates}", "evals=0", "log_every=1", "threads=1"]
    command = [strata, "train", *words, "--data", data, "--out", folder, "--no-store", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{sys.argv[0]}: {' '.join(command)} ended with exit code {done.returncode}: {done.stderr.strip()}")
    return glob.glob(os.path.join(folder, "runs", "*"))[0]


def strata_training(strata, net, start, images, updates):
    """start and images filled with those of strata, and of each update its index, eta and loss."""
    n = len(images.bytes)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        subprocess.run([strata, "data", "synth", data], capture_output=True, check=True)
        model = read_model(os.path.join(train(strata, net, data, os.path.join(folder, "start"), n, 1, 0), "model.safetensors"))
        run = train(strata, net, data, os.path.join(folder, "run"), n, updates, ETA)
        with open(os.path.join(run, "losses.csv"), encoding="utf-8", newline="") as file:
            losses = [float(line["loss"]) for line in csv.DictReader(file)]
        records = np.fromfile(os.path.join(data, "data_batch_1.bin"), np.uint8, n * (PIXELS + 1)).reshape(n, PIXELS + 1)
    images.bytes, images.labels = np.ascontiguousarray(records[:, 1:]), records[:, 0].astype(np.int64)
    images.set_standard(*(model[name].reshape(CHANNELS, -1)[:, 0] for name in ("input.mean", "input.std")))
    start.W = [np.ascontiguousarray(model[f"layer{l}.W"].T) for l in (1, 2, 3)]
    start.b = [model[f"layer{l}.b"].copy() for l in (1, 2, 3)]
    return start, images, [(np.arange(n), ETA, loss) for loss in losses]
