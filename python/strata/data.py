"""Data sets: from NumPy arrays, from files, from the catalogue of public sets, or drawn."""

from __future__ import annotations

import ctypes as C
import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _structs as S
from ._handle import Handle
from ._library import encoded, made, library, texts
from .errors import ArgumentError

__all__ = ["Data"]

_BYTES, _FLOATS = 0, 1
_HERE = Path(__file__).resolve().parent


def shared(name: str, file: str) -> str:
    """A folder of the library's data, which has this file: the wheel's, the checkout's or the system's."""
    system = [Path(f"{prefix}/share/strata") / name for prefix in ("/usr/local", "/usr")]
    places = [_HERE / "share" / name, _HERE.parent.parent / name, *system]
    return str(next((place for place in places if (place / file).exists()), places[-1]))


def _home() -> str | None:
    """Where `strata data fetch` puts public data sets, as the program finds it."""
    said = os.environ.get("STRATA_HOME")
    if said:
        return said
    base = os.environ.get("XDG_DATA_HOME") or (os.path.join(os.environ["HOME"], ".local", "share") if os.environ.get("HOME") else None)
    return os.path.join(base, "strata") if base else None


def rows_of(examples: npt.ArrayLike, what: str, element: int | None = None) -> tuple[np.ndarray, int, tuple[int, int, int] | None]:
    """Examples as a matrix of bytes or float32 whose rows lie whole in memory, its stride in elements, and the image's shape (height,
    width, channels) where the array says it. Nothing is copied where type and layout allow that."""
    array = np.asarray(examples)
    if array.dtype.kind not in "biuf":
        raise ArgumentError(f"{what} are of type {array.dtype}, which is neither bytes nor real numbers")
    if array.ndim == 4 and array.shape[1] not in (1, 3):
        raise ArgumentError(f"{what} have the shape {array.shape}: images are [n, channels, height, width] with 1 or 3 channels, or "
                            "[n, height, width]; numpy.moveaxis(a, -1, 1) brings channels to their place")
    if not 2 <= array.ndim <= 4 or 0 in array.shape:
        raise ArgumentError(f"{what} have the shape {array.shape}: a matrix [n, features] or images [n, (channels,) "
                            "height, width] are needed")
    image = None if array.ndim == 2 else (array.shape[-2], array.shape[-1], array.shape[1] if array.ndim == 4 else 1)
    bytes_wanted = array.dtype == np.uint8 if element is None else element == _BYTES
    if bytes_wanted and array.dtype != np.uint8:
        raise ArgumentError(f"{what} are of type {array.dtype}, and bytes (numpy.uint8) are needed here")
    with np.errstate(over="ignore"):  # what float32 has no number for becomes infinite, which the library refuses by row and feature
        array = np.asarray(array, np.uint8 if bytes_wanted else np.float32)
    array = array.reshape(len(array), -1)
    size = array.itemsize
    if array.shape[1] > 1 and array.strides[1] != size or array.strides[0] % size or array.strides[0] < size * array.shape[1]:
        array = np.ascontiguousarray(array)
    return array, max(array.strides[0] // size, array.shape[1]), image


def _labels_of(labels: npt.ArrayLike, names: list[str] | None, what: str) -> tuple[np.ndarray, list[str] | None]:
    """Labels as classes from 0 on, and the names of the classes where the labels are texts."""
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ArgumentError(f"{what} have the shape {array.shape}, and a vector is needed")
    if array.dtype.kind in "US":
        known = names if names is not None else [str(name) for name in np.unique(array)]
        place = {name: index for index, name in enumerate(known)}
        unknown = set(array.astype(str)) - set(known)
        if unknown:
            raise ArgumentError(f"{what} have the class {sorted(unknown)[0]!r}, which is none of {known}")
        return np.array([place[str(name)] for name in array], np.uint16), known
    if array.dtype.kind not in "biu":
        raise ArgumentError(f"{what} are of type {array.dtype}: whole numbers from 0 on, or texts, are needed")
    if len(array) and (array.min() < 0 or array.max() > 65535):
        raise ArgumentError(f"{what} go from {array.min()} to {array.max()}, and classes from 0 to 65535 are known; numpy.unique(y, "
                            "return_inverse=True) numbers them")
    return np.ascontiguousarray(array, np.uint16), names


class Data:
    """A data set. It never changes, and any number of threads may use it at once.

    Parameters
    ----------
    examples : array of shape (n, features), (n, height, width) or (n, channels, height, width)
        ``uint8`` is taken as bytes; every other real type as float32.
    labels : array of shape (n,)
        Classes from 0 on, or texts, whose sorted order numbers the classes.
    validation, test : pair of examples and labels, optional
        Parts of their own. Without `validation` it is the last tenth of the examples (settings n_train and n_val). Without `test` and
        with ``test_share=0`` there is no test part, and test scores are NaN.
    test_share : float
        Share of the examples, above 0 and below 1, that becomes the test part; every class has its share of it.
    classes : int, optional
        Number of classes; left out: as the labels or `class_names` say.
    class_names : sequence of str, optional
    image : (height, width, channels), optional
        Of examples that are a matrix and images nevertheless: channel after channel, each row by row.
    keep_order : bool
        Leaves the examples in their order. Else they are shuffled, every class in its share, the same on every machine.
    name : str, optional
        What the data are called in records.

    Raises
    ------
    ArgumentError
        Sizes, types or labels are wrong, or a feature is not finite.
    OutOfMemoryError
        The library has a copy of its own.

    Examples
    --------
    >>> import numpy as np, strata
    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(60, 2)).astype(np.float32)
    >>> data = strata.Data(X, (X[:, 0] > 0).astype(int), test_share=0.25, class_names=["left", "right"])
    >>> data.classes, data.train_examples, data.test_examples, data.class_names
    (2, 45, 15, ['left', 'right'])
    """

    def __init__(self, examples: npt.ArrayLike, labels: npt.ArrayLike, *, validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
                 test: tuple[npt.ArrayLike, npt.ArrayLike] | None = None, test_share: float = 0.0, classes: int | None = None,
                 class_names: list[str] | tuple[str, ...] | None = None, image: tuple[int, int, int] | None = None,
                 keep_order: bool = False, name: str | None = None) -> None:
        names = None if class_names is None else [str(one) for one in class_names]
        rows, stride, shape = rows_of(examples, "examples")
        element = _BYTES if rows.dtype == np.uint8 else _FLOATS
        y, names = _labels_of(labels, names, "labels")
        parts = [(rows, stride, y)]
        for part, what in ((validation, "validation"), (test, "test")):
            if part is None:
                parts.append((np.empty((0, rows.shape[1]), rows.dtype), 0, np.empty(0, np.uint16)))
                continue
            part_rows, part_stride, _ = rows_of(part[0], f"{what} examples", element)
            parts.append((part_rows, part_stride, _labels_of(part[1], names, f"{what} labels")[0]))
        for (part_rows, _, part_labels), what in zip(parts, ("", "validation ", "test ")):
            if len(part_rows) != len(part_labels):
                raise ArgumentError(f"{len(part_rows)} {what}examples have {len(part_labels)} labels")
            if part_rows.shape[1] != rows.shape[1]:
                raise ArgumentError(f"{what}examples have {part_rows.shape[1]} features, and the others {rows.shape[1]}")
        if classes is None:
            classes = len(names) if names is not None else max(int(max((p[2].max() for p in parts if len(p[2])), default=0)) + 1, 2)
        if names is not None and len(names) != classes:
            raise ArgumentError(f"{classes} classes have {len(names)} names")
        height, width, channels = image or shape or (0, 0, 0)
        arrays = S.sized(
            S.strata_arrays, form=S.strata_form(element, rows.shape[1], height, width, channels, classes), train=len(rows),
            examples=rows.ctypes.data, stride=stride, labels=y.ctypes.data, class_names=texts(names), test_share=test_share,
            name=encoded(name), file_order=keep_order, untested=test is None and not test_share,
            validation=len(parts[1][0]), validation_examples=parts[1][0].ctypes.data, validation_stride=parts[1][1],
            validation_labels=parts[1][2].ctypes.data, test=len(parts[2][0]), test_examples=parts[2][0].ctypes.data,
            test_stride=parts[2][1], test_labels=parts[2][2].ctypes.data)
        self._take(made("strata_data_from_arrays", C.byref(arrays)), len(parts[1][0]))

    def _take(self, handle: int, held: int = 0) -> None:
        self._handle = Handle(handle, "strata_data_free")
        #: Examples of a validation part of its own; 0: n_val says how many.
        self.held = held

    @classmethod
    def _of(cls, handle: int) -> Data:
        data = cls.__new__(cls)
        data._take(handle)
        return data

    @classmethod
    def open(cls, what: str | os.PathLike[str], *, test: str | os.PathLike[str] | None = None, test_share: float = 0.0,
             label: str | None = None) -> Data:
        """Opens what ``strata --data WHAT`` means: a folder or file (CIFAR-10, CIFAR-100, IDX, NumPy, CSV, LIBSVM), a description
        ``*.yaml``, or the name of a public set that is on this machine.

        `test` is a file of the same format with the test examples, `test_share` the share to test on where there are none, `label` the
        column of a table with the classes. DataError when something is missing or not what it claims to be.

        >>> import strata
        >>> strata.Data.open("no-such-set")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        strata.errors.DataError: no-such-set: ...
        """
        source = S.sized(S.strata_data_source, path=encoded(what), test_path=encoded(test), test_share=test_share, label=encoded(label))
        return cls._of(made("strata_data_find", C.byref(source), encoded(shared("datasets", "cifar-10.yaml")), encoded(_home())))

    @classmethod
    def synthetic(cls, seed: int = 1) -> Data:
        """60,000 drawn images of CIFAR-10's form, the same on every machine: to try things out."""
        return cls._of(made("strata_data_synthetic", seed, 0))

    @property
    def _facts(self) -> Any:
        return library.strata_data_describe(self._handle.value).contents

    @property
    def name(self) -> str:
        """What the data are called in records."""
        return self._facts.kind.decode(errors="replace")

    @property
    def title(self) -> str:
        """A sentence for people: which data these are."""
        return self._facts.title.decode(errors="replace")

    @property
    def digest(self) -> str:
        """SHA-256 of what is trained on, 64 hexadecimal digits."""
        return self._facts.digest.decode()

    @property
    def features(self) -> int:
        """Features of an example."""
        return self._facts.form.contents.features

    @property
    def classes(self) -> int:
        """Number of classes."""
        return self._facts.form.contents.classes

    @property
    def image(self) -> tuple[int, int, int] | None:
        """Height, width and channels of an image; None where examples are no images."""
        form = self._facts.form.contents
        return (form.height, form.width, form.channels) if form.channels else None

    @property
    def class_names(self) -> list[str]:
        """The name of each class."""
        facts = self._facts
        return [facts.class_names[index].decode(errors="replace") for index in range(self.classes)]

    @property
    def train_examples(self) -> int:
        """Examples of the training pool, from which n_train and n_val choose: the training part from its beginning, validation its end."""
        return self._facts.train_examples

    @property
    def test_examples(self) -> int:
        """Examples of the test part."""
        return self._facts.test_examples

    def _part(self, function: str, count: int) -> tuple[np.ndarray, np.ndarray]:
        facts, values, label = self._facts, C.c_void_p(), C.c_int()
        dtype = np.dtype(np.uint8 if facts.form.contents.element == _BYTES else np.float32)
        labels = np.empty(count, np.uint16)
        rows = np.empty((count, self.features), dtype)
        for index in range(count):
            call_example = getattr(library, function)
            if call_example(self._handle.value, index, C.byref(values), C.byref(label)) != 0:
                break
            labels[index] = label.value
            C.memmove(rows[index].ctypes.data, values.value, rows.shape[1] * dtype.itemsize)
        return rows, labels

    def test(self) -> tuple[np.ndarray, np.ndarray]:
        """The test part: examples of shape (test_examples, features), uint8 or float32, and labels, uint16; copies."""
        return self._part("strata_data_test_example", self.test_examples)

    def train(self) -> tuple[np.ndarray, np.ndarray]:
        """The training pool, in the order from which n_train and n_val choose; copies of the same types."""
        return self._part("strata_data_train_example", self.train_examples)

    def __repr__(self) -> str:
        return (f"<strata.Data {self.name!r}: {self.train_examples} + {self.test_examples} examples, {self.features} features, "
                f"{self.classes} classes>")
