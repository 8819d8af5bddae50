"""What the peers share: the recipe of docs/math.md in numbers, the images, the options, and how a peer is timed. Import this before NumPy:
it sets the number of threads that the BLAS may use.

A peer is an object with update(index, eta), which learns from the images of that index and returns their loss, and evaluate(first, count),
which returns loss and accuracy of so many images in order, by running averages, in one of several ways (evaluation.py). Random bytes will do for
images: time does not depend on them. Fashion-MNIST and the digits are read where they are installed. The order of an epoch is drawn outside the time
of updates, and within that of a training.
"""
import argparse
import ctypes
import gzip
import json
import os
import sys
import time

from nets import CHANNELS, DATA, NETS, PATCH_NETS, SIDE, data_of

PIXELS, CLASSES, LAMBDA, EPS, ALPHA = CHANNELS * SIDE * SIDE, 10, 0.005, 1e-5, 0.9
ETA_MIN, ETA_MAX, N_S, POINTS = 1e-5, 1e-1, 2250, 10  # POINTS of the curves in a cycle, and one before the first update
TRAIN, VALIDATION, TEST = 45000, 5000, 10000
FASHION = "/usr/share/datasets/fashion-mnist/train-{}-ubyte.gz"
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
import evaluation  # noqa: E402


def eta_at(t, n_s=N_S):
    """(18)"""
    r = t % (2 * n_s)
    return ETA_MIN + (r if r <= n_s else 2 * n_s - r) / n_s * (ETA_MAX - ETA_MIN)


class Start:
    """The parameters that every peer starts from, layer by layer: W [d x m], b, gamma, beta."""

    def __init__(self, rng, net):
        hidden, self.bn = NETS[net]
        widths = [data_of(net)[1], *hidden, CLASSES]
        f = np.float32
        self.W = [(rng.standard_normal((d, m)) * np.sqrt(2 / d)).astype(f) for d, m in zip(widths, widths[1:])]
        self.b = [np.zeros(m, f) for m in widths[1:]]
        self.gamma = [np.ones(m, f) for m in hidden]
        self.beta = [np.zeros(m, f) for m in hidden]


def installed(name, inputs):
    """Bytes and labels of a set that a package brought; None where it is missing."""
    try:
        if name == "digits":
            from sklearn.datasets import load_digits
            digits = load_digits()
            return digits.data.astype(np.uint8), digits.target.astype(np.int64)
        read = [gzip.open(FASHION.format(what)).read() for what in ("images-idx3", "labels-idx1")]
        return np.frombuffer(read[0], np.uint8, offset=16).reshape(-1, inputs), np.frombuffer(read[1], np.uint8, offset=8).astype(np.int64)
    except (ImportError, OSError):
        return None


class Images:
    """Bytes, and what makes them numbers: X = p scale + shift, as in (0)."""

    def __init__(self, rng, count, net="", drawn=False):
        name, inputs, _ = data_of(net)
        found = installed(name, inputs) if net in DATA and not drawn else None
        self.bytes, self.labels = found or (rng.integers(0, 256, (count, inputs), dtype=np.uint8), rng.integers(0, CLASSES, count))
        self.bytes, self.labels = np.ascontiguousarray(self.bytes[:count]), self.labels[:count].copy()
        some = self.bytes[:2000] / np.float32(255)
        self.set_standard(some.mean(0), some.std(0))

    def set_standard(self, mean, std):
        std = np.where(std == 0, np.float32(1), std)
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
                        help="instead: the first N updates of the recipe, on 45,000 images, with its evaluations of these and 5,000, and of 10,000 at the end")
    parser.add_argument("--serve", action="store_true",
                        help="time so many updates for each line of standard input, and answer with a line of JSON; nothing is built before the first line")
    parser.add_argument("--how", metavar="WAY", help="evaluate in this way, as an earlier answer named it, and try no other")
    parser.add_argument("--strata", metavar="FILE", help="with --check: compare with a training by this program, too")
    parser.add_argument("--check", action="store_true", help="compare the losses with those of another program, and time nothing")
    return parser.parse_args()


def batches(rng, count, n_batch):
    while True:
        order = rng.permutation(count)
        for first in range(0, count - n_batch + 1, n_batch):
            yield order[first:first + n_batch]


def time_updates(peer, o, rng, wrap, count):
    """Microseconds of an update, median and best, again and again; wrap makes of an index what the peer wants."""
    warm, seconds = max(o.updates // 10, 3), []
    for t, index in enumerate(batches(rng, count, o.batch)):
        index = wrap(index)
        start = time.perf_counter()
        loss = peer.update(index, eta_at(t))
        seconds.append(time.perf_counter() - start)
        if len(seconds) == warm + o.updates:
            kept = sorted(seconds[warm:])
            yield {"us_per_update": 1e6 * kept[len(kept) // 2], "us_best": 1e6 * kept[0], "loss": loss}
            seconds = []


def time_training(peer, updates, o, rng, wrap):
    """Seconds of the first so many updates of the recipe, and of their evaluations: those that `strata train` makes. The images lie in memory."""
    between, evaluations = 2 * N_S // POINTS, []

    def curves():
        begin = time.perf_counter()
        peer.evaluate(0, TRAIN)
        peer.evaluate(TRAIN, VALIDATION)
        evaluations.append(time.perf_counter() - begin)

    start = time.perf_counter()
    for t, index in enumerate(batches(rng, TRAIN, o.batch)):
        if t == 0:
            peer.update(wrap(index), 0.0)  # running averages start
        if t % between == 0:
            curves()
        if t == updates:
            break
        peer.update(wrap(index), eta_at(t))
    begin = time.perf_counter()
    loss, accuracy = peer.evaluate(TRAIN + VALIDATION, TEST)
    end = time.perf_counter()
    return {"seconds": end - start, "evaluating": sum(evaluations) + end - begin, "points": len(evaluations), "loss": loss, "accuracy": accuracy}


def trainings(peer, o, rng, wrap):
    while True:
        yield time_training(peer, o.training, o, rng, wrap)


def ordinary(make, o, wrap=lambda index: index):
    """What measure wants, for a peer that make(start, images) gives."""
    def build(rng):
        images = Images(rng, TRAIN + VALIDATION + TEST if o.training else TIMED_IMAGES, o.net)
        peer = make(Start(rng, o.net), images)
        if not o.training:
            return peer, images, {}
        peer.update(wrap(np.arange(o.batch)), 0.0)  # running averages start
        return peer, images, {"how": evaluation.choose(peer, images, o.how)}
    return build


def measure(who, build, o, wrap=lambda index: index, **more):
    """Times the peer that build(rng) gives, with its images and what there is to say of it, and says so; with --serve as often as a line is read.
    Nothing is built before the first line: many may start at once, and only one may choose its ways and be timed."""
    timed = None
    for line in sys.stdin if o.serve else [""]:
        if timed is None:
            rng = np.random.default_rng(1)
            peer, images, found = build(rng)
            timed = trainings(peer, o, rng, wrap) if o.training else time_updates(peer, o, rng, wrap, len(images.bytes))
        short = line.strip() == "warm" and o.training
        say(who, o, **(time_training(peer, 20, o, rng, wrap) if short else next(timed)), **more, **found)


def say(who, o, **more):
    print(json.dumps({"peer": who, "net": o.net, "batch": o.batch, "threads": o.threads, "blas": blas(), **more}), flush=True)
