#!/usr/bin/python3
"""The recipe in PyTorch, in three forms.

eager: modules, autograd and torch.optim.SGD in float32, as most users would write it. scripted: forward and backward by hand, compiled by
torch.jit.script, weights stepped inside the product that makes their gradient, buffers used again. bf16: scripted, but the images are kept,
and the products of the first layer made, in bfloat16, from float32 master weights. Before anything is timed, each form must follow the
losses of numpy_update.py from the same start. Prints one JSON object.
"""
import recipe  # first: it sets the number of threads
from recipe import ALPHA, EPS, LAMBDA
import numpy as np
import torch
import torch.nn.functional as F
from typing import List

from numpy_update import CHECKED, Plain, largest_difference


class Eager:
    def __init__(self, start, images, n_batch):
        layers = []
        for l, (W, b) in enumerate(zip(start.W, start.b)):
            linear = torch.nn.Linear(*W.shape)
            linear.weight.data.copy_(torch.from_numpy(W.T))
            linear.bias.data.copy_(torch.from_numpy(b))
            layers.append(linear)
            if l < len(start.W) - 1:
                if start.bn:
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

    def evaluate(self, first, count):
        self.model.eval()
        loss, right = 0.0, 0
        with torch.no_grad():
            for X, y in zip(self.bytes[first:first + count].split(1000), self.labels[first:first + count].split(1000)):
                logits = self.model(torch.addcmul(self.shift, X.float(), self.scale))
                loss += F.cross_entropy(logits, y, reduction="sum").item()
                right += (logits.argmax(1) == y).sum().item()
        self.model.train()
        return loss / count, right / count


@torch.jit.script
def above_first(S: torch.Tensor, y: torch.Tensor, W: List[torch.Tensor], b: List[torch.Tensor], gamma: List[torch.Tensor],
                beta: List[torch.Tensor], mean: List[torch.Tensor], var: List[torch.Tensor], minus: torch.Tensor, eta: float,
                decay: float, momentum: float, eps: float, bn: bool) -> List[torch.Tensor]:
    """From S of layer 1 (bias included) to its G: everything above the first layer's products learns. Returns loss and G."""
    n = S.size(0)
    k = len(W)
    Xs = [S]
    Ss: List[torch.Tensor] = []
    mu: List[torch.Tensor] = []
    inverse: List[torch.Tensor] = []
    for l in range(k - 1):
        s = S if l == 0 else torch.addmm(b[l], Xs[-1], W[l])
        if bn:
            t, m, i = torch.native_batch_norm(s, gamma[l], beta[l], mean[l], var[l], True, momentum, eps)
            Ss.append(s)
            mu.append(m)
            inverse.append(i)
            s = t
        Xs.append(s.relu_())
    P = torch.log_softmax(torch.addmm(b[k - 1], Xs[-1], W[k - 1]), 1)
    loss = P.gather(1, y).mean().neg()
    G = P.exp_().scatter_add_(1, y, minus)
    for j in range(k):
        l = k - 1 - j
        if l < k - 1:
            G.mul_(Xs[l + 1] > 0)
            if bn:
                G, dgamma, dbeta = torch.ops.aten.native_batch_norm_backward(G, Ss[l], gamma[l], mean[l], var[l], mu[l], inverse[l],
                                                                             True, eps, [True, True, True])
                gamma[l].add_(dgamma, alpha=-eta / n)
                beta[l].add_(dbeta, alpha=-eta / n)
        b[l].add_(G.sum(0), alpha=-eta / n)
        if l > 0:
            below = torch.mm(G, W[l].t())
            W[l].addmm_(Xs[l].t(), G, beta=1 - eta * decay, alpha=-eta / n)
            G = below
    return [loss, G]


@torch.jit.script
def update_float(bytes: torch.Tensor, labels: torch.Tensor, index: torch.Tensor, scale: torch.Tensor, shift: torch.Tensor,
                 W: List[torch.Tensor], b: List[torch.Tensor], gamma: List[torch.Tensor], beta: List[torch.Tensor],
                 mean: List[torch.Tensor], var: List[torch.Tensor], X: torch.Tensor, minus: torch.Tensor,
                 eta: float, decay: float, momentum: float, eps: float, bn: bool) -> torch.Tensor:
    X.copy_(bytes.index_select(0, index))
    X.mul_(scale).add_(shift)
    y = labels.index_select(0, index).unsqueeze(1)
    loss, G = above_first(torch.addmm(b[0], X, W[0]), y, W, b, gamma, beta, mean, var, minus, eta, decay, momentum, eps, bn)
    W[0].addmm_(X.t(), G, beta=1 - eta * decay, alpha=-eta / X.size(0))
    return loss


