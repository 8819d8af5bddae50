#!/usr/bin/python3
"""One update of the 3-layer net with batch normalisation in PyTorch, float32, one thread, fetching the mini-batch from bytes included.

    pytorch_update.py [--form eager|scripted] [--updates N] [--no-bn] [--check]

eager: modules, autograd and torch.optim.SGD, as a user would write it. scripted: forward and backward by hand, compiled by
torch.jit.script, weights stepped inside the product that makes their gradient, buffers used again. The recipe is that of
numpy_update.py, and before anything is timed both forms must follow its losses from the same start. Prints one JSON object:
microseconds per update, median and best.
"""
import argparse
import json
import time

from numpy_update import ALPHA, EPS, LAMBDA, N_BATCH, N_TRAIN, WIDTHS, Net, eta_at  # first: it sets the number of threads
import numpy as np
import torch
import torch.nn.functional as F
from typing import List

CHECKED_UPDATES, TOLERANCE = 20, 1e-4


class Images:
    """Bytes, and what makes them numbers: X = p scale + shift, as in docs/math.md (0)."""

    def __init__(self, rng, count):
        self.bytes = rng.integers(0, 256, (count, WIDTHS[0]), dtype=np.uint8)
        self.labels = rng.integers(0, WIDTHS[-1], count)
        mean, std = (self.bytes / np.float32(255)).mean(0), (self.bytes / np.float32(255)).std(0)
        self.scale, self.shift = (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)

    def standardised(self, index):
        return self.bytes[index] * self.scale + self.shift


class Eager:
    def __init__(self, net, images):
        layers = []
        for l, (W, b) in enumerate(zip(net.W, net.b)):
            linear = torch.nn.Linear(*W.shape)
            linear.weight.data.copy_(torch.from_numpy(W.T))
            linear.bias.data.copy_(torch.from_numpy(b))
            layers.append(linear)
            if l < len(net.W) - 1:
                if net.bn:
                    layers.append(torch.nn.BatchNorm1d(W.shape[1], eps=EPS, momentum=1 - ALPHA))
                layers.append(torch.nn.ReLU(inplace=True))
        self.model = torch.nn.Sequential(*layers)
        weights = [m.weight for m in layers if isinstance(m, torch.nn.Linear)]
        decayed = {id(w) for w in weights}
        others = [p for p in self.model.parameters() if id(p) not in decayed]
        self.optimizer = torch.optim.SGD([{"params": weights, "weight_decay": 2 * LAMBDA}, {"params": others}], lr=0.1)
        self.bytes, self.labels = torch.from_numpy(images.bytes), torch.from_numpy(images.labels)
        self.scale, self.shift = torch.from_numpy(images.scale), torch.from_numpy(images.shift)

    def update(self, index, eta):
        X = torch.addcmul(self.shift, self.bytes[index].float(), self.scale)
        for group in self.optimizer.param_groups:
            group["lr"] = eta
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(X), self.labels[index])
        loss.backward()
        self.optimizer.step()
        return loss.item()


@torch.jit.script
def scripted_update(bytes: torch.Tensor, labels: torch.Tensor, index: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor,
                    W: List[torch.Tensor], b: List[torch.Tensor], gamma: List[torch.Tensor], beta: List[torch.Tensor],
                    mean: List[torch.Tensor], var: List[torch.Tensor], X: torch.Tensor, minus: torch.Tensor,
                    eta: float, decay: float, momentum: float, eps: float, bn: bool) -> torch.Tensor:
    n = index.size(0)
    k = len(W)
    X.copy_(bytes.index_select(0, index))
    X.mul_(scale).add_(shift)
    Xs = [X]
    S: List[torch.Tensor] = []
    mu: List[torch.Tensor] = []
    inverse: List[torch.Tensor] = []
    for l in range(k - 1):
        s = torch.addmm(b[l], Xs[-1], W[l])
        if bn:
            t, m, i = torch.native_batch_norm(s, gamma[l], beta[l], mean[l], var[l], True, momentum, eps)
            S.append(s)
            mu.append(m)
            inverse.append(i)
            s = t
        Xs.append(s.relu_())
    P = torch.log_softmax(torch.addmm(b[k - 1], Xs[-1], W[k - 1]), 1)
    y = labels.index_select(0, index).unsqueeze(1)
    loss = P.gather(1, y).mean().neg()
    G = P.exp_().scatter_add_(1, y, minus)
    for j in range(k):
        l = k - 1 - j
        if l < k - 1:
            G.mul_(Xs[l + 1] > 0)
            if bn:
                G, dgamma, dbeta = torch.ops.aten.native_batch_norm_backward(G, S[l], gamma[l], mean[l], var[l], mu[l], inverse[l],
                                                                             True, eps, [True, True, True])
                gamma[l].add_(dgamma, alpha=-eta / n)
                beta[l].add_(dbeta, alpha=-eta / n)
        below = G
        if l > 0:
            below = torch.mm(G, W[l].t())
        W[l].addmm_(Xs[l].t(), G, beta=1 - eta * decay, alpha=-eta / n)
        b[l].add_(G.sum(0), alpha=-eta / n)
        G = below
    return loss


