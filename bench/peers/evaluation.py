"""The evaluation of images by running averages: in double, what it may differ by in another precision, and how a peer's is checked and chosen.

A peer has evaluate(first, count), which returns loss and accuracy; EVALUATIONS, the ways in which it can do that, one of which is its `how`; and
parameters(), its weights and averages as arrays. Folding batch normalisation into the weights, the size of a chunk, or images kept as floats
are such ways. All must agree with the program in double that stands here, which shares nothing with them; the fastest is taken.
"""
import sys
import time

import numpy as np

EPS = 1e-5
PERTURBED, TIMES = 5, 10
FLOAT, BF16 = 2.0 ** -24, 2.0 ** -9  # half a unit in the last place, of numbers near 1
TRIAL, TURNS = 5000, 2               # images and turns of a choice


class Double:
    """Logits by the formulas: W [d x m], b; with batch normalisation gamma, beta, mean and var of each hidden layer."""

    def __init__(self, parameters, images):
        self.p = {name: [np.asarray(a, float) for a in group] for name, group in parameters.items()}
        self.images = images

    def logits(self, first, count, unit=0.0, rng=None):
        """With a unit each number that a program rounds is moved by so much of its size, at random: operands, and the sum of a product by the
        root of its terms' number times that. The terms of the first layer are sizes as if scale and shift of a pixel were in the weights."""
        def moved(a, size, u=unit):
            return a if rng is None else a + u * size * rng.standard_normal(a.shape)

        scale, shift = (a.astype(float) for a in (self.images.scale, self.images.shift))
        bytes = self.images.bytes[first:first + count].astype(float)
        X, terms = bytes * scale + shift, bytes * scale + np.abs(shift)
        for l, (W, b) in enumerate(zip(self.p["W"], self.p["b"])):
            u = unit if l == 0 else min(unit, FLOAT)
            size = np.sqrt((terms ** 2) @ W ** 2 + b ** 2)
            S = moved(moved(X, terms, u) @ moved(W, np.abs(W), u) + b, size, u + np.sqrt(len(W)) * min(unit, FLOAT))
            if l == len(self.p["W"]) - 1:
                return S
            if self.p["mean"]:
                g = self.p["gamma"][l] / np.sqrt(self.p["var"][l] + EPS)
                S = moved(g * (S - self.p["mean"][l]) + self.p["beta"][l], np.abs(g) * size, min(unit, FLOAT))
            X = terms = np.maximum(0, S)

    def score(self, Z, first):
        """Loss, accuracy."""
        y = self.images.labels[first:first + len(Z)]
        top = Z.max(1)
        loss = np.log(np.exp(Z - top[:, None]).sum(1)) + top - Z[np.arange(len(y)), y]
        return loss.mean(), (Z.argmax(1) == y).mean()

    def evaluate(self, first, count):
        return self.score(self.logits(first, count), first)

    def tolerances(self, first, count, unit):
        """By how much loss and accuracy may differ: ten times what random roundings moved the loss by, in the worst of five trials; and all
        images whose two best classes lie within ten times what the logits moved by."""
        rng, Z = np.random.default_rng(5), self.logits(first, count)
        moved = [self.logits(first, count, unit, rng) for _ in range(PERTURBED)]
        loss = self.score(Z, first)[0]
        most = max(abs(self.score(M, first)[0] - loss) for M in moved)
        best = np.sort(Z, 1)
        doubtful = best[:, -1] - best[:, -2] <= 2 * TIMES * max(np.abs(M - Z).max() for M in moved)
        return TIMES * (most + FLOAT * loss), doubtful.mean()


def check(peer, images, count, unit, what):
    """Every way of the peer beside the program in double, on the peer's own parameters: the largest difference of a loss. Ends the program
    where one is too large."""
    double, largest = Double(peer.parameters(), images), 0.0
    loss, accuracy = double.evaluate(0, count)
    loss_off, accuracy_off = double.tolerances(0, count, unit)
    for peer.how in peer.EVALUATIONS:
        found = peer.evaluate(0, count)
        largest = max(largest, abs(found[0] - loss))
        if not (abs(found[0] - loss) <= loss_off and abs(found[1] - accuracy) <= accuracy_off + 1e-9):
            sys.exit(f"{sys.argv[0]}: {what}, evaluated by {peer.how}: loss and accuracy are {found[0]:.8f} and {found[1]:.5f}, in double {loss:.8f} and "
                     f"{accuracy:.5f}; they may differ by {loss_off:.1e} and {accuracy_off:.5f}")
    peer.how = peer.EVALUATIONS[0]
    return largest


def choose(peer, images, named=None):
    """Gives the peer the way with the least time, all taking turns, or the one that is named; returns its name. Each trial has other images than
    the one before, which therefore come from memory, as in a training."""
    taken, first = {}, 0
    ways = {" ".join(map(str, how)): how for how in peer.EVALUATIONS}
    if named in ways:
        peer.how = ways[named]
        return named
    for turn in range(TURNS + 1):
        for peer.how in ways.values():
            begin = time.perf_counter()
            peer.evaluate(first, TRIAL)
            if turn > 0:
                taken.setdefault(peer.how, []).append(time.perf_counter() - begin)
            first = (first + TRIAL) % (len(images.bytes) - TRIAL + 1) // TRIAL * TRIAL
    peer.how = min(taken, key=lambda how: min(taken[how]))
    if "floats" not in peer.how:
        peer.floats = None
    return " ".join(map(str, peer.how))
