#!/usr/bin/python3
"""The recipe in NumPy, float32, as a competent user writes it who wants it fast.

Products are BLAS calls on contiguous arrays; everything that is large is written into arrays made once (out=), because a fresh megabyte
per update costs more in page faults than the arithmetic does; images are standardised floats beforehand; the rate, 1/n and lambda go into
the small factors, so that W is passed over twice and no more; means of columns are products with a vector of 1/n. Prints one JSON object.
"""
import sys

import recipe  # first: it sets the number of threads
from recipe import ALPHA, EPS, LAMBDA
import numpy as np
import evaluation

from nets import data_of
from strata_start import strata_training

F = np.float32
CHECKED, UPDATES = 3, 10  # the seed of what is compared, one without a pre-activation so near to 0 that rounding decides what ReLU does, after which
                          # the losses of two deep nets part; and for how many updates


class Net:
    """Rows are images here: with NumPy's row-major arrays that is the layout BLAS likes best."""

    EVALUATIONS = [(500,), (1000,), (2500,)]  # images of a chunk

    def __init__(self, start, images, n_batch):
        self.bn, self.W, self.b, self.gamma, self.beta = start.bn, start.W, start.b, start.gamma, start.beta
        self.images, self.labels = images.standardised(), images.labels
        self.average = [None] * len(self.gamma)
        self.rows, self.mean = np.arange(n_batch), np.full(n_batch, 1 / n_batch, F)
        widths = [W.shape[0] for W in self.W] + [len(self.b[-1])]
        self.X = [np.empty((n_batch, m), F) for m in widths]     # inputs and outputs of the layers; of the last one, P and G
        self.Shat = [np.empty((n_batch, m), F) for m in widths]
        self.G = [np.empty((n_batch, m), F) for m in widths]
        self.temporary = [np.empty((n_batch, m), F) for m in widths]
        self.step = [np.empty_like(W) for W in self.W]
        self.inverse = [None] * len(widths)
        self.how, self.room = self.EVALUATIONS[0], {}

    def normalise(self, l, S):
        """(2) and (3), and (17). S [n x m] becomes Shat."""
        mu = self.mean @ S
        S -= mu
        v = np.einsum("ij,ij->j", S, S)
        v *= self.mean[0]
        self.inverse[l] = 1 / np.sqrt(v + F(EPS))
        S *= self.inverse[l]
        np.multiply(S, self.gamma[l], out=self.X[l + 1])
        self.X[l + 1] += self.beta[l]
        old = self.average[l]
        self.average[l] = (mu, v) if old is None else tuple(F(ALPHA) * a + F(1 - ALPHA) * x for a, x in zip(old, (mu, v)))

    def forward(self):
        k = len(self.W)
        for l in range(k):
            S = self.Shat[l + 1] if self.bn and l < k - 1 else self.X[l + 1]
            np.dot(self.X[l], self.W[l], out=S)                          # (1)
            S += self.b[l]
            if l == k - 1:
                return S
            if self.bn:
                self.normalise(l, S)
            np.maximum(self.X[l + 1], 0, out=self.X[l + 1])              # (4)

    def backward(self, l):
        """(11) to (15): G of the layer's output becomes that of its S."""
        G, Shat, scratch = self.G[l + 1], self.Shat[l + 1], self.temporary[l + 1]
        np.greater(self.X[l + 1], 0, out=scratch)
        G *= scratch
        if not self.bn:
            return None
        dgamma = np.einsum("ij,ij->j", G, Shat)
        dgamma *= self.mean[0]
        dbeta = self.mean @ G
        np.multiply(Shat, dgamma, out=scratch)
        G -= dbeta
        G -= scratch
        G *= self.gamma[l] * self.inverse[l]
        return dgamma, dbeta

    def update(self, index, eta):
        k, eta = len(self.W), F(eta)
        np.take(self.images, index, axis=0, out=self.X[0], mode="clip")  # the other modes go through a copy
        y = self.labels[index]
        P = self.forward()
        P -= P.max(1, keepdims=True)
        true = P[self.rows, y]
        np.exp(P, out=P)                                                 # (5)
        sums = P.sum(1, keepdims=True)
        loss = float(self.mean @ (np.log(sums[:, 0]) - true))            # (6)
        P /= sums
        P[self.rows, y] -= 1                                             # (7)
        self.G[k] = P
        for l in range(k - 1, -1, -1):
            G, moved = self.G[l + 1], self.backward(l) if l < k - 1 else None
            db = self.mean @ G
            if l > 0:
                np.dot(G, self.W[l].T, out=self.G[l])                    # (10)
            G *= eta * self.mean[0]
            np.dot(self.X[l].T, G, out=self.step[l])                     # (8)(16)
            self.W[l] *= F(1) - eta * F(2 * LAMBDA)
            self.W[l] -= self.step[l]
            self.b[l] -= eta * db
            if moved is not None:
                self.gamma[l] -= eta * moved[0]
                self.beta[l] -= eta * moved[1]
        return loss

    def folded(self):
        """W and b of each layer, batch normalisation by the averages in them."""
        for l, (W, b) in enumerate(zip(self.W, self.b)):
            if self.bn and l < len(self.W) - 1:
                mu, v = self.average[l]
                g = self.gamma[l] / np.sqrt(v + F(EPS))
                yield W * g, (b - mu) * g + self.beta[l]
            else:
                yield W, b

    def evaluate(self, first, count):
        """By running averages, in chunks: (mean loss, accuracy)."""
        chunk, loss, right, layers = min(self.how[0], count), 0.0, 0, list(self.folded())
        if chunk not in self.room:
            self.room[chunk] = [np.empty((chunk, len(b)), F) for _, b in layers]
        for at in range(first, first + count, chunk):
            X, y = self.images[at:min(at + chunk, first + count)], self.labels[at:min(at + chunk, first + count)]
            for l, ((W, b), room) in enumerate(zip(layers, self.room[chunk])):
                X = np.dot(X, W, out=room[:len(y)])
                X += b
                if l < len(layers) - 1:
                    np.maximum(X, 0, out=X)
            right += np.count_nonzero(X.argmax(1) == y)
            X -= X.max(1, keepdims=True)
            true = X[np.arange(len(y)), y]
            loss += float((np.log(np.exp(X, out=X).sum(1)) - true).sum(dtype=float))
        return loss / count, right / count

    def parameters(self):
        averages = self.average if self.bn else []
        return {"W": self.W, "b": self.b, "gamma": self.gamma, "beta": self.beta, "mean": [a[0] for a in averages], "var": [a[1] for a in averages]}