class Scripted:
    """The moving variances are of the unbiased kind, as PyTorch keeps them: (n - 1)/n turns them into the recipe's when they are used."""

    def __init__(self, net, images):
        tensors = [[torch.from_numpy(a.copy()) for a in group] for group in (net.W, net.b, net.gamma, net.beta)]
        averages = [[torch.zeros_like(g) for g in tensors[2]] for _ in range(2)]
        data = [torch.from_numpy(a) for a in (images.bytes, images.labels)]
        self.head, self.middle = data, [torch.from_numpy(images.scale), torch.from_numpy(images.shift), *tensors, *averages,
                                        torch.empty(N_BATCH, WIDTHS[0]), torch.full((N_BATCH, 1), -1.0)]
        self.bn, self.momentum = net.bn, 1.0  # the first update sets the averages

    def update(self, index, eta):
        loss = scripted_update(*self.head, index, *self.middle, eta, 2 * LAMBDA, self.momentum, EPS, self.bn)
        self.momentum = 1 - ALPHA
        return loss.item()


FORMS = {"eager": Eager, "scripted": Scripted}


def check(form, bn):
    """From the same start, on the same images, the losses must be those of numpy_update.py. Returns the largest difference."""
    rng = np.random.default_rng(2)
    images, net = Images(rng, 5 * N_BATCH), Net(rng, bn)
    peer, largest = FORMS[form](net, images), 0.0
    for t in range(CHECKED_UPDATES):
        index = rng.permutation(len(images.labels))[:N_BATCH]
        eta = eta_at(100 + t)
        expected = net.update(images.standardised(index), images.labels[index], eta)
        got = peer.update(torch.from_numpy(index), eta)
        largest = max(largest, abs(got - expected))
        if not largest < TOLERANCE:
            raise SystemExit(f"pytorch_update.py: {form}: the loss of update {t + 1} is {got:.7f}, NumPy's is {expected:.7f}")
    return largest


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--form", choices=FORMS, default="scripted")
    parser.add_argument("--updates", type=int, default=500)
    parser.add_argument("--no-bn", action="store_true")
    parser.add_argument("--check", action="store_true", help="compare the losses with those of numpy_update.py, and time nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    difference = check(options.form, not options.no_bn)
    result = {"peer": f"PyTorch {torch.__version__} float32 {options.form}", "net": "3layer" if options.no_bn else "3layer-bn",
              "difference": difference}
    if not options.check:
        rng = np.random.default_rng(1)
        peer, seconds, t = FORMS[options.form](Net(rng, not options.no_bn), Images(rng, N_TRAIN)), [], 0
        while t < options.updates:
            order = torch.randperm(N_TRAIN)
            for first in range(0, N_TRAIN, N_BATCH):
                start = time.perf_counter()
                loss = peer.update(order[first:first + N_BATCH], eta_at(t))
                seconds.append(time.perf_counter() - start)
                t += 1
        kept = sorted(seconds[len(seconds) // 10:])
        result.update(us_per_update=1e6 * kept[len(kept) // 2], us_best=1e6 * kept[0], loss=loss)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
