#!/usr/bin/python3
"""The recipe in PyTorch, in three forms.

eager: modules, autograd and torch.optim.SGD in float32, as most users would write it. scripted: forward and backward by hand, compiled by
torch.jit.script, weights stepped inside the product that makes their gradient, buffers used again. bf16: scripted, but the images are kept,
and the products of the first layer made, in bfloat16, from float32 master weights. Before anything is timed, each form must follow the
losses of numpy_update.py from the same start. Prints one JSON object.

Evaluations: in chunks of several sizes, images made floats chunk by chunk or kept as floats. Modules are taken as they are or with batch
normalisation fused into them; by hand it is folded into the weights, and so may be scale and shift of a pixel.
"""

import recipe  # first: it sets the number of threads
from recipe import ALPHA, EPS, LAMBDA
import numpy as np
import torch
import torch.nn.functional as F
from typing import List

import evaluation
from numpy_update import compare

CHUNKS = [500, 1000, 5000]
KEPT = 4 * 3072 * 70000  # bytes of all images as floats, and some


def can_keep():
    """Is there memory for the images as floats, too, and much more?"""
    try:
        with open("/proc/meminfo", encoding="utf-8") as file:
            return int(dict(line.split(":") for line in file)["MemAvailable"].split()[0]) * 1024 > 4 * KEPT
    except (OSError, KeyError):
        return False


class Eager:
    EVALUATIONS = [(how, images, chunk) for how in ("modules", "fused") for images in ("bytes", "floats") for chunk in CHUNKS if images == "bytes" or
                   can_keep()]

    def __init__(self, start, images, n_batch):
        layers = []
        for l, (W, b) in enumerate(zip(start.W, start.b)):
            linear = torch.nn.Linear(*W.shape)
            linear.weight.data.copy_(torch.from_numpy(W.T))
            linear.bias.data.copy_(torch.from_numpy(b))
            layers.append(linear)
            if l < len(start.W) - 1:
                if start.bn:
                    layers.append(torch.nn.BatchNorm1d(W.shape[1], eps=EPS, momentum=1.0))  # the first update sets the averages
                layers.append(torch.nn.ReLU(inplace=True))
        self.model, self.n, self.how, self.floats = torch.nn.Sequential(*layers), n_batch, self.EVALUATIONS[0], None
        self.norms = [m for m in layers if isinstance(m, torch.nn.BatchNorm1d)]
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
        for m in self.norms:
            m.momentum = 1 - ALPHA
        return loss.item()

    def evaluated(self):
        """The model, or its modules with batch normalisation in the linear ones. PyTorch keeps unbiased variances; the recipe's are biased."""
        self.model.eval()
        for m in self.norms:
            m.running_var = m.running_var * ((self.n - 1) / self.n)
        if self.how[0] == "modules":
            return self.model
        out = []
        for module in self.model:
            if isinstance(module, torch.nn.BatchNorm1d):
                out[-1] = torch.nn.utils.fusion.fuse_linear_bn_eval(out[-1], module)
            else:
                out.append(module)
        return torch.nn.Sequential(*out)

    def evaluate(self, first, count):
        kept, chunk, loss, right = self.how[1] == "floats", self.how[2], 0.0, 0
        if kept and self.floats is None:
            self.floats = standardised(self.bytes, self.scale, self.shift)
        unbiased = [m.running_var for m in self.norms]
        with torch.inference_mode():
            model, source = self.evaluated(), self.floats if kept else self.bytes
            for X, y in zip(source[first:first + count].split(chunk), self.labels[first:first + count].split(chunk)):
                logits = model(X if kept else torch.addcmul(self.shift, X.float(), self.scale))
                loss += F.cross_entropy(logits, y, reduction="sum").item()
                right += (logits.argmax(1) == y).sum().item()
        for m, var in zip(self.norms, unbiased):
            m.running_var = var
        self.model.train()
        return loss / count, right / count

    def parameters(self):
        linear = [m for m in self.model if isinstance(m, torch.nn.Linear)]
        return arrays(W=[m.weight.t() for m in linear], b=[m.bias for m in linear], gamma=[m.weight for m in self.norms],
                      beta=[m.bias for m in self.norms], mean=[m.running_mean for m in self.norms],
                      var=[m.running_var * ((self.n - 1) / self.n) for m in self.norms])


def arrays(**groups):
    return {name: [a.detach().numpy().copy() for a in group] for name, group in groups.items()}


def standardised(bytes, scale, shift, dtype=torch.float32):
    """All images as numbers."""
    out = torch.empty(bytes.shape, dtype=dtype)
    for some, to in zip(bytes.split(1000), out.split(1000)):
        to.copy_(some.float().mul_(scale).add_(shift))
    return out


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


@torch.jit.script
def logits_of(X: torch.Tensor, W: List[torch.Tensor], b: List[torch.Tensor]) -> torch.Tensor:
    for l in range(len(W) - 1):
        X = torch.addmm(b[l], X, W[l]).relu_()
    return torch.addmm(b[-1], X, W[-1])


