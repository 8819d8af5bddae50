#!/usr/bin/python3
"""The patch nets of the course in PyTorch, in three forms: shared filters over patches that do not overlap, ReLU, a hidden layer, softmax.

by-hand: forward and backward by hand, compiled by torch.jit.script, weights stepped inside the product that makes their gradient; the bytes of
the images lie patch by patch, put so once, beforehand, and scale and shift of a pixel are in the filters. Each product that oneDNN can do as
well as the BLAS is tried both ways. conv2d: modules, autograd and torch.optim.SGD; images in planes or pixel by pixel (channels_last), oneDNN
on or off, or a Linear of patches, whichever is fastest. bf16: by hand, the large products in bfloat16 from float32 master weights.

What is fastest is found by trial when the program starts, on whole updates. Before anything is timed, every variant that was tried must follow
the losses of a plain program in double from the same start; with --strata FILE strata's own training from these weights must, too. Prints one
JSON object.
"""
import os
import sys

import recipe  # first: it sets the number of threads
from nets import CHANNELS, PATCH_LAMBDA, PATCH_NETS, SIDE
from recipe import CLASSES, PIXELS
import itertools
import time
import numpy as np
import torch
import torch.nn.functional as F

from strata_start import strata_training

CHECKED, UPDATES, TOLERANCE = 3, 10, 1e-5
TOLERANCE_BF16 = 2.5 * 3 / 512  # as in pytorch_update.py, of the first three updates
CANDIDATE_UPDATES, CANDIDATE_TURNS = 12, 4


# ---- the net and its images --------------------------------------------------------------------------------------------------------------

class Start:
    """What every form begins with: filters W1 [numbers of a patch x filters], W2 [patches filters x units], W3 [units x classes]."""

    def __init__(self, rng, net):
        self.side, filters, units = PATCH_NETS[net]
        self.across = SIDE // self.side
        self.patches, self.numbers = self.across ** 2, CHANNELS * self.side ** 2
        shapes = [(self.numbers, filters), (self.patches * filters, units), (units, CLASSES)]
        self.W = [(rng.standard_normal(s) * np.sqrt(2 / s[0])).astype(np.float32) for s in shapes]
        self.b = [np.zeros(s[1], np.float32) for s in shapes]

    def in_patches(self, images):
        """[n x 3072] as [n patches x numbers of a patch]: patches row by row; in one, channel after channel, in it row after row."""
        a, f = self.across, self.side
        cut = images.reshape(-1, CHANNELS, a, f, a, f).transpose(0, 2, 4, 1, 3, 5)
        return np.ascontiguousarray(cut).reshape(-1, self.numbers)


class Images:
    """Bytes, labels, and of each channel what makes a byte a number: x = p scale + shift."""

    def __init__(self, rng, count):
        self.bytes = rng.integers(0, 256, (count, PIXELS), dtype=np.uint8)
        self.labels = rng.integers(0, CLASSES, count)
        some = self.bytes[:2000].reshape(-1, CHANNELS, SIDE * SIDE) / np.float32(255)
        self.set_standard(some.mean((0, 2)), some.std((0, 2)))

    def set_standard(self, mean, std):
        self.scale, self.shift = (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)

    def of_patch(self, start):
        """Scale and shift of each number of a patch."""
        return np.repeat(self.scale, start.side ** 2), np.repeat(self.shift, start.side ** 2)


