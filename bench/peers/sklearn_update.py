#!/usr/bin/python3
"""scikit-learn's MLPClassifier on the recipe without batch normalisation: mini-batches drawn anew each epoch, plain gradient descent at a constant
rate, the same penalty. Its alpha is the factor of W in the gradient's sum over a mini-batch, so alpha = 2 lambda n.

It is timed by epochs: one fit of several, or a partial_fit for each; features as float32 or float64, in which it then computes. The way with the
least time is found by trial, and every way must first follow the losses of a plain program in double. Prints one JSON object.
"""
import recipe  # first: it sets the number of threads
from recipe import CLASSES, LAMBDA
import sys
import time
import warnings
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

from nets import DATA, NETS, data_of
from numpy_update import CHECKED, UPDATES, Plain, near

WAYS = [(call, dtype) for call in ("fit", "partial_fit") for dtype in ("float32", "float64")]
RATE, TOLERANCE = 0.01, 1e-4


def classifier(o, epochs=1):
    hidden, _ = NETS[o.net]
    return MLPClassifier(hidden, solver="sgd", alpha=2 * LAMBDA * o.batch, batch_size=o.batch, learning_rate="constant", learning_rate_init=RATE,
                         momentum=0, nesterovs_momentum=False, max_iter=epochs, tol=0, n_iter_no_change=np.inf, random_state=1)


def check(o):
    """Losses of updates from the same start: a partial_fit of one mini-batch is one update."""
    rng, largest = np.random.default_rng(CHECKED), 0.0
    images, start = recipe.Images(rng, 5 * o.batch, o.net, drawn=True), recipe.Start(rng, o.net)
    indices = [rng.permutation(len(images.bytes))[:o.batch] for _ in range(UPDATES)]
    for dtype in ("float32", "float64"):
        plain, X = Plain(start, images), images.standardised().astype(dtype)
        peer = classifier(o)
        peer.partial_fit(X[:o.batch], images.labels[:o.batch], np.arange(CLASSES))
        for group, values in ((peer.coefs_, start.W), (peer.intercepts_, start.b)):
            for to, value in zip(group, values):
                to[...] = value
        for t, index in enumerate(indices):
            penalty = LAMBDA * sum((W.astype(float) ** 2).sum() for W in peer.coefs_)
            peer.partial_fit(X[index], images.labels[index])
            loss = plain.update(index, RATE)
            largest = max(largest, near(peer.loss_ - penalty, loss, TOLERANCE, f"net {o.net}, {dtype}: the loss of update {t + 1}"))
    return {"double": largest}


class Epochs:
    """Seconds of an epoch."""

    def __init__(self, o, images, way):
        self.o, self.call, self.y = o, way[0], images.labels
        self.X = images.standardised().astype(way[1])
        self.peer = classifier(o).partial_fit(self.X[:o.batch], self.y[:o.batch], np.arange(CLASSES))

    def seconds(self, epochs):
        """Of each, or the mean of all."""
        if self.call == "fit":
            start = time.perf_counter()
            classifier(self.o, epochs).fit(self.X, self.y)
            return [(time.perf_counter() - start) / epochs]
        out = []
        for _ in range(epochs):
            start = time.perf_counter()
            self.peer.partial_fit(self.X, self.y)
            out.append(time.perf_counter() - start)
        return out


def fastest(o, images):
    """All ways in turns, on few examples where there are many."""
    few = recipe.Images(np.random.default_rng(1), min(len(images.bytes), 20 * o.batch), o.net)
    ways = {way: Epochs(o, few, way) for way in WAYS}
    taken = {way: min(s for _ in range(3) for s in one.seconds(2)) for way, one in ways.items()}
    way = min(taken, key=taken.get)
    return Epochs(o, images, way), way


def main():
    o = recipe.options(__doc__, nets=[net for net, (_, bn) in NETS.items() if not bn])
    warnings.filterwarnings("ignore")
    who, difference, timed = f"scikit-learn {sklearn.__version__} MLPClassifier", check(o), None
    if o.check:
        return recipe.say(who, o, difference=difference)
    for _ in sys.stdin if o.serve else [""]:
        if timed is None:
            examples = data_of(o.net)[2] if o.net in DATA else recipe.TIMED_IMAGES
            images = recipe.Images(np.random.default_rng(1), examples // o.batch * o.batch, o.net)
            timed, way = fastest(o, images)
            updates = len(images.bytes) // o.batch
        seconds = sorted(timed.seconds(max(round(o.updates / updates), 1)))
        recipe.say(f"{who} ({', '.join(way)})", o, us_per_update=1e6 * seconds[len(seconds) // 2] / updates, us_best=1e6 * seconds[0] / updates,
                   difference=difference)


if __name__ == "__main__":
    main()
