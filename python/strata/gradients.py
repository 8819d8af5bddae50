"""The gradient check: backpropagation against an independent computation, entry by entry."""

from __future__ import annotations

import ctypes as C
from dataclasses import dataclass

from . import _structs as S
from ._handle import Handle
from ._library import library, made
from .data import Data
from .errors import ArgumentError
from .settings import Settings, config_of

__all__ = ["GradientCheck", "TensorCheck", "gradcheck"]

_METHODS = {"central": 0, "complex": 1, "ref64": 2}


@dataclass(frozen=True)
class TensorCheck:
    """The verdict on one tensor."""

    layer: int             #: from 1
    name: str              #: "W", "b", "gamma" or "beta"
    entries: int
    checked: int           #: entries that were compared
    kinks: int             #: set aside: an activation changed sign between the two evaluations
    round_off: int         #: disagree, but the complex step confirms the gradient
    errors: int            #: disagree, and nothing excuses them
    max_abs: float         #: the largest absolute error
    max_rel: float         #: the largest relative error
    tolerance: float       #: a larger absolute error disagrees


@dataclass(frozen=True)
class GradientCheck:
    """All verdicts. True where no entry is wrong."""

    passed: bool
    tensors: list[TensorCheck]

    def __bool__(self) -> bool:
        return self.passed


def gradcheck(settings: Settings = None, data: Data | None = None, *, method: str = "central", backend: str = "ref64", h: float = 1e-5,
              inputs: int = 10, images: int = 20, sample: int = 0, threads: int = 0) -> GradientCheck:
    """Checks every entry of the gradients of the net that `settings` describe, or `sample` of each tensor.

    `method` is "central" (centred differences with step `h`, as the report uses them), "complex" (the complex step, exact to rounding) or
    "ref64" (the gradients of `backend` against those in double). The net sees the first `inputs` features of `images` examples; patches
    see whole images. A wrong gradient is no exception: the result is false then.

    >>> import strata
    >>> check = strata.gradcheck({"hidden": [5, 5]}, strata.Data.synthetic(), method="complex")
    >>> bool(check), max(tensor.max_abs for tensor in check.tensors) < 1e-14
    (True, True)
    """
    if method not in _METHODS:
        raise ArgumentError(f"method = {method!r} is none of {', '.join(_METHODS)}")
    data = Data.synthetic() if data is None else data
    config = config_of(settings)
    options = S.sized(S.strata_gradcheck_options, method=_METHODS[method], backend=backend.encode(), h=h, inputs=inputs, images=images,
                      sample=sample, threads=threads)
    check = Handle(made("strata_gradcheck_run", config.value, data._handle.value, C.byref(options)), "strata_gradcheck_free")
    count = C.c_int()
    layers = library.strata_gradcheck_layers(check.value, C.byref(count))
    tensors = [TensorCheck(layer + 1, one.name.decode(), one.entries, one.checked, one.kinks, one.round_off, one.errors, one.max_abs,
                           one.max_rel, one.tolerance)
               for layer in range(count.value) for one in layers[layer].tensor[:layers[layer].tensors]]
    return GradientCheck(bool(library.strata_gradcheck_passed(check.value)), tensors)