class Plain:
    """The same in double, formula by formula: what every form is compared with."""

    def __init__(self, start, images):
        self.start, self.images = start, images
        self.W, self.b = ([a.astype(float) for a in group] for group in (start.W, start.b))

    def update(self, index, eta):
        n, y, scale, shift = len(index), self.images.labels[index], *self.images.of_patch(self.start)
        X = self.start.in_patches(self.images.bytes[index]).astype(float) * scale + shift
        H = np.maximum(0, X @ self.W[0] + self.b[0]).reshape(n, -1)
        U = np.maximum(0, H @ self.W[1] + self.b[1])
        logits = U @ self.W[2] + self.b[2]
        P = np.exp(logits - logits.max(1, keepdims=True))
        P /= P.sum(1, keepdims=True)
        loss = -np.log(P[np.arange(n), y]).mean()
        G3 = (P - np.eye(CLASSES)[y]) / n
        G2 = G3 @ self.W[2].T * (U > 0)
        G1 = (G2 @ self.W[1].T * (H > 0)).reshape(len(X), -1)
        for W, b, below, G in zip(self.W, self.b, (X, H, U), (G1, G2, G3)):
            W -= eta * (below.T @ G + 2 * PATCH_LAMBDA * W)
            b -= eta * G.sum(0)
        return loss


# ---- by hand -----------------------------------------------------------------------------------------------------------------------------

@torch.jit.script
def one_by_one(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor, n: int, a: int) -> torch.Tensor:
    """X W' + b as oneDNN's convolution with kernel 1 over images that lie pixel by pixel, a patch being a pixel."""
    S = torch.conv2d(X.view(n, a, a, X.size(1)).permute(0, 3, 1, 2), W.unsqueeze(2).unsqueeze(3), b)
    return S.permute(0, 2, 3, 1).reshape(X.size(0), W.size(0))


@torch.jit.script
def one_by_one_back(G: torch.Tensor, X: torch.Tensor, W: torch.Tensor, n: int, a: int):
    """G' X and the sum of G, of the same convolution."""
    _, dW, db = torch.ops.aten.convolution_backward(G.view(n, a, a, G.size(1)).permute(0, 3, 1, 2), X.view(n, a, a, X.size(1)).permute(0, 3, 1, 2),
                                                    W.unsqueeze(2).unsqueeze(3), [W.size(0)], [1, 1], [0, 0], [1, 1], False, [0, 0], 1,
                                                    [False, True, True])
    return dW.view(W.size(0), W.size(1)), db


@torch.jit.script
def top(U: torch.Tensor, y: torch.Tensor, W3: torch.Tensor, b3: torch.Tensor, minus: torch.Tensor, step: float, keep: float):
    """The layer of the classes, stepped: the loss, and the gradient below the ReLU that gave U."""
    P = torch.log_softmax(torch.addmm(b3, U, W3.t()), 1)
    loss = P.gather(1, y).mean().neg()
    G3 = P.exp_().scatter_add_(1, y, minus)
    G2 = torch.ops.aten.threshold_backward(torch.mm(G3, W3), U, 0)
    b3.add_(G3.sum(0), alpha=step)
    W3.addmm_(G3.t(), U, beta=keep, alpha=step)
    return loss, G2


@torch.jit.script
def update_by_hand(patches: torch.Tensor, labels: torch.Tensor, index: torch.Tensor, X: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor,
                   W1: torch.Tensor, W2: torch.Tensor, W3: torch.Tensor, b1: torch.Tensor, b2: torch.Tensor, b3: torch.Tensor,
                   ones: torch.Tensor, minus: torch.Tensor, a: int, eta: float, decay: float, conv_forward: bool, conv_back: bool,
                   dnn_below: bool, in_filters: bool) -> torch.Tensor:
    """W1 [filters x numbers], W2 [units x inputs], W3 [classes x units]; X [patches of the mini-batch x numbers] is room for the images."""
    n, step, keep = index.size(0), -eta / index.size(0), 1 - eta * decay
    X.view(n, patches.size(1)).copy_(patches.index_select(0, index))
    y = labels.index_select(0, index).unsqueeze(1)
    W, b = W1, b1
    if in_filters:
        W, b = W1 * scale, torch.addmv(b1, W1, shift)
    else:
        X.mul_(scale).add_(shift)
    H = one_by_one(X, W, b, n, a).relu_() if conv_forward else torch.addmm(b, X, W.t()).relu_()
    H2 = H.view(n, W2.size(1))
    U = torch.addmm(b2, H2, W2.t()).relu_()
    loss, G2 = top(U, y, W3, b3, minus, step, keep)
    if dnn_below:
        G1 = torch.ops.aten.mkldnn_linear_backward_input(H2.size(), G2.to_mkldnn(), W2).to_dense()
    else:
        G1 = torch.mm(G2, W2)
    b2.add_(G2.sum(0), alpha=step)
    W2.addmm_(G2.t(), H2, beta=keep, alpha=step)
    G1 = torch.ops.aten.threshold_backward(G1.view(H.size()), H, 0)
    if conv_back:
        dW, db = one_by_one_back(G1, X, W, n, a)
    else:
        dW, db = torch.mm(G1.t(), X), torch.mv(G1.t(), ones)
    if in_filters:
        dW.mul_(scale).addr_(db, shift)
    W1.mul_(keep).add_(dW, alpha=step)
    b1.add_(db, alpha=step)
    return loss