@torch.jit.script
def update_bf16(images: torch.Tensor, labels: torch.Tensor, index: torch.Tensor, W1: torch.Tensor, W1_bf16: torch.Tensor,
                W: List[torch.Tensor], b: List[torch.Tensor], gamma: List[torch.Tensor], beta: List[torch.Tensor],
                mean: List[torch.Tensor], var: List[torch.Tensor], minus: torch.Tensor,
                eta: float, decay: float, momentum: float, eps: float, bn: bool) -> torch.Tensor:
    """W1 is [m x d] here, the layout in which its gradient is the faster product; W[0] is not used."""
    X = images.index_select(0, index)
    y = labels.index_select(0, index).unsqueeze(1)
    W1_bf16.copy_(W1)
    S = torch.mm(X, W1_bf16.t()).float().add_(b[0])
    loss, G = above_first(S, y, W, b, gamma, beta, mean, var, minus, eta, decay, momentum, eps, bn)
    dW = torch.mm(G.to(torch.bfloat16).t(), X)
    W1.mul_(1 - eta * decay).add_(dW, alpha=-eta / X.size(0))
    return loss


class Scripted:
    """The moving variances are of the unbiased kind, as PyTorch keeps them: (n - 1)/n turns them into the recipe's when they are used."""

    def __init__(self, start, images, n_batch):
        self.groups = [[torch.from_numpy(a.copy()) for a in group] for group in (start.W, start.b, start.gamma, start.beta)]
        self.W, self.b, self.gamma, self.beta = self.groups
        self.mean, self.var = ([torch.zeros_like(g) for g in self.gamma] for _ in range(2))
        self.bytes, self.labels = torch.from_numpy(images.bytes), torch.from_numpy(images.labels)
        self.scale, self.shift = torch.from_numpy(images.scale), torch.from_numpy(images.shift)
        self.X, self.minus = torch.empty(n_batch, self.bytes.shape[1]), torch.full((n_batch, 1), -1.0)
        self.bn, self.n, self.momentum = start.bn, n_batch, 1.0  # the first update sets the averages

    def update(self, index, eta):
        loss = update_float(self.bytes, self.labels, index, self.scale, self.shift, *self.groups, self.mean, self.var, self.X, self.minus,
                            eta, 2 * LAMBDA, self.momentum, EPS, self.bn)
        self.momentum = 1 - ALPHA
        return loss.item()

    def first(self, at, count):
        """S of layer 1 of so many images."""
        return torch.addmm(self.b[0], self.bytes[at:at + count].float().mul_(self.scale).add_(self.shift), self.W[0])

    def evaluate(self, first, count):
        loss, right = 0.0, 0
        for at in range(first, first + count, 1000):
            some = min(1000, first + count - at)
            X, y = self.first(at, some), self.labels[at:at + some]
            for l in range(1, len(self.W)):
                if self.bn:
                    X = F.batch_norm(X, self.mean[l - 1], self.var[l - 1] * ((self.n - 1) / self.n), self.gamma[l - 1], self.beta[l - 1],
                                     False, 0.0, EPS)
                X = torch.addmm(self.b[l], X.relu_(), self.W[l])
            loss += F.cross_entropy(X, y, reduction="sum").item()
            right += (X.argmax(1) == y).sum().item()
        return loss / count, right / count


class Bf16(Scripted):
    def __init__(self, start, images, n_batch):
        super().__init__(start, images, n_batch)
        self.W1 = self.W[0].t().contiguous()
        self.W1_bf16 = self.W1.bfloat16()
        self.images = torch.empty(self.bytes.shape, dtype=torch.bfloat16)
        for some, out in zip(self.bytes.split(1000), self.images.split(1000)):
            out.copy_(some.float().mul_(self.scale).add_(self.shift))

    def update(self, index, eta):
        loss = update_bf16(self.images, self.labels, index, self.W1, self.W1_bf16, *self.groups, self.mean, self.var, self.minus,
                           eta, 2 * LAMBDA, self.momentum, EPS, self.bn)
        self.momentum = 1 - ALPHA
        return loss.item()

    def first(self, at, count):
        return torch.mm(self.images[at:at + count], self.W1.bfloat16().t()).float().add_(self.b[0])


# The form; how many updates are compared with those in double, and how far the losses may be off. Rounding X, W and S to bf16 moves each
# number by 2^-9 of its size at most, three times; a loss of about 2.5 moves no more than its logits do, which are sums of such numbers with
# both signs. In later updates a ReLU that fell on the other side may part them.
FORMS = {"scripted": (Scripted, 20, 1e-4), "eager": (Eager, 20, 1e-4), "bf16": (Bf16, 3, 2.5 * 3 / 512)}


def main():
    o = recipe.options(__doc__, list(FORMS))
    torch.set_num_threads(o.threads)
    form, updates, tolerance = FORMS[o.form]
    rng = np.random.default_rng(CHECKED)
    images, start = recipe.Images(rng, 5 * o.batch), recipe.Start(rng, o.net)
    peer, other = form(start, images, o.batch), Plain(start, images)
    difference = largest_difference(peer, other, o, torch.from_numpy, updates, tolerance)
    who = f"PyTorch {torch.__version__} {'' if o.form == 'bf16' else 'float32 '}{o.form}"
    if o.check:
        return recipe.say(who, o, difference=difference)
    return recipe.measure(who, lambda s, i: form(s, i, o.batch), o, torch.from_numpy, difference=difference)


if __name__ == "__main__":
    main()