class Plain:
    """The same once more in double, formula by formula, sharing nothing with Net: what --check compares with."""

    def __init__(self, start, images):
        self.bn = start.bn
        self.W, self.b, self.gamma, self.beta = ([a.astype(float) for a in g] for g in (start.W, start.b, start.gamma, start.beta))
        self.images, self.labels = images.standardised().astype(float), images.labels
        self.average = [None] * len(self.gamma)

    def parameters(self):
        averages = self.average if self.bn else []
        return {"W": self.W, "b": self.b, "gamma": self.gamma, "beta": self.beta, "mean": [a[0] for a in averages], "var": [a[1] for a in averages]}

    def update(self, index, eta):
        X, y, n, k = [self.images[index]], self.labels[index], len(index), len(self.W)
        kept = []
        for l in range(k - 1):
            S = X[l] @ self.W[l] + self.b[l]
            mu, v = S.mean(0), S.var(0)
            Shat = (S - mu) / np.sqrt(v + EPS)
            old = self.average[l]
            self.average[l] = (mu, v) if old is None else (ALPHA * old[0] + (1 - ALPHA) * mu, ALPHA * old[1] + (1 - ALPHA) * v)
            kept.append((Shat, v))
            X.append(np.maximum(0, self.gamma[l] * Shat + self.beta[l] if self.bn else S))
        logits = X[-1] @ self.W[-1] + self.b[-1]
        P = np.exp(logits - logits.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        loss = -np.log(P[np.arange(n), y]).mean()
        G = P - np.eye(P.shape[1])[y]
        for l in range(k - 1, -1, -1):
            if l < k - 1:
                G = G * (X[l + 1] > 0)
                if self.bn:
                    Shat, v = kept[l]
                    dgamma, dbeta = (G * Shat).mean(0), G.mean(0)
                    G = G * self.gamma[l]
                    G = (G - G.mean(0) - Shat * (G * Shat).mean(0)) / np.sqrt(v + EPS)
                    self.gamma[l] = self.gamma[l] - eta * dgamma
                    self.beta[l] = self.beta[l] - eta * dbeta
            below = G @ self.W[l].T
            self.W[l] = self.W[l] - eta * (X[l].T @ G / n + 2 * LAMBDA * self.W[l])
            self.b[l] = self.b[l] - eta * G.mean(0)
            G = below
        return loss


def follow(peer, losses, tolerance, what):
    """The largest difference of a peer's losses from `losses`: of each update its index, eta and loss. Ends the program when one is not below the
    tolerance."""
    largest = 0.0
    for t, (index, eta, loss) in enumerate(losses):
        largest = max(largest, near(peer.update(index, eta), loss, tolerance, f"{what}: the loss of update {t + 1}"))
    return largest


def near(found, other, tolerance, what):
    if not abs(found - other) < tolerance:
        sys.exit(f"{sys.argv[0]}: {what} is {found:.7f}, and {other:.7f} by the other program; they may differ by {tolerance:.1e}")
    return abs(found - other)


def follow_double(make, o, updates, tolerance, unit):
    """Losses of updates and, by running averages, of an evaluation; then every way of evaluating."""
    rng = np.random.default_rng(CHECKED)
    images = recipe.Images(rng, 7 * o.batch, o.net, drawn=True)  # more than the smallest chunk of an evaluation
    start, losses, count = recipe.Start(rng, o.net), [], len(images.bytes)
    other = Plain(start, images)  # copies start, which a peer may change
    for t in range(updates):
        index, eta = rng.permutation(count)[:o.batch], recipe.eta_at(100 + t)
        losses.append((index, eta, other.update(index, eta)))
    peer = make(start, images)
    largest = follow(peer, losses, tolerance, f"net {o.net}")
    loss = evaluation.Double(other.parameters(), images).evaluate(0, count)[0]
    largest = max(largest, near(peer.evaluate(0, count)[0], loss, tolerance, "the loss of an evaluation"))
    return {"double": largest, "evaluation": evaluation.check(peer, images, count, unit, f"net {o.net}")}


def follow_strata(make, o, updates, tolerance, unit):
    """Losses of updates, and the points of the curves: losses, and accuracies but for images between two classes."""
    rng, n = np.random.default_rng(CHECKED), o.batch
    start, images, losses, points = strata_training(o.strata, o.net, recipe.Start(rng, o.net), recipe.Images(rng, 2 * n, o.net), n, updates)
    peer, largest, curves = make(start, images), 0.0, 0.0
    peer.update(losses[0][0], 0.0)  # running averages start
    for point in points:
        upto = int(point["update"])
        if upto:
            largest = follow(peer, losses[:upto], tolerance, f"net {o.net}, beside strata")
        for part, first in (("train", 0), ("validation", n)):
            loss, accuracy = peer.evaluate(first, n)
            what = f"net {o.net}, beside strata: at update {upto} the {part}"
            curves = max(curves, near(loss, point[part + "_loss"], tolerance, what + " loss"))
            doubtful = evaluation.Double(peer.parameters(), images).tolerances(first, n, unit)[1]
            near(accuracy, point[part + "_accuracy"], doubtful + 1e-9, what + " accuracy")
    return {"strata": largest, "curves": curves}


def compare(make, o, updates=UPDATES, tolerance=1e-4, unit=evaluation.FLOAT):
    """The peer that make(start, images) gives beside the program in double and, with --strata, beside a training by strata: the largest
    differences of losses. Strata has an order of its own of other data than images of 32 x 32 x 3."""
    found = follow_double(make, o, updates, tolerance, unit)
    return {**found, **follow_strata(make, o, updates, tolerance, unit)} if o.strata and not data_of(o.net)[0] else found


def main():
    o = recipe.options(__doc__)
    who, difference = "NumPy " + np.__version__ + " float32", compare(lambda s, i: Net(s, i, o.batch), o)
    if o.check:
        return recipe.say(who, o, difference=difference)
    return recipe.measure(who, recipe.ordinary(lambda s, i: Net(s, i, o.batch), o), o, difference=difference)


if __name__ == "__main__":
    main()