class ByHand:
    """words: of conv-forward, conv-back, dnn-below and standardised (a pass over the images, in place of scale and shift in the filters)."""

    def __init__(self, start, images, n_batch, words=()):
        self.W, self.b = [torch.from_numpy(W.T.copy()) for W in start.W], [torch.from_numpy(b.copy()) for b in start.b]
        self.patches = torch.from_numpy(start.in_patches(images.bytes).reshape(len(images.bytes), PIXELS))
        self.labels, self.across = torch.from_numpy(images.labels), start.across
        self.scale, self.shift = (torch.from_numpy(a) for a in images.of_patch(start))
        self.X = torch.empty(n_batch * start.patches, start.numbers)
        self.ones, self.minus = torch.ones(len(self.X)), torch.full((n_batch, 1), -1.0)
        self.how = ["conv-forward" in words, "conv-back" in words, "dnn-below" in words, "standardised" not in words]

    def update(self, index, eta):
        return update_by_hand(self.patches, self.labels, index, self.X, self.scale, self.shift, *self.W, *self.b, self.ones, self.minus,
                              self.across, eta, 2 * PATCH_LAMBDA, *self.how).item()


@torch.jit.script
def update_bf16(patches: torch.Tensor, labels: torch.Tensor, index: torch.Tensor, W1: torch.Tensor, W2: torch.Tensor, W3: torch.Tensor,
                b1: torch.Tensor, b2: torch.Tensor, b3: torch.Tensor, half1: torch.Tensor, half2: torch.Tensor, ones: torch.Tensor,
                minus: torch.Tensor, eta: float, decay: float) -> torch.Tensor:
    """patches: standardised beforehand, in bfloat16; half1, half2: W1 and W2 in it."""
    n, step, keep = index.size(0), -eta / index.size(0), 1 - eta * decay
    X = patches.index_select(0, index).view(-1, W1.size(1))
    y = labels.index_select(0, index).unsqueeze(1)
    half1.copy_(W1)
    half2.copy_(W2)
    H = torch.mm(X, half1.t()).add_(b1).relu_()
    H2 = H.view(n, W2.size(1))
    U = torch.mm(H2, half2.t()).float().add_(b2).relu_()
    loss, G2 = top(U, y, W3, b3, minus, step, keep)
    G2_half = G2.to(torch.bfloat16)
    G1 = torch.ops.aten.threshold_backward(torch.mm(G2_half, half2).view(H.size()), H, 0)
    b2.add_(G2.sum(0), alpha=step)
    W2.mul_(keep).add_(torch.mm(G2_half.t(), H2), alpha=step)
    W1.mul_(keep).add_(torch.mm(G1.t(), X), alpha=step)
    b1.add_(torch.mm(ones, G1)[0], alpha=step)
    return loss


