"""What the peers share: the recipe of docs/math.md in numbers, the images, the options, and how a peer is timed. Import this before NumPy:
it sets the number of threads that the BLAS may use.

A peer is an object with update(index, eta), which learns from the images of that index and returns their loss, and evaluate(first, count),
which returns loss and accuracy of so many images in order, by running averages. Random bytes will do for images: time does not depend on
them. The order of an epoch is drawn outside the time.
"""
import argparse
import ctypes
import json
import os
import sys
import time

from nets import CHANNELS, NETS, PATCH_NETS, SIDE

PIXELS, CLASSES, LAMBDA, EPS, ALPHA = CHANNELS * SIDE * SIDE, 10, 0.005, 1e-5, 0.9
ETA_MIN, ETA_MAX, N_S = 1e-5, 1e-1, 2250
TRAIN, VALIDATION, TEST = 45000, 5000, 10000
TIMED_IMAGES = 15000  # for updates alone: 46 MB as bytes, 184 MB as floats


def _threads():
    """--threads is needed before NumPy is imported, and so before the other options are read."""
    for at, word in enumerate(sys.argv):
        value = word.partition("=")[2] if word.startswith("--threads=") else sys.argv[at + 1] if word == "--threads" and at + 1 < len(sys.argv) else ""
        if value.isdigit() and int(value) > 0:
            return value
    return "1"


for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = _threads()

import numpy as np  # noqa: E402


def eta_at(t, n_s=N_S):
    """(18)"""
    r = t % (2 * n_s)
    return ETA_MIN + (r if r <= n_s else 2 * n_s - r) / n_s * (ETA_MAX - ETA_MIN)


class Start:
    """The parameters that every peer starts from, layer by layer: W [d x m], b, gamma, beta."""

    def __init__(self, rng, net):
        hidden, self.bn = NETS[net]
        widths = [PIXELS, *hidden, CLASSES]
        f = np.float32
        self.W = [(rng.standard_normal((d, m)) * np.sqrt(2 / d)).astype(f) for d, m in zip(widths, widths[1:])]
        self.b = [np.zeros(m, f) for m in widths[1:]]
        self.gamma = [np.ones(m, f) for m in hidden]
        self.beta = [np.zeros(m, f) for m in hidden]


class Images:
    """Bytes, and what makes them numbers: X = p scale + shift, as in (0)."""

    def __init__(self, rng, count):
        self.bytes = rng.integers(0, 256, (count, PIXELS), dtype=np.uint8)
        self.labels = rng.integers(0, CLASSES, count)
        some = self.bytes[:2000] / np.float32(255)
        mean, std = some.mean(0), some.std(0)
        self.scale, self.shift = (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)

    def standardised(self):
        """All of them, as floats."""
        out = np.empty(self.bytes.shape, np.float32)
        np.multiply(self.bytes, self.scale, out=out)
        return np.add(out, self.shift, out=out)


def blas():
    """The library that products really went to, as this process has it mapped, with what it says of itself."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            files = sorted({line.split()[-1] for line in maps if "blas" in line.rpartition("/")[2] and ".so" in line})
    except OSError:
        return "unknown"
    for file in files:
        library = ctypes.CDLL(file)
        if hasattr(library, "openblas_get_config"):
            library.openblas_get_config.restype = library.openblas_get_corename.restype = ctypes.c_char_p
            words = library.openblas_get_config().decode().split()
            return " ".join(words[:2] + [library.openblas_get_corename().decode()])
    return files[-1] if files else "none"


def options(text, forms=(), nets=tuple(NETS)):
    parser = argparse.ArgumentParser(description=text.split("\n\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter)
    if forms:
        parser.add_argument("--form", choices=forms, default=forms[0])
    parser.add_argument("--net", choices=nets, default="3layer-bn" if "3layer-bn" in nets else nets[0])
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--updates", type=int, default=500, help="to time, after a tenth more to warm up (500)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--training", type=int, metavar="N", default=0,
                        help="instead: N updates on 45,000 images, evaluations of these and 5,000 before and after them, and of 10,000 at the end")
    parser.add_argument("--serve", action="store_true", help="time so many updates for each line of standard input, and answer with a line of JSON")
    if nets == list(PATCH_NETS):
        parser.add_argument("--strata", metavar="FILE", help="compare with a training by this program, too")
    parser.add_argument("--check", action="store_true", help="compare the losses with those of another program, and time nothing")
    return parser.parse_args()


def batches(rng, count, n_batch):
    while True:
        order = rng.permutation(count)
        for first in range(0, count - n_batch + 1, n_batch):
            yield order[first:first + n_batch]


def time_updates(peer, o, rng, wrap):
    """Microseconds of an update, median and best, again and again; wrap makes of an index what the peer wants."""
    warm, seconds = max(o.updates // 10, 3), []
    for t, index in enumerate(batches(rng, TIMED_IMAGES, o.batch)):
        index = wrap(index)
        start = time.perf_counter()
        loss = peer.update(index, eta_at(t))
        seconds.append(time.perf_counter() - start)
        if len(seconds) == warm + o.updates:
            kept = sorted(seconds[warm:])
            yield {"us_per_update": 1e6 * kept[len(kept) // 2], "us_best": 1e6 * kept[0], "loss": loss}
            seconds = []


def time_training(peer, o, rng, wrap):
    """Seconds of a whole training of o.training updates: one triangle, evaluations as `strata train evals=1 cycles=1` makes them."""
    def curves():
        return peer.evaluate(0, TRAIN), peer.evaluate(TRAIN, VALIDATION)

    start = time.perf_counter()
    for t, index in enumerate(batches(rng, TRAIN, o.batch)):
        if t == 0:
            peer.update(wrap(index), 0.0)  # running averages start
            curves()
        if t == o.training:
            break
        peer.update(wrap(index), eta_at(t, o.training // 2))
    curves()
    loss, accuracy = peer.evaluate(TRAIN + VALIDATION, TEST)
    return {"seconds": time.perf_counter() - start, "loss": loss, "accuracy": accuracy}


def make_peer(make, o, rng):
    """The peer that make(start, images) gives, with as many images as are needed."""
    images = Images(rng, TRAIN + VALIDATION + TEST if o.training else TIMED_IMAGES)
    return make(Start(rng, o.net), images)


def measure(who, make, o, wrap=lambda index: index, **more):
    """Times the peer that make(start, images) gives, and says so."""
    rng = np.random.default_rng(1)
    peer = make_peer(make, o, rng)
    if o.training:
        return say(who, o, **time_training(peer, o, rng, wrap), **more)
    return time_and_say(who, peer, o, rng, wrap, **more)


def say(who, o, **more):
    print(json.dumps({"peer": who, "net": o.net, "batch": o.batch, "threads": o.threads, "blas": blas(), **more}))


def time_and_say(who, peer, o, rng, wrap, **more):
    """Times o.updates and says so; with --serve as often as a line is read, from the first on."""
    timed = time_updates(peer, o, rng, wrap)
    for _ in sys.stdin if o.serve else [None]:
        say(who, o, **next(timed), **more)
        sys.stdout.flush()