class Scripted:
    """The moving variances are of the unbiased kind, as PyTorch keeps them: (n - 1)/n turns them into the recipe's when they are used."""

    EVALUATIONS = [(images, chunk) for images in ("pixels in the weights", "bytes", "floats") for chunk in CHUNKS if images != "floats" or can_keep()]

    def __init__(self, start, images, n_batch):
        self.groups = [[torch.from_numpy(a.copy()) for a in group] for group in (start.W, start.b, start.gamma, start.beta)]
        self.W, self.b, self.gamma, self.beta = self.groups
        self.mean, self.var = ([torch.zeros_like(g) for g in self.gamma] for _ in range(2))
        self.how, self.floats, self.room = self.EVALUATIONS[0], None, {}
        self.bytes, self.labels = torch.from_numpy(images.bytes), torch.from_numpy(images.labels)
        self.scale, self.shift = torch.from_numpy(images.scale), torch.from_numpy(images.shift)
        self.X, self.minus = torch.empty(n_batch, self.bytes.shape[1]), torch.full((n_batch, 1), -1.0)
        self.bn, self.n, self.momentum = start.bn, n_batch, 1.0  # the first update sets the averages

    def update(self, index, eta):
        loss = update_float(self.bytes, self.labels, index, self.scale, self.shift, *self.groups, self.mean, self.var, self.X, self.minus,
                            eta, 2 * LAMBDA, self.momentum, EPS, self.bn)
        self.momentum = 1 - ALPHA
        return loss.item()

    def folded(self):
        """Lists of W and b, batch normalisation by the averages in them, and scale and shift of a pixel where asked for."""
        W, b = list(self.W), list(self.b)
        for l in range(len(self.gamma) if self.bn else 0):
            g = self.gamma[l] / torch.sqrt(self.var[l] * ((self.n - 1) / self.n) + EPS)
            W[l], b[l] = W[l] * g, (b[l] - self.mean[l]) * g + self.beta[l]
        if self.how[0] == "pixels in the weights":
            W[0], b[0] = W[0] * self.scale.unsqueeze(1), b[0] + self.shift @ W[0]
        return W, b

    def images_of(self, at, count):
        """Images as numbers, in room that is used again."""
        if self.how[0] == "floats":
            if self.floats is None:
                self.floats = standardised(self.bytes, self.scale, self.shift)
            return self.floats[at:at + count]
        if count not in self.room:
            self.room[count] = torch.empty(count, self.bytes.size(1))
        X = self.room[count].copy_(self.bytes[at:at + count])
        return X if self.how[0] != "bytes" else X.mul_(self.scale).add_(self.shift)

    def logits(self, at, count, W, b):
        return logits_of(self.images_of(at, count), W, b)

    def evaluate(self, first, count):
        loss, right, chunk = 0.0, 0, self.how[-1]
        with torch.inference_mode():
            W, b = self.folded()
            for at in range(first, first + count, chunk):
                some = min(chunk, first + count - at)
                S, y = self.logits(at, some, W, b), self.labels[at:at + some]
                loss += F.cross_entropy(S, y, reduction="sum").item()
                right += (S.argmax(1) == y).sum().item()
        return loss / count, right / count

    def parameters(self):
        n = (self.n - 1) / self.n
        averages = {"mean": self.mean, "var": [v * n for v in self.var]} if self.bn else {"mean": [], "var": []}
        return arrays(W=self.W, b=self.b, gamma=self.gamma, beta=self.beta, **averages)


class Bf16(Scripted):
    """Evaluations are made of the same images, and with weights of the first layer in bfloat16 as those of an update."""

    EVALUATIONS = [("bf16", chunk) for chunk in CHUNKS]

    def __init__(self, start, images, n_batch):
        super().__init__(start, images, n_batch)
        self.W1 = self.W[0].t().contiguous()
        self.W1_bf16 = self.W1.bfloat16()
        self.images = standardised(self.bytes, self.scale, self.shift, torch.bfloat16)

    def update(self, index, eta):
        loss = update_bf16(self.images, self.labels, index, self.W1, self.W1_bf16, *self.groups, self.mean, self.var, self.minus,
                           eta, 2 * LAMBDA, self.momentum, EPS, self.bn)
        self.momentum = 1 - ALPHA
        return loss.item()

    def folded(self):
        """Those of the first layer once more as rows of bfloat16, as in an update."""
        self.W[0] = self.W1.t()
        W, b = super().folded()
        return [W[0].t().contiguous().bfloat16(), *W[1:]], b

    def logits(self, at, count, W, b):
        S = torch.mm(self.images[at:at + count], W[0].t()).float().add_(b[0])
        return logits_of(S.relu_(), W[1:], b[1:]) if len(W) > 1 else S

    def parameters(self):
        self.W[0] = self.W1.t()
        return super().parameters()


# The form; of how many updates the losses are compared, and how far they may be off, where not as for other floats. Rounding X, W and S to bf16 moves each
# number by 2^-9 of its size at most, three times; a loss of about 2.5 moves no more than its logits do, which are sums of such numbers with
# both signs. In later updates a ReLU that fell on the other side may part them.
FORMS = {
    "scripted": (Scripted, {}), "eager": (Eager, {}),
    "bf16": (Bf16, {"updates": 3, "tolerance": 2.5 * 3 / 512, "unit": evaluation.BF16}),
}


class Wrapped:
    """A peer whose updates take an index of NumPy's, to be compared."""

    def __init__(self, peer):
        self.__dict__["peer"] = peer

    def __getattr__(self, name):
        return getattr(self.peer, name)

    def __setattr__(self, name, value):
        setattr(self.peer, name, value)

    def update(self, index, eta):
        return self.peer.update(torch.from_numpy(index), eta)


def main():
    o = recipe.options(__doc__, list(FORMS))
    torch.set_num_threads(o.threads)
    form, limits = FORMS[o.form]
    difference = compare(lambda s, i: Wrapped(form(s, i, o.batch)), o, **limits)
    who = f"PyTorch {torch.__version__} {'' if o.form == 'bf16' else 'float32 '}{o.form}"
    if o.check:
        return recipe.say(who, o, difference=difference)
    recipe.measure(who, recipe.ordinary(lambda s, i: form(s, i, o.batch), o, torch.from_numpy), o, torch.from_numpy, difference=difference)


if __name__ == "__main__":
    main()
