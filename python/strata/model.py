"""Models: trained nets, to ask, evaluate, save and send."""

from __future__ import annotations

import ctypes as C
import json
import os
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _structs as S
from ._handle import Handle
from ._library import call, encoded, library, made
from .data import Data, rows_of
from .errors import ArgumentError
from .settings import Settings, config_of, settings_of

__all__ = ["Model", "Score"]

_PARTS = {"train": 0, "validation": 1, "test": 2}


class Score(NamedTuple):
    """The result of an evaluation; NaN where there is none."""

    loss: float      #: mean cross-entropy, natural logarithm
    cost: float      #: loss + lambda sum ||W||^2
    accuracy: float  #: fraction, 0 .. 1

    @classmethod
    def _of(cls, score: Any) -> Score:
        return cls(score.loss, score.cost, score.accuracy)


class Model:
    """A trained net. It never changes, and any number of threads may ask it at once.

    Models come of `strata.train`, `Model.open` and `Model.from_bytes`. They are pickled as the bytes of their file.

    >>> import numpy as np, pickle, strata
    >>> X = np.arange(80, dtype=np.float32).reshape(40, 2)
    >>> data = strata.Data(X, np.arange(40) // 20, test_share=0.25)
    >>> model = strata.train({"hidden": [4], "n_batch": 9, "epochs": 2, "evals": 0}, data)[0].model
    >>> model.predict_proba(X).shape
    (40, 2)
    >>> bool((pickle.loads(pickle.dumps(model)).predict_proba(X) == model.predict_proba(X)).all())
    True
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Model:
        """Opens a model file (docs/model-file.md). DataError when it is none or is damaged."""
        return cls(Handle(made("strata_model_open", encoded(path)), "strata_model_free"))

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """Opens a model of the bytes of a model file."""
        room = C.create_string_buffer(content, len(content))
        return cls(Handle(made("strata_model_from_memory", room, len(content)), "strata_model_free"))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Saves the model as a safetensors file, which appears whole or not at all."""
        call("strata_model_save", self._handle.value, encoded(path))

    @classmethod
    def from_state_dict(cls, path: str | os.PathLike[str], like: Settings = None, data: Data | None = None, *,
                        unbiased: bool = False) -> Model:
        """A model of a state dict of PyTorch, a safetensors file with the names of ``nn.Sequential``: what ``strata import`` takes.

        `like` is the settings of the net and `data` what it was trained on, where the file does not say them. ``unbiased=True`` takes
        running_var for what PyTorch averages and divides it by n / (n - 1); else it is taken as it is stored, and evaluations are those of
        PyTorch. DataError for a file that does not fit.
        """
        config = config_of(like) if like is not None else None
        how = S.sized(S.strata_import_as, like=config.value if config else None, data=data._handle.value if data else None,
                      variance=int(unbiased))
        return cls(Handle(made("strata_model_import", encoded(path), C.byref(how)), "strata_model_free"))

    @staticmethod
    def export_kinds() -> dict[str, str]:
        """The kinds of `export`, with a line on each.

        >>> import strata
        >>> sorted(strata.Model.export_kinds())
        ['c', 'npz', 'onnx', 'torch']
        """
        count = C.c_size_t()
        kinds = library.strata_export_kinds(C.byref(count))
        return {kinds[index].name.decode(): kinds[index].help.decode() for index in range(count.value)}

    def export(self, kind: str, path: str | os.PathLike[str], *, name: str | None = None) -> None:
        """Writes the model for other programs (docs/export.md): "onnx", "torch", "npz" or "c". The path ends as the kind's files do; of
        kinds with two files the other one lies beside it. `name` is that of the graph, or what the names in C begin with."""
        request = S.sized(S.strata_export_request, kind=kind.encode(), file=encoded(path), name=encoded(name))
        call("strata_export", self._handle.value, C.byref(request))

    def to_bytes(self) -> bytes:
        """The bytes of the file that `save` writes."""
        content, size = C.c_void_p(), C.c_size_t()
        call("strata_model_to_memory", self._handle.value, C.byref(content), C.byref(size))
        try:
            return C.string_at(content.value, size.value)
        finally:
            library.strata_model_free_memory(content)

    def __reduce__(self) -> tuple[Any, ...]:
        return Model.from_bytes, (self.to_bytes(),)

    @property
    def _form(self) -> Any:
        return library.strata_model_form(self._handle.value).contents

    @property
    def features(self) -> int:
        """Features of an example."""
        return self._form.features

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self._form.classes

    @property
    def takes(self) -> np.dtype[Any]:
        """The type of its inputs: uint8 or float32."""
        return np.dtype(np.float32 if self._form.element else np.uint8)

    @property
    def class_names(self) -> list[str] | None:
        """The names of its classes; None where nobody knows them."""
        names = library.strata_model_class_names(self._handle.value)
        return [names[index].decode(errors="replace") for index in range(self.classes)] if names else None

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting of its training."""
        return settings_of(Handle(library.strata_model_config(self._handle.value), None, keeps=self))

    @property
    def digest(self) -> str:
        """SHA-256 of all parameters, 64 hexadecimal digits."""
        return library.strata_model_digest(self._handle.value).decode()

    @property
    def data_digest(self) -> str:
        """The digest of the data that it was trained on; "" when its file does not say."""
        return library.strata_model_data_digest(self._handle.value).decode()

    def _rows(self, X: npt.ArrayLike) -> tuple[Any, np.ndarray]:
        rows, stride, _ = rows_of(X, "rows", self._form.element)
        if rows.shape[1] != self.features:
            raise ArgumentError(f"rows have {rows.shape[1]} features, and the model takes {self.features}")
        return S.sized(S.strata_rows, element=self._form.element, values=rows.ctypes.data, stride=stride, count=len(rows)), rows

    def predict_proba(self, X: npt.ArrayLike, *, threads: int = 0) -> np.ndarray:
        """The probability of each class for rows X [n, features] of the type that the model `takes`: float32 [n, classes]. A row has the
        same bits alone and in company, for any number of threads (0: all cores)."""
        request, rows = self._rows(X)
        P = np.empty((len(rows), self.classes), np.float32)
        call("strata_model_predict_rows", self._handle.value, C.byref(request), threads, P.ctypes.data)
        return P

    def predict(self, X: npt.ArrayLike, *, threads: int = 0) -> np.ndarray:
        """The class of each row, 0 .. classes - 1: that of the largest output, the first of several; int32 [n]."""
        request, rows = self._rows(X)
        guess, probability = np.empty(len(rows), np.int32), np.empty(len(rows), np.float32)
        call("strata_model_classify_rows", self._handle.value, C.byref(request), threads, guess.ctypes.data, probability.ctypes.data, None)
        return guess

    def evaluate(self, data: Data, part: str = "test", *, threads: int = 0) -> Score:
        """The score on one part of a data set, "train", "validation" or "test", split by the model's own n_train and n_val."""
        if part not in _PARTS:
            raise ArgumentError(f"part = {part!r} is none of {', '.join(_PARTS)}")
        score = S.strata_score()
        call("strata_model_evaluate", self._handle.value, data._handle.value, _PARTS[part], threads, C.byref(score))
        return Score._of(score)

    def tensor(self, name: str) -> np.ndarray:
        """A copy of one tensor, such as "layer1.W" [units, inputs], "layer1.b" [units] or "input.mean" [features]; float32.
        ArgumentError when there is none of this name: the sentence lists those that there are."""
        rows, cols = C.c_int(), C.c_int()
        call("strata_model_tensor", self._handle.value, name.encode(), C.byref(rows), C.byref(cols), None)
        out = np.empty((rows.value, cols.value), np.float32)
        call("strata_model_tensor", self._handle.value, name.encode(), None, None, out.ctypes.data)
        return out if cols.value > 1 or name.endswith(".W") else out[:, 0]

    def tensors(self) -> dict[str, np.ndarray]:
        """Copies of all tensors by name, float32, in the shapes of the model file."""
        content = self.to_bytes()
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8:8 + length])
        header.pop("__metadata__", None)
        out = {}
        for name, entry in header.items():
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            out[name] = np.frombuffer(content[begin:end], "<f4").reshape(entry["shape"]).copy()
        return out

    def __repr__(self) -> str:
        return f"<strata.Model {self.digest[:12]}: {self.features} features, {self.classes} classes>"
