#!/usr/bin/python3
"""One update of the 3-layer net with batch normalisation in NumPy, float32, as a competent user writes it: BLAS products through `@`, no
copies that can be avoided, images standardised beforehand. The recipe and the mathematics are those of docs/math.md; the images are
random bytes, because time does not depend on them. Prints one JSON object: microseconds per update, median and best.

    numpy_update.py [--updates N] [--no-bn]
"""
import argparse
import json
import os
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
import numpy as np  # noqa: E402 (the number of threads must be set first)

WIDTHS = [3072, 50, 50, 10]
N_TRAIN, N_BATCH, LAMBDA, EPS, ALPHA = 5000, 100, 0.005, 1e-5, 0.9
ETA_MIN, ETA_MAX, N_S = 1e-5, 1e-1, 2250


def eta_at(t):
    r = t % (2 * N_S)
    return ETA_MIN + (r if r <= N_S else 2 * N_S - r) / N_S * (ETA_MAX - ETA_MIN)


class Net:
    """Rows are images here: with NumPy's row-major arrays that is the layout BLAS likes best."""

    def __init__(self, rng, bn):
        f = np.float32
        self.bn = bn
        self.W = [(rng.standard_normal((d, m)) * np.sqrt(2 / d)).astype(f) for d, m in zip(WIDTHS, WIDTHS[1:])]
        self.b = [np.zeros(m, f) for m in WIDTHS[1:]]
        self.gamma = [np.ones(m, f) for m in WIDTHS[1:-1]]
        self.beta = [np.zeros(m, f) for m in WIDTHS[1:-1]]
        self.average = [None] * len(self.gamma)

    def update(self, X, y, eta):
        n, k = X.shape[0], len(self.W)
        Xs, cache = [X], []
        for l in range(k - 1):
            S = Xs[-1] @ self.W[l]
            S += self.b[l]
            if self.bn:
                mu = S.mean(0)
                S -= mu
                v = np.einsum("ij,ij->j", S, S) / np.float32(n)
                inverse = 1 / np.sqrt(v + np.float32(EPS))
                S *= inverse
                cache.append((S, inverse))
                T = self.gamma[l] * S
                T += self.beta[l]
                old = self.average[l]
                self.average[l] = (mu, v) if old is None else tuple(
                    np.float32(ALPHA) * a + np.float32(1 - ALPHA) * x for a, x in zip(old, (mu, v)))
            else:
                T = S
            Xs.append(np.maximum(T, 0, out=T))
        logits = Xs[-1] @ self.W[-1]
        logits += self.b[-1]
        logits -= logits.max(1, keepdims=True)
        P = np.exp(logits)
        sums = P.sum(1, keepdims=True)
        rows = np.arange(n)
        loss = float((np.log(sums[:, 0]) - logits[rows, y]).mean())
        P /= sums
        P[rows, y] -= 1
        G = P
        eta = np.float32(eta)
        for l in range(k - 1, -1, -1):
            if l < k - 1:
                G *= Xs[l + 1] > 0
                if self.bn:
                    Shat, inverse = cache[l]
                    product = np.einsum("ij,ij->j", G, Shat) / np.float32(n)
                    mean = G.mean(0)
                    G -= mean
                    G -= Shat * product
                    G *= self.gamma[l] * inverse
                    dgamma, dbeta = product, mean
            dW = Xs[l].T @ G
            dW *= np.float32(1 / n)
            dW += np.float32(2 * LAMBDA) * self.W[l]
            db = G.mean(0)
            if l > 0:
                G = G @ self.W[l].T
            dW *= eta
            self.W[l] -= dW
            self.b[l] -= eta * db
            if l < k - 1 and self.bn:
                self.gamma[l] -= eta * dgamma
                self.beta[l] -= eta * dbeta
        return loss


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--no-bn", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    images = rng.standard_normal((N_TRAIN, WIDTHS[0])).astype(np.float32)
    labels = rng.integers(0, WIDTHS[-1], N_TRAIN)
    net, seconds, t = Net(rng, not options.no_bn), [], 0
    while t < options.updates:
        order = rng.permutation(N_TRAIN)
        for first in range(0, N_TRAIN, N_BATCH):
            start = time.perf_counter()
            index = order[first:first + N_BATCH]
            loss = net.update(images[index], labels[index], eta_at(t))
            seconds.append(time.perf_counter() - start)
            t += 1
    kept = sorted(seconds[len(seconds) // 10:])
    print(json.dumps({"peer": "NumPy " + np.__version__ + " float32", "net": "3layer" if options.no_bn else "3layer-bn",
                      "us_per_update": 1e6 * kept[len(kept) // 2], "us_best": 1e6 * kept[0], "loss": loss}))


if __name__ == "__main__":
    main()