class Bf16(ByHand):
    def __init__(self, start, images, n_batch, words=()):
        super().__init__(start, images, n_batch, words)
        self.half = [W.bfloat16() for W in self.W[:2]]
        rows = self.patches.split(1000)
        self.patches = torch.empty(self.patches.shape, dtype=torch.bfloat16)
        for some, out in zip(rows, self.patches.split(1000)):
            out.view(-1, start.numbers).copy_(some.view(-1, start.numbers).float().mul_(self.scale).add_(self.shift))
        self.ones = torch.ones(1, len(self.X), dtype=torch.bfloat16)

    def update(self, index, eta):
        return update_bf16(self.patches, self.labels, index, *self.W, *self.b, *self.half, self.ones, self.minus, eta, 2 * PATCH_LAMBDA).item()


# ---- modules -----------------------------------------------------------------------------------------------------------------------------

class Conv2d:
    """words: channels-last, no-onednn, patches (a Linear of the patches, which lie so beforehand), foreach (of torch.optim.SGD)."""

    def __init__(self, start, images, n_batch, words=()):
        self.words, self.side, self.n = words, start.side, n_batch
        filters, units = len(start.b[0]), len(start.b[1])
        first = torch.nn.Conv2d(CHANNELS, filters, start.side, stride=start.side)
        second, third, order = torch.nn.Linear(start.patches * filters, units), torch.nn.Linear(units, CLASSES), None
        W1, W2 = torch.from_numpy(start.W[0].T.copy()), torch.from_numpy(start.W[1].T.copy())
        if "patches" in words:
            first = torch.nn.Linear(start.numbers, filters)
            source = start.in_patches(images.bytes).reshape(-1, start.patches, start.numbers)
        else:  # the output of conv2d lies filter by filter
            W1 = W1.view(first.weight.shape)
            W2 = W2.view(units, start.patches, filters).transpose(1, 2).reshape(units, -1)
            source = images.bytes.reshape(-1, CHANNELS, SIDE, SIDE)
            order = (0, 2, 3, 1) if "channels-last" in words else None
        for layer, W, b in zip((first, second, third), (W1, W2, torch.from_numpy(start.W[2].T.copy())), start.b):
            layer.weight.data.copy_(W)
            layer.bias.data.copy_(torch.from_numpy(b))
        R = torch.nn.ReLU
        self.model = torch.nn.Sequential(first, R(inplace=True), torch.nn.Flatten(), second, R(inplace=True), third)
        if order:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.bytes = torch.from_numpy(np.ascontiguousarray(source.transpose(order)) if order else source)
        shape = {True: (start.numbers,), False: (CHANNELS, 1, 1)}["patches" in words]
        scale, shift = images.of_patch(start) if "patches" in words else (images.scale, images.shift)
        self.scale, self.shift = torch.from_numpy(scale).view(shape), torch.from_numpy(shift).view(shape)
        self.labels = torch.from_numpy(images.labels)
        layers = (first, second, third)
        self.optimizer = torch.optim.SGD([{"params": [l.weight for l in layers], "weight_decay": 2 * PATCH_LAMBDA},
                                          {"params": [l.bias for l in layers]}], lr=0.1, foreach="foreach" in words)

    def update(self, index, eta):
        X = self.bytes[index]
        if "channels-last" in self.words:
            X = X.permute(0, 3, 1, 2)
        X = X.float().mul_(self.scale).add_(self.shift)
        for group in self.optimizer.param_groups:
            group["lr"] = eta
        self.optimizer.zero_grad(set_to_none=True)
        with torch.backends.mkldnn.flags(enabled="no-onednn" not in self.words):
            loss = F.cross_entropy(self.model(X), self.labels[index])
            loss.backward()
        self.optimizer.step()
        return loss.item()


# ---- the command -------------------------------------------------------------------------------------------------------------------------

def subsets(*words):
    return [c for k in range(len(words) + 1) for c in itertools.combinations(words, k)]


