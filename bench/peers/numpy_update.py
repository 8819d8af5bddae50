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

F = np.float32
CHECKED = 3  # the seed of what is compared: one without a pre-activation so near to 0 that rounding decides what ReLU does, after which
             # the losses of two deep nets part


class Net:
    """Rows are images here: with NumPy's row-major arrays that is the layout BLAS likes best."""

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

    def evaluate(self, first, count):
        """By running averages, in chunks: (mean loss, accuracy)."""
        loss, right = 0.0, 0
        for at in range(first, first + count, 500):
            X, y = self.images[at:min(at + 500, first + count)], self.labels[at:min(at + 500, first + count)]
            for l, W in enumerate(self.W):
                X = X @ W
                X += self.b[l]
                if l == len(self.W) - 1:
                    break
                if self.bn:
                    mu, v = self.average[l]
                    scale = self.gamma[l] / np.sqrt(v + F(EPS))
                    X *= scale
                    X += self.beta[l] - scale * mu
                np.maximum(X, 0, out=X)
            right += int((X.argmax(1) == y).sum())
            X -= X.max(1, keepdims=True)
            loss += float((np.log(np.exp(X).sum(1)) - X[np.arange(len(y)), y]).sum())
        return loss / count, right / count


class Plain:
    """The same once more in double, formula by formula, sharing nothing with Net: what --check compares with."""

    def __init__(self, start, images):
        self.bn = start.bn
        self.W, self.b, self.gamma, self.beta = ([a.astype(float) for a in g] for g in (start.W, start.b, start.gamma, start.beta))
        self.images, self.labels = images.standardised().astype(float), images.labels

    def update(self, index, eta):
        X, y, n, k = [self.images[index]], self.labels[index], len(index), len(self.W)
        kept = []
        for l in range(k - 1):
            S = X[l] @ self.W[l] + self.b[l]
            mu, v = S.mean(0), S.var(0)
            Shat = (S - mu) / np.sqrt(v + EPS)
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


def largest_difference(one, other, o, wrap=lambda index: index, updates=20, tolerance=1e-4):
    """Of the losses of two peers from the same start on the same images. Ends the program when it is not below the tolerance."""
    rng, largest = np.random.default_rng(CHECKED), 0.0
    for t in range(updates):
        index = rng.permutation(5 * o.batch)[:o.batch]
        a, b = one.update(wrap(index), recipe.eta_at(100 + t)), other.update(index, recipe.eta_at(100 + t))
        largest = max(largest, abs(a - b))
        if not largest < tolerance:
            sys.exit(f"{sys.argv[0]}: the loss of update {t + 1} is {a:.7f}, and {b:.7f} by the other program")
    return largest


def main():
    o = recipe.options(__doc__)
    rng = np.random.default_rng(CHECKED)
    images, start = recipe.Images(rng, 5 * o.batch), recipe.Start(rng, o.net)
    other = Plain(start, images)  # copies start, which Net changes
    who, difference = "NumPy " + np.__version__ + " float32", largest_difference(Net(start, images, o.batch), other, o)
    if o.check:
        return recipe.say(who, o, difference=difference)
    return recipe.measure(who, lambda s, i: Net(s, i, o.batch), o, difference=difference)


if __name__ == "__main__":
    main()
