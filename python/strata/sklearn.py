"""``StrataClassifier``: Strata's nets as a classifier of scikit-learn, for pipelines, searches and cross-validation.

This module alone needs scikit-learn (1.2 or later; Debian's python3-sklearn); ``import strata`` does not import it. What the estimator
decides for its user stands in docs/sklearn.md, in docs/decisions/0150 to 0152, and at the constants below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from . import Data, DivergedError, Model, train

try:  # scikit-learn 1.6 made it a function
    from sklearn.utils.validation import validate_data as _validated
except ImportError:
    def _validated(estimator: Any, *arrays: Any, **how: Any) -> Any:
        return estimator._validate_data(*arrays, **how)

__all__ = ["StrataClassifier"]

# Found by validation on 14 tables and Fashion-MNIST, not on a test set (docs/decisions/0152).
_EPOCHS = 20           # of a training that is not told how many,
_UPDATES = 500         # or so many that there are as many updates as these, whichever is more
_LEAST_BATCH = 32      # rows of a mini-batch that is not told how many: a hundredth of the rows, within these two
_MOST_BATCH = 128
_ETA_MAX = {"adam": 0.01, "adamw": 0.01, "sgd": 0.3, "momentum": 0.03, "nesterov": 0.03}
_ETA_MIN = 0.01        # of eta_max: where the rate begins and ends

_CLASSES = 65_536      # the most that the library takes
_FARTHEST = 1e6        # standard deviations. One row of n lies sqrt(n - 1) of them from the mean at most, so this cuts no row of a training
_SMALLEST = 5e-324     # above 0: half of the difference of two neighbours there is rounded to 0
_BLOCK = 1 << 18       # numbers that are standardised at once: 2 MB in double

# Settings of the library that the estimator says itself, and what to use instead.
_SAID = {
    "hidden": "hidden", "bn": "bn", "activation": "activation", "optimiser": "optimiser", "n_batch": "n_batch", "eta_max": "eta_max",
    "lambda": "lambda_", "seed": "random_state", "threads": "threads", "epochs": "epochs",
}
_LENGTHS = {"updates", "n_s", "cycles"}  # that go before epochs
_NOT_HERE = {
    "n_train": "a training has all rows", "n_val": "a training has all rows", "evals": "there is no validation part",
    "eval_train": "there is no validation part", "patience": "there is no validation part", "diagnose": "there is no test part",
    "standardise": "features are standardised in double", "log_every": "loss_curve_ has one value an epoch",
    "ensemble": "its scores are not shown", "precise_bn": "its scores are not shown", "adaptive_bn": "its scores are not shown",
    "test_flip": "its scores are not shown", "loss": "probabilities are those of a softmax",
}


class StrataClassifier(ClassifierMixin, BaseEstimator):
    """A fully connected net that is trained on a table of numbers.

    Every parameter is a word of Strata's settings (``strata train --help``), under its own name where Python allows that. Features are
    standardised inside, so no scaler is needed before it; one does no harm.

    Parameters
    ----------
    hidden : sequence of int, default (100,)
        Units of each hidden layer; () is a linear classifier.
    bn : bool, default True
        Batch normalisation in the hidden layers.
    activation : str, default "relu"
        Of the hidden layers.
    optimiser : str, default "adam"
        ``"sgd"``, ``"momentum"``, ``"nesterov"``, ``"adam"`` or ``"adamw"``.
    epochs : int or None, default None
        Passes over the rows. None: 20, or as many as 500 updates need, whichever is more.
    n_batch : int or None, default None
        The most rows of a mini-batch; 2 or more with bn. None: a hundredth of the rows, but 32 at least and 128 at most. An epoch has
        n / n_batch updates, rounded up, and its mini-batches have the same number of rows, as many as go around. The fewer than n / n_batch
        rows that are left over are other ones in each epoch. There is no last mini-batch of one row.
    eta_max : float or None, default None
        The largest learning rate, in the middle of the run. It begins and ends with a hundredth of it. None: 0.01 for adam and adamw, 0.3
        for sgd, 0.03 for the others.
    lambda_ : float, default 1e-5
        Weight of the L2 penalty on the weights, without a factor 1/2.
    random_state : int, numpy.random.RandomState or None, default 1
        Seed of the initial weights and of the order of the rows. An int trains to the same bits again, whatever `threads`. The others are
        as in scikit-learn: a training draws its seed from them.
    threads : int, default 1
        Processor cores; 0 is all. Results have the same bits for any number. Nets of tables do not gain by more than one, and a search with
        ``n_jobs`` has its cores already.
    settings : mapping or None, default None
        Further settings of the library, such as ``{"dropout": 0.2, "label_smoothing": 0.1, "schedule": "cosine"}``.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_features_in_ : int
        Features of X; ``feature_names_in_`` where X has names.
    model_ : strata.Model
        The trained net. It takes standardised rows: `inputs` makes them.
    center_, scale_ : ndarray of shape (n_features_in_,), float64
        Mean and standard deviation of each feature. The scale of a feature that has one value in all rows is infinite: whatever value it
        has later, it says nothing.
    n_iter_ : int
        Epochs that were trained.
    loss_ : float
        Mean cross-entropy of the trained net on all rows, natural logarithm.
    loss_curve_ : list of float
        Mean cross-entropy of the mini-batches of each epoch, each before its update.

    Notes
    -----
    A prediction has the same bits for a row alone and in company, for float32 and float64 that are the same numbers. There is no
    ``sample_weight``: a row of weight 0 would have to change nothing, and it would still be in the mini-batches.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from sklearn.model_selection import cross_val_score
    >>> from strata.sklearn import StrataClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> print(cross_val_score(StrataClassifier(), X, y, cv=5).mean() > 0.95)
    True
    """

    def __init__(self, hidden=(100,), *, bn=True, activation="relu", optimiser="adam", epochs=None, n_batch=None, eta_max=None,
                 lambda_=1e-5, random_state=1, threads=1, settings=None):
        self.hidden = hidden
        self.bn = bn
        self.activation = activation
        self.optimiser = optimiser
        self.epochs = epochs
        self.n_batch = n_batch
        self.eta_max = eta_max
        self.lambda_ = lambda_
        self.random_state = random_state
        self.threads = threads
        self.settings = settings

    def fit(self, X: Any, y: Any) -> StrataClassifier:
        """Trains a new net.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows of finite numbers of any real type, n at least 2; d from 1 to 1,000,000.
        y : array-like of shape (n,)
            Labels of any type that sorts; 2 to 65,536 different ones.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            For X, y or a parameter that is none of these.
        strata.DivergedError
            When the loss is not finite any more. A smaller eta_max helps.
        """
        X, y = _validated(self, X, y, dtype="numeric")
        check_classification_targets(y)
        classes, labels = np.unique(y, return_inverse=True)
        if not 2 <= len(classes) <= _CLASSES:
            number = "1 class" if len(classes) == 1 else f"{len(classes)} classes"
            raise ValueError(f"y has {number} in {len(y)} rows; a classifier can tell 2 to {_CLASSES} apart")
        size = self._rows_of_batch(len(X))
        settings = self._all_settings(len(X), size)
        center, scale = _moments(X)
        rows = _standardised(X, center, scale)
        self.model_, self.loss_, self.loss_curve_ = _trained(rows, labels.astype(np.uint16), settings, self.threads)
        self.classes_, self.center_, self.scale_ = classes, center, scale
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each class.

        Parameters
        ----------
        X : array-like of shape (m, d)
            Rows of finite numbers, with the features of the training.

        Returns
        -------
        ndarray of shape (m, n_classes), float64
            In the order of `classes_`. A row adds up to 1.
        """
        rows = self.inputs(X)
        P = self.model_.predict_proba(rows, threads=self.threads).astype(np.float64)
        total = P[:, 0].copy()
        for column in P.T[1:]:  # not P.sum: its order of adding up is NumPy's choice, and might depend on the number of rows
            total += column
        return P / total[:, np.newaxis]

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """The logarithm of `predict_proba`; -inf for a probability that single precision rounds to 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """The label of each row of X [m, d]: that with the largest probability, the first of several. Shape (m,), the type of y."""
        guess = self.predict_proba(X).argmax(axis=1)  # which says first whether there is a net
        return self.classes_[guess]

    def inputs(self, X: Any) -> np.ndarray:
        """The rows that `model_` takes: X [m, d], standardised in double and rounded once, to float32.

        A number that lies more than a million standard deviations from the mean is moved there.
        """
        check_is_fitted(self)
        return _standardised(_validated(self, X, dtype="numeric", reset=False), self.center_, self.scale_)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")  # scikit-learn would take lambda_ for a result of fit

    # ---- settings --------------------------------------------------------------------------------------------------------------------

    def _rows_of_batch(self, n: int) -> int:
        """Rows of each mini-batch: n_batch, or fewer, so that as few as possible are left over."""
        most = self.n_batch
        if most is None:
            most = min(max(n // 100, _LEAST_BATCH), _MOST_BATCH)
        if not isinstance(most, Integral) or most < 1:
            raise ValueError(f"n_batch = {most!r} is no number of rows: use a whole number from 1 on, or None")
        return max(n // -(-n // int(most)), min(2, int(most)))

    def _all_settings(self, n: int, size: int) -> dict[str, Any]:
        """What the library is told. It refuses values that are wrong, with a sentence."""
        per_epoch = n // size
        further = dict(self.settings or {}) if isinstance(self.settings, (Mapping, type(None))) else None
        if further is None:
            raise ValueError(f"settings = {self.settings!r} is no mapping of settings to values, such as {{'dropout': 0.2}}")
        for key in further:
            if key in _SAID:
                raise ValueError(f"settings has {key!r}, which is the parameter {_SAID[key]} of StrataClassifier")
            if key in _NOT_HERE:
                raise ValueError(f"settings has {key!r}, which StrataClassifier does not have: {_NOT_HERE[key]}")
        eta_max = _ETA_MAX.get(self.optimiser, 0.1) if self.eta_max is None else self.eta_max
        said = {
            "hidden": [self.hidden] if isinstance(self.hidden, Integral) else list(self.hidden), "bn": bool(self.bn),
            "activation": self.activation, "optimiser": self.optimiser, "n_batch": size, "eta_max": eta_max, "eta_min": eta_max * _ETA_MIN,
            "lambda": self.lambda_, "seed": self._seed(), "n_train": n, "n_val": 1, "evals": 0, "standardise": "none",
        }
        if not _LENGTHS & set(further):
            said |= {"epochs": self._epochs(per_epoch), "cycles": 1}
        elif self.epochs is not None:
            raise ValueError(f"epochs = {self.epochs!r} and settings with {sorted(_LENGTHS & set(further))}: a run has one length")
        return said | {"log_every": per_epoch} | further

    def _epochs(self, per_epoch: int) -> Any:
        """Epochs of so many updates each."""
        return max(_EPOCHS, -(-_UPDATES // per_epoch)) if self.epochs is None else self.epochs

    def _seed(self) -> int:
        if isinstance(self.random_state, Integral):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))


# ---- the library -----------------------------------------------------------------------------------------------------------------------


def _trained(rows: np.ndarray, labels: np.ndarray, settings: dict[str, Any], threads: int) -> tuple[Model, float, list[float]]:
    """The net that was trained on all rows, its loss on them, and the mean loss of each epoch's mini-batches.

    The library wants a validation part: it gets the first row, and what it says of it is not looked at. There is no test part.
    """
    [run] = train(settings, Data(rows, labels, validation=(rows[:1], labels[:1]), keep_order=True), threads=threads)
    if run.outcome == "diverged":
        raise DivergedError(run.sentence)
    return run.model, run.train.loss, run.losses["loss"].tolist()


# ---- the features ----------------------------------------------------------------------------------------------------------------------


def _blocks(X: np.ndarray) -> Iterator[slice]:
    """All rows of X, few enough at a time for the processor's cache."""
    rows = max(1, _BLOCK // X.shape[1])
    return (slice(first, first + rows) for first in range(0, len(X), rows))


def _moments(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature, float64 [d]; of a constant feature 0 and infinity.

    The sums are of u = (x - middle) / half of the range, which is from -1 to 1, so no square is too large or too small for double. The
    variance of u is 2 / n at least, since two rows lie at its ends: the difference of two sums loses n roundings of 1e-16 at most.
    """
    low = X.min(axis=0).astype(np.float64)
    high = X.max(axis=0).astype(np.float64)
    middle = low / 2 + high / 2
    half = np.where(low == high, np.inf, np.maximum(high / 2 - low / 2, _SMALLEST))
    total, squares = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for rows in _blocks(X):
        u = (X[rows].astype(np.float64) - middle) / half
        total += u.sum(axis=0)
        squares += (u * u).sum(axis=0)
    mean = total / len(X)
    spread = np.sqrt(np.maximum(squares / len(X) - mean * mean, 0))
    varies = np.isfinite(half)
    center, scale = np.zeros(X.shape[1]), np.full(X.shape[1], np.inf)
    center[varies] = middle[varies] + half[varies] * mean[varies]
    scale[varies] = np.maximum(half[varies] * spread[varies], _SMALLEST)
    return center, scale


def _standardised(X: np.ndarray, center: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """(X - center) / scale in double, within _FARTHEST, as float32 [n, d]. Each number comes of its own x alone."""
    out = np.empty(X.shape, np.float32)
    with np.errstate(over="ignore"):
        for rows in _blocks(X):
            z = X[rows].astype(np.float64)
            z -= center
            z /= scale
            out[rows] = np.clip(z, -_FARTHEST, _FARTHEST, out=z)
    return out