# The class; the variants to try; how many updates are compared with those in double, and how far the losses may be off.
FORMS = {
    "by-hand": (ByHand, subsets("conv-forward", "conv-back", "dnn-below", "standardised"), UPDATES, TOLERANCE),
    "conv2d": (Conv2d, [(), ("foreach",), ("channels-last",), ("channels-last", "foreach"), ("no-onednn",), ("patches", "foreach")], UPDATES, TOLERANCE),
    "bf16": (Bf16, [()], 3, TOLERANCE_BF16),
}


def follow(peer, losses, updates, tolerance, what):
    """The largest difference of the losses of a peer from `losses`: of each update its index, eta and loss."""
    largest = 0.0
    for t, (index, eta, loss) in enumerate(itertools.islice(losses, updates)):
        found = peer.update(torch.from_numpy(index), eta)
        largest = max(largest, abs(found - loss))
        if not largest <= tolerance:
            sys.exit(f"{sys.argv[0]}: {what}: the loss of update {t + 1} is {found:.7f}, and {loss:.7f} by the other program")
    return largest


def losses_in_double(net, n_batch):
    rng = np.random.default_rng(CHECKED)
    images, start = Images(rng, 5 * n_batch), Start(rng, net)
    plain, losses = Plain(start, images), []
    for t in range(UPDATES):
        index, eta = rng.permutation(5 * n_batch)[:n_batch], recipe.eta_at(100 + t)
        losses.append((index, eta, plain.update(index, eta)))
    return start, images, losses


def compare(o):
    """Every variant with the program in double, and with strata's training where one is named: the largest differences."""
    form, variants, updates, tolerance = FORMS[o.form]
    sources = {"double": losses_in_double(o.net, o.batch)}
    if o.strata:
        rng = np.random.default_rng(CHECKED)
        sources["strata"] = strata_training(o.strata, o.net, Start(rng, o.net), Images(rng, o.batch), o.batch, UPDATES)[:3]
    return {name: max(follow(form(start, images, o.batch, words), losses, updates, tolerance, f"{o.form} {' '.join(words)} beside {name}")
                      for words in variants) for name, (start, images, losses) in sources.items()}


def fastest(o, start, images):
    """The variant with the least median of whole updates, all taking turns."""
    form, variants, _, _ = FORMS[o.form]
    if len(variants) == 1:
        return form(start, images, o.batch, variants[0]), variants[0]
    peers = [form(start, images, o.batch, words) for words in variants]
    taken, rng = [[] for _ in peers], np.random.default_rng(2)
    for turn in range(CANDIDATE_TURNS + 1):
        for peer, seconds in zip(peers, taken):
            for _ in range(CANDIDATE_UPDATES):
                index = torch.from_numpy(rng.permutation(len(images.bytes))[:o.batch])
                begin = time.perf_counter()
                peer.update(index, recipe.ETA_MIN)
                if turn > 0:
                    seconds.append(time.perf_counter() - begin)
    best = min(range(len(peers)), key=lambda p: sorted(taken[p])[len(taken[p]) // 2])
    return form(start, images, o.batch, variants[best]), variants[best]


def main():
    o = recipe.options(__doc__, list(FORMS), list(PATCH_NETS))
    torch.set_num_threads(o.threads)
    torch.set_flush_denormal(True)
    torch.set_grad_enabled(o.form == "conv2d")
    difference = compare(o)
    if o.check:
        return recipe.say(f"PyTorch {torch.__version__} {o.form}", o, difference=difference)

    def build(rng):
        images = Images(rng, recipe.TIMED_IMAGES)
        peer, words = fastest(o, Start(rng, o.net), images)
        return peer, images, {"peer": f"PyTorch {torch.__version__} {o.form}" + (f" ({', '.join(words)})" if words else "")}

    return recipe.measure("", build, o, torch.from_numpy, difference=difference)


if __name__ == "__main__":
    main()
